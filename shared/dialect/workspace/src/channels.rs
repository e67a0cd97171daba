//! Channels on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::DomainError;
use switchboard_model::Id;
use switchboard_model::channel::{Channel, ChannelKind, channel_name, description};
use switchboard_model::department::Department;
use switchboard_model::field::{Checks, one_of};
use utoipa::ToSchema;

use crate::id::{self, CHANNEL, DEPARTMENT, WORKSPACE};

/// A channel to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "product-updates", "description": "Product update announcements", "type": "public"}))]
#[serde(rename_all = "camelCase")]
pub struct CreateChannelIn {
    /// What it is to be called, 1 to 100 characters. Several channels may be called the same.
    #[schema(example = "product-updates", min_length = 1, max_length = 100)]
    name: String,
    /// What it is for, up to 500 characters.
    #[schema(example = "Product update announcements", max_length = 500)]
    description: Option<String>,
    /// `public`, which it is where nothing is said, or `private`.
    #[serde(rename = "type")]
    #[schema(example = "public")]
    kind: Option<String>,
    /// The department that it belongs to.
    #[schema(example = "dept_01m7sx5wyrjvng11se0qt1cfmx")]
    department_id: Option<String>,
}

/// The checked form of [`CreateChannelIn`].
#[derive(Debug)]
pub struct CreateChannel {
    /// What it is to be called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who can see it.
    pub kind: ChannelKind,
    /// The department that it belongs to.
    pub department_id: Option<Id>,
}

impl TryFrom<CreateChannelIn> for CreateChannel {
    type Error = DomainError;

    fn try_from(wire: CreateChannelIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", channel_name(&wire.name));
        let about = checks.body("description", wire.description.as_deref().map_or(Ok(None), description));
        let kind = checks.body("type", wire.kind.as_deref().map_or(Ok(ChannelKind::default()), one_of));
        let ((name, description), kind) = checks.finish(name.zip(about).zip(kind))?;
        let department_id =
            id::parse_some(DEPARTMENT, wire.department_id.as_deref(), DomainError::DepartmentNotFound)?;
        Ok(Self { name, description, kind, department_id })
    }
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelOut {
    /// Its id.
    #[schema(example = "channel_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// What it is called.
    #[schema(example = "product-updates")]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// `public` or `private`.
    #[serde(rename = "type")]
    #[schema(example = "public")]
    pub kind: String,
    /// The workspace.
    #[schema(example = "workspace_01m7sx5wyrjvng11se0qt1cfmx")]
    pub workspace_id: String,
    /// The department that it belongs to.
    pub department_id: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2025-01-01T12:00:00Z")]
    pub created_at: Timestamp,
    /// The department that it belongs to.
    pub department: Option<DepartmentNameOut>,
    /// How much is in it; only in lists.
    #[serde(rename = "_count", skip_serializing_if = "Option::is_none")]
    pub count: Option<ChannelCountOut>,
}

/// How much is in a channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelCountOut {
    /// Its messages.
    #[schema(example = 1250)]
    pub messages: u64,
    /// The people who can see it: of a public channel the members of the workspace, of a private one those of its
    /// department.
    #[schema(example = 45)]
    pub members: u32,
}

/// A department, by name.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentNameOut {
    /// Its id.
    #[schema(example = "dept_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Engineering")]
    pub name: String,
}

impl DepartmentNameOut {
    pub(crate) fn new(department_id: Id, name: String) -> Self {
        Self { id: id::spell(DEPARTMENT, department_id), name }
    }
}

impl From<Department> for DepartmentNameOut {
    fn from(department: Department) -> Self {
        Self::new(department.id, department.name)
    }
}

impl ChannelOut {
    /// A channel with its department and, in a list, with what is in it: messages and people.
    pub fn new(channel: Channel, department: Option<Department>, count: Option<(u64, u32)>) -> Self {
        Self {
            id: id::spell(CHANNEL, channel.id),
            name: channel.name,
            description: channel.description,
            kind: channel.kind.to_string(),
            workspace_id: id::spell(WORKSPACE, channel.workspace_id),
            department_id: channel.department_id.map(|department| id::spell(DEPARTMENT, department)),
            created_at: channel.created_at,
            department: department.map(DepartmentNameOut::from),
            count: count.map(|(messages, members)| ChannelCountOut { messages, members }),
        }
    }
}

/// The channels of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelsOut {
    /// The channels, the newest first.
    pub channels: Vec<ChannelOut>,
}

/// A channel that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedChannelOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// The channel.
    pub channel: ChannelOut,
}
