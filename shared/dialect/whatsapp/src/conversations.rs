//! Conversations on the wire.

mod timeline;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use switchboard_model::conversation::{Conversation, LastMessage};
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::page::Slice;
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::{WireId, page};

pub use timeline::{Timeline, TimelineMessageOut, TimelineOut, TimelinePart, TimelineQuery};

/// Which conversations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// The workspace.
    workspace_id: WireId,
    /// Only those of this number.
    phone_number_id: Option<WireId>,
    /// Only those that this member takes care of: their user id.
    assignee: Option<WireId>,
    /// Only those with messages that nobody has read, or, with `false`, those without.
    #[param(value_type = Option<bool>)]
    unread: Option<String>,
    /// The most conversations of a page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// Conversations to pass over first.
    #[param(value_type = Option<u32>, minimum = 0, default = 0)]
    offset: Option<String>,
}

/// The checked form of [`ListQuery`].
#[derive(Debug)]
pub struct List {
    /// The workspace.
    pub workspace_id: Id,
    /// The number that is asked for.
    pub phone_number_id: Option<Id>,
    /// The member that is asked for.
    pub assignee: Option<Id>,
    /// Whether those with unread messages are asked for, or those without.
    pub unread: Option<bool>,
    /// The page that is asked for.
    pub slice: Slice,
}

impl TryFrom<ListQuery> for List {
    type Error = DomainError;

    fn try_from(wire: ListQuery) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let unread = checks.query("unread", wire.unread.as_deref().map(yes_or_no).transpose());
        let slice = page::slice(&mut checks, wire.limit.as_deref(), wire.offset.as_deref());
        let (unread, slice) = checks.finish(unread.zip(slice))?;
        Ok(Self {
            workspace_id: wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?,
            phone_number_id: named(wire.phone_number_id),
            assignee: named(wire.assignee),
            unread,
            slice,
        })
    }
}

/// The id to look for; one that names nothing finds nothing.
fn named(wire: Option<WireId>) -> Option<Id> {
    wire.map(|id| id.resolve(DomainError::ConversationNotFound).unwrap_or(Id::NONE))
}

fn yes_or_no(text: &str) -> Result<bool, Refusal> {
    text.parse().map_err(|_| Refusal::new(Reason::WrongType, "Input should be 'true' or 'false'"))
}

/// The id of a conversation in the path.
pub fn conversation_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("conversation_id", text, DomainError::ConversationNotFound)
}

/// What is to be changed of a conversation.
#[derive(Debug, Deserialize, ToSchema)]
pub struct UpdateConversationIn {
    /// The user id of the member who is to take care of it; null is nobody.
    #[serde(deserialize_with = "required")]
    #[schema(value_type = Option<WireId>, required = true)]
    assignee: Option<WireId>,
}

fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<WireId>, D::Error> {
    Option::deserialize(deserializer)
}

impl UpdateConversationIn {
    /// The member who is to take care of it.
    pub fn assignee(self) -> Result<Option<Id>, DomainError> {
        self.assignee.map(|id| id.resolve(DomainError::MemberNotFound)).transpose()
    }
}

/// A conversation with a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationOut {
    /// Its id.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The workspace's number.
    pub phone_number_id: WireId,
    /// The workspace's number in E.164.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// The customer's number in E.164, or their business-scoped user id where WhatsApp hides the number.
    #[schema(example = "+15551234567")]
    pub customer: String,
    /// What the customer calls themselves.
    #[schema(example = "Ada Lovelace")]
    pub profile_name: Option<String>,
    /// The user id of the member who takes care of it.
    pub assignee: Option<WireId>,
    /// Messages of the customer that nobody has read yet.
    #[schema(example = 2)]
    pub unread_count: u32,
    /// Until when anything but templates may be sent: 24 hours after the customer's last message.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub window_expires_at: Option<Timestamp>,
    /// When the customer last wrote.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_inbound_at: Option<Timestamp>,
    /// The last message of either side.
    pub last_message: LastMessageOut,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// The last message of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct LastMessageOut {
    /// Its id.
    pub id: WireId,
    /// `inbound` or `outbound`.
    #[schema(example = "inbound")]
    pub direction: String,
    /// What sort of message it is.
    #[serde(rename = "type")]
    #[schema(example = "text")]
    pub kind: String,
    /// How it begins, where it can be read.
    #[schema(example = "Good morning")]
    pub text: Option<String>,
    /// When it was queued or written.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl From<&LastMessage> for LastMessageOut {
    fn from(message: &LastMessage) -> Self {
        Self {
            id: message.message_id.into(),
            direction: message.direction.to_string(),
            kind: message.kind.clone(),
            text: message.text.clone(),
            created_at: message.at,
        }
    }
}

impl From<Conversation> for ConversationOut {
    fn from(conversation: Conversation) -> Self {
        Self {
            id: conversation.id.into(),
            workspace_id: conversation.workspace_id.into(),
            phone_number_id: conversation.key.phone_number_id.into(),
            customer: conversation.key.customer.display(),
            assignee: conversation.assignee.map(WireId::from),
            unread_count: conversation.unread,
            window_expires_at: conversation.window_expires_at(),
            last_inbound_at: conversation.last_inbound.map(|inbound| inbound.at),
            last_message: LastMessageOut::from(&conversation.last_message),
            created_at: conversation.created_at,
            phone_number: conversation.business_number,
            profile_name: conversation.profile_name,
        }
    }
}
