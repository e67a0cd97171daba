//! What was done in a workspace, and by whom.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::field::{Reason, Refusal};

/// Most characters of an action's or a resource's name in a filter.
const NAME_MAX_LENGTH: usize = 64;

/// Who did something in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// What sort of caller.
    pub kind: ActorKind,
    /// The person, the token or the webhook; nothing for the workspace's API key.
    pub id: Option<Id>,
}

/// A sort of caller.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ActorKind {
    /// A person who is signed in.
    User,
    /// A program with the workspace's API key.
    ApiKey,
    /// A program with an API token.
    ApiToken,
    /// A service that posts to an incoming webhook.
    IncomingWebhook,
}

impl Actor {
    /// The person.
    pub const fn user(id: Id) -> Self {
        Self { kind: ActorKind::User, id: Some(id) }
    }

    /// The program with the workspace's API key.
    pub const fn api_key() -> Self {
        Self { kind: ActorKind::ApiKey, id: None }
    }

    /// The program with the token.
    pub const fn api_token(id: Id) -> Self {
        Self { kind: ActorKind::ApiToken, id: Some(id) }
    }

    /// The service behind the incoming webhook.
    pub const fn incoming_webhook(id: Id) -> Self {
        Self { kind: ActorKind::IncomingWebhook, id: Some(id) }
    }
}

/// Something that can be done, and whose doing is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// A message was sent to a channel.
    MessageSent,
    /// Somebody chose an action of an interactive message.
    ActionAnswered,
    /// A channel was created.
    ChannelCreated,
    /// A department was created.
    DepartmentCreated,
    /// A member was added.
    MemberAdded,
    /// A member got another role.
    MemberRoleChanged,
    /// A member was removed.
    MemberRemoved,
    /// A member who has not come in was given another invitation.
    InvitationRenewed,
    /// The workspace was created.
    WorkspaceCreated,
    /// Name, plan, status or settings of the workspace were changed.
    WorkspaceUpdated,
    /// The workspace was deleted.
    WorkspaceDeleted,
    /// The workspace's API key was replaced.
    ApiKeyRotated,
    /// The workspace's webhook secret was replaced.
    WebhookSecretRotated,
    /// An API token was created.
    ApiTokenCreated,
    /// An API token was replaced.
    ApiTokenRotated,
    /// An API token was deleted.
    ApiTokenDeleted,
    /// An incoming webhook was created.
    IncomingWebhookCreated,
    /// An incoming webhook was changed.
    IncomingWebhookUpdated,
    /// The secret of an incoming webhook was replaced.
    IncomingWebhookRotated,
    /// An incoming webhook was deleted.
    IncomingWebhookDeleted,
    /// A webhook endpoint was created.
    WebhookEndpointCreated,
    /// A webhook endpoint was changed.
    WebhookEndpointUpdated,
    /// The secret of a webhook endpoint was replaced.
    WebhookEndpointRotated,
    /// A webhook endpoint was deleted.
    WebhookEndpointDeleted,
}

