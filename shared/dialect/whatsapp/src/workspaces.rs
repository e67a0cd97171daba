//! Workspaces and their members on the wire.

use std::fmt::Display;
use std::marker::PhantomData;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Value, json};
use strum::VariantArray;
use switchboard_model::access::Role;
use switchboard_model::address::EmailAddress;
use switchboard_model::field::{Checks, one_of};
use switchboard_model::plan::Plan;
use switchboard_model::session::SecretToken;
use switchboard_model::workspace::{
    Member, MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus, check_settings, workspace_name,
};
use switchboard_model::{DomainError, Timestamp};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::WireId;

/// A workspace to make.
#[derive(Deserialize, ToSchema)]
pub struct CreateWorkspaceIn {
    /// What it is to be called, 1 to 100 characters.
    #[schema(example = "My Company")]
    name: String,
    /// What it pays for; `free` where it is left out.
    #[schema(inline, value_type = Option<PlanChoice>)]
    plan: Option<String>,
}

impl TryFrom<CreateWorkspaceIn> for (String, Plan) {
    type Error = DomainError;

    fn try_from(wire: CreateWorkspaceIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", workspace_name(&wire.name));
        let plan = checks.body("plan", wire.plan.as_deref().map_or(Ok(Plan::default()), one_of));
        checks.finish(name.zip(plan))
    }
}

/// What is to be changed of a workspace. What is left out or `null` stays as it is; only settings can be cleared
/// by `null`.
#[derive(Deserialize, ToSchema)]
pub struct UpdateWorkspaceIn {
    /// Another name, 1 to 100 characters. The slug stays.
    #[schema(example = "Updated Company Name")]
    name: Option<String>,
    /// Another plan.
    #[schema(inline, value_type = Option<PlanChoice>)]
    plan: Option<String>,
    /// Another status. A suspended workspace can be looked at and managed, but nothing can be sent from it.
    #[schema(inline, value_type = Option<StatusChoice>)]
    status: Option<String>,
    /// Any object of up to 16 KiB, in the place of all settings that were there. On the `enterprise` plan,
    /// `rate_limits.requests_per_hour` and `rate_limits.requests_per_day` set limits of the workspace's own.
    /// `messaging.enforce_window` (true where it is left out) refuses texts and files outside the customer service
    /// window; `messaging.opt_out_keywords` and `messaging.opt_in_keywords`, each `{"add": [], "remove": []}`, change
    /// the words with which customers opt out and in.
    #[serde(default, deserialize_with = "null_as_a_value")]
    #[schema(value_type = Option<Object>, example = json!({"feature_flags": {}}))]
    settings: Option<Value>,
}

/// The checked form of [`UpdateWorkspaceIn`].
#[derive(Debug)]
pub struct UpdateWorkspace {
    /// Another name.
    pub name: Option<String>,
    /// Another plan.
    pub plan: Option<Plan>,
    /// Another status.
    pub status: Option<WorkspaceStatus>,
    /// Other settings.
    pub settings: Option<Value>,
}

impl TryFrom<UpdateWorkspaceIn> for UpdateWorkspace {
    type Error = DomainError;

    fn try_from(wire: UpdateWorkspaceIn) -> Result<Self, DomainError> {
        let settings = wire.settings.map(|settings| if settings.is_null() { json!({}) } else { settings });
        let mut checks = Checks::default();
        let name = checks.body("name", wire.name.as_deref().map(workspace_name).transpose());
        let plan = checks.body("plan", wire.plan.as_deref().map(one_of).transpose());
        let status = checks.body("status", wire.status.as_deref().map(one_of).transpose());
        checks.body("settings", settings.as_ref().map_or(Ok(()), check_settings));
        let checked = name.zip(plan).zip(status);
        checks.finish(checked.map(|((name, plan), status)| Self { name, plan, status, settings }))
    }
}

/// A person to add.
#[derive(Deserialize, ToSchema)]
pub struct AddMemberIn {
    /// Their address; one without an account is invited.
    #[schema(example = "newmember@example.com")]
    user_email: String,
    /// What they may do.
    #[schema(inline, value_type = RoleChoice)]
    role: String,
}

impl TryFrom<AddMemberIn> for (EmailAddress, Role) {
    type Error = DomainError;

    fn try_from(wire: AddMemberIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let email = checks.body("user_email", wire.user_email.parse());
        let role = checks.body("role", one_of(&wire.role));
        checks.finish(email.zip(role))
    }
}

/// What is to be changed of a member.
#[derive(Deserialize, ToSchema)]
pub struct UpdateMemberIn {
    /// What they may do from now on.
    #[schema(inline, value_type = RoleChoice)]
    role: String,
}

impl TryFrom<UpdateMemberIn> for Role {
    type Error = DomainError;

    fn try_from(wire: UpdateMemberIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let role = checks.body("role", one_of(&wire.role));
        checks.finish(role)
    }
}