impl Deed {
    /// What was done, by name, as it is told of an actor of this kind: what programs do beside people says so.
    pub fn action(self, by: ActorKind) -> &'static str {
        match (self, by) {
            (Self::MessageSent, ActorKind::IncomingWebhook) => "webhook.send_message",
            (Self::ChannelCreated, ActorKind::IncomingWebhook) => "webhook.create_channel",
            (Self::DepartmentCreated, ActorKind::IncomingWebhook) => "webhook.create_department",
            (Self::MemberAdded, ActorKind::IncomingWebhook) => "webhook.add_member",
            (Self::MessageSent, ActorKind::ApiToken) => "message.sent_via_api",
            (Self::ChannelCreated, ActorKind::ApiToken) => "channel.created_via_api",
            (Self::DepartmentCreated, ActorKind::ApiToken) => "department.created_via_api",
            (Self::MemberAdded, ActorKind::ApiToken) => "member.added_via_api",
            (deed, _) => deed.plain_action(),
        }
    }

    fn plain_action(self) -> &'static str {
        match self {
            Self::MessageSent => "message.sent",
            Self::ActionAnswered => "message.action_responded",
            Self::ChannelCreated => "channel.created",
            Self::DepartmentCreated => "department.created",
            Self::MemberAdded => "member.added",
            Self::MemberRoleChanged => "member.role_changed",
            Self::MemberRemoved => "member.removed",
            Self::InvitationRenewed => "member.invitation_renewed",
            Self::WorkspaceCreated => "workspace.created",
            Self::WorkspaceUpdated => "workspace.updated",
            Self::WorkspaceDeleted => "workspace.deleted",
            Self::ApiKeyRotated => "workspace.api_key_rotated",
            Self::WebhookSecretRotated => "workspace.webhook_secret_rotated",
            Self::ApiTokenCreated => "api_token.created",
            Self::ApiTokenRotated => "api_token.rotated",
            Self::ApiTokenDeleted => "api_token.deleted",
            Self::IncomingWebhookCreated => "incoming_webhook.created",
            Self::IncomingWebhookUpdated => "incoming_webhook.updated",
            Self::IncomingWebhookRotated => "incoming_webhook.rotated",
            Self::IncomingWebhookDeleted => "incoming_webhook.deleted",
            Self::WebhookEndpointCreated => "webhook_endpoint.created",
            Self::WebhookEndpointUpdated => "webhook_endpoint.updated",
            Self::WebhookEndpointRotated => "webhook_endpoint.rotated",
            Self::WebhookEndpointDeleted => "webhook_endpoint.deleted",
        }
    }

    /// The sort of thing that it was done to.
    pub fn resource(self) -> &'static str {
        self.plain_action().split('.').next().unwrap_or_default()
    }
}

/// One thing that was done. It is written with the change that it tells of, so that there is neither without the
/// other.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// Its id; entries sort by it.
    pub id: Id,
    /// Where it was done.
    pub workspace_id: Id,
    /// Who did it.
    pub actor: Actor,
    /// What was done, such as `channel.created`.
    pub action: String,
    /// The sort of thing that it was done to, such as `channel`.
    pub resource: String,
    /// The thing.
    pub resource_id: Id,
    /// What else is worth knowing; a small object, never a secret.
    pub metadata: Value,
    /// When.
    pub created_at: Timestamp,
}

/// Which entries are asked for; what is not said does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Done by this person, token or webhook.
    pub actor_id: Option<Id>,
    /// Done by this sort of caller.
    pub actor_kind: Option<ActorKind>,
    /// Of this action.
    pub action: Option<String>,
    /// Done to this sort of thing.
    pub resource: Option<String>,
    /// Done to this thing.
    pub resource_id: Option<Id>,
    /// Not before this.
    pub from: Option<Timestamp>,
    /// Before this.
    pub until: Option<Timestamp>,
}

/// The name of an action or a sort of thing, as a filter.
pub fn filter_name(text: &str) -> Result<String, Refusal> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'.' || byte == b'_';
    if !text.is_empty() && text.len() <= NAME_MAX_LENGTH && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err(Refusal::new(Reason::BadValue, "Input should be a name such as channel or channel.created"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_do_says_so_and_is_done_to_the_same_sort_of_thing() {
        assert_eq!(Deed::MemberAdded.action(ActorKind::User), "member.added");
        assert_eq!(Deed::MemberAdded.action(ActorKind::ApiToken), "member.added_via_api");
        assert_eq!(Deed::MemberAdded.action(ActorKind::IncomingWebhook), "webhook.add_member");
        assert_eq!(Deed::ApiTokenCreated.action(ActorKind::ApiToken), "api_token.created");
        assert_eq!(Deed::MemberAdded.resource(), "member");
    }

    #[test]
    fn a_filter_is_a_name() {
        assert_eq!(filter_name("channel.created"), Ok("channel.created".to_owned()));
        for text in ["", "Channel", "a b", "channel#1"] {
            assert!(filter_name(text).is_err(), "{text}");
        }
        assert!(filter_name(&"a".repeat(65)).is_err());
    }
}