/// A workspace in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceOut {
    /// Its id.
    pub id: WireId,
    /// What it is called.
    #[schema(example = "My Company")]
    pub name: String,
    /// Its name in URLs; unique.
    #[schema(example = "my-company")]
    pub slug: String,
    /// Works as a bearer token for this workspace. Only OWNER and ADMIN see it in full.
    #[schema(example = "wsk_5u4-BJ9w0c1wVbDYrUmNUpmBOZ4RGQFwLqOKR0p9kXo")]
    pub api_key: String,
    /// Signs what is posted to the workspace's own webhooks. Only OWNER and ADMIN see it in full.
    #[schema(example = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oDazfgAdlmTTE=")]
    pub webhook_secret: String,
    /// Who made it.
    pub created_by: WireId,
    /// What it pays for.
    #[schema(inline, value_type = PlanChoice)]
    pub plan: String,
    /// Whether it may be used.
    #[schema(inline, value_type = StatusChoice)]
    pub status: String,
    /// Whatever the business keeps here.
    #[schema(value_type = Object)]
    pub settings: Value,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

impl From<(Workspace, WorkspaceSecrets)> for WorkspaceOut {
    fn from((workspace, secrets): (Workspace, WorkspaceSecrets)) -> Self {
        Self {
            id: workspace.id.into(),
            name: workspace.name,
            slug: workspace.slug,
            api_key: secrets.api_key,
            webhook_secret: secrets.webhook_secret,
            created_by: workspace.created_by.into(),
            plan: workspace.plan.to_string(),
            status: workspace.status.to_string(),
            settings: workspace.settings,
            created_at: workspace.created_at,
            updated_at: workspace.updated_at,
        }
    }
}

/// A workspace in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedWorkspaceOut {
    /// Its id.
    pub id: WireId,
    /// What it is called.
    #[schema(example = "My Company")]
    pub name: String,
    /// Its name in URLs; unique.
    #[schema(example = "my-company")]
    pub slug: String,
    /// What it pays for.
    #[schema(inline, value_type = PlanChoice)]
    pub plan: String,
    /// Whether it may be used.
    #[schema(inline, value_type = StatusChoice)]
    pub status: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// What the caller may do in it.
    #[schema(inline, value_type = RoleChoice)]
    pub user_role: String,
}

impl From<(Workspace, Role)> for ListedWorkspaceOut {
    fn from((workspace, role): (Workspace, Role)) -> Self {
        Self {
            id: workspace.id.into(),
            name: workspace.name,
            slug: workspace.slug,
            plan: workspace.plan.to_string(),
            status: workspace.status.to_string(),
            created_at: workspace.created_at,
            user_role: role.to_string(),
        }
    }
}

/// A member of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberOut {
    /// The id of the membership.
    pub id: WireId,
    /// The person; one who is invited has an id before they have an account.
    pub user_id: WireId,
    /// Their address.
    #[schema(example = "newmember@example.com")]
    pub email: String,
    /// What they may do.
    #[schema(inline, value_type = RoleChoice)]
    pub role: String,
    /// `invited` until the person takes up the invitation.
    #[schema(inline, value_type = MemberStatusChoice)]
    pub status: String,
    /// When they were added.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub joined_at: Timestamp,
}

impl From<Member> for MemberOut {
    fn from(member: Member) -> Self {
        Self {
            id: member.id.into(),
            user_id: member.user_id.into(),
            email: member.email.as_str().to_owned(),
            role: member.role.to_string(),
            status: member.status.to_string(),
            joined_at: member.joined_at,
        }
    }
}

/// A member who was added, or invited anew.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedMemberOut {
    /// The member.
    #[serde(flatten)]
    pub member: MemberOut,
    /// What lets somebody in who is `invited`: to be passed on to them. It is shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "swi_0m7sx5wyrjvng.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub invitation_token: Option<String>,
}

impl AddedMemberOut {
    /// A member, and the token of their invitation.
    pub fn new(member: Member, invitation: Option<&SecretToken>) -> Self {
        let invitation_token = invitation.map(|token| token.expose().to_owned());
        Self { member: MemberOut::from(member), invitation_token }
    }
}

/// An invitation that somebody takes up.
#[derive(Deserialize, ToSchema)]
pub struct AcceptInvitationIn {
    /// Its token.
    #[schema(example = "swi_0m7sx5wyrjvng.3q2-7wAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    pub invitation_token: String,
}

/// The description of a text that is one of the variants of `T`.
struct Choice<T>(PhantomData<T>);

type PlanChoice = Choice<Plan>;
type StatusChoice = Choice<WorkspaceStatus>;
type RoleChoice = Choice<Role>;
type MemberStatusChoice = Choice<MemberStatus>;

impl<T: Display + VariantArray> PartialSchema for Choice<T> {
    fn schema() -> RefOr<Schema> {
        let variants = T::VARIANTS.iter().map(ToString::to_string);
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(variants)).into()
    }
}

impl<T: Display + VariantArray> ToSchema for Choice<T> {}

/// Reads `null` as a value, so that it can be told from a field that is left out.
fn null_as_a_value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
