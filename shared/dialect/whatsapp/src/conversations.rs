//! Conversations on the wire.

mod timeline;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use switchboard_model::conversation::{Conversation, ConversationFilter, LastMessage};
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::page::{Page, Slice};
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

pub use timeline::{Timeline, TimelineMessageOut, TimelineOut, TimelinePart, TimelineQuery};

/// Which conversations to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ConversationQuery {
    /// Only those of this number.
    #[param(value_type = Option<WireId>)]
    phone_number_id: Option<String>,
    /// Only those that this member takes care of: their user id.
    #[param(value_type = Option<WireId>)]
    assignee: Option<String>,
    /// Only those with messages that nobody has read, or, with `false`, those without.
    #[param(value_type = Option<bool>)]
    unread: Option<String>,
}

impl Filter for ConversationQuery {
    type Checked = ConversationFilter;

    fn check(self, checks: &mut Checks) -> Option<ConversationFilter> {
        let number = self.phone_number_id.as_deref().map(WireId::sought).transpose();
        let phone_number_id = checks.query("phone_number_id", number);
        let assignee = checks.query("assignee", self.assignee.as_deref().map(WireId::sought).transpose());
        let unread = checks.query("unread", self.unread.as_deref().map(yes_or_no).transpose());
        let ((phone_number_id, assignee), unread) = phone_number_id.zip(assignee).zip(unread)?;
        Some(ConversationFilter { phone_number_id, assignee, unread })
    }
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

/// A page of an inbox.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationPageOut {
    /// The conversations of this page.
    pub data: Vec<ConversationOut>,
    /// The number of conversations in the whole list; of a truncated one with a filter, of those that were found.
    #[schema(example = 1)]
    pub total: usize,
    /// The most conversations of a page.
    #[schema(example = 20)]
    pub limit: usize,
    /// Conversations that were passed over.
    #[schema(example = 0)]
    pub offset: usize,
    /// True, and only there, where the inbox has more conversations than are looked at, which are the newest 100,000
    /// at least.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl ConversationPageOut {
    /// The page that `slice` asked for.
    pub fn new(page: Page<Conversation>, truncated: bool, slice: Slice) -> Self {
        let data = page.items.into_iter().map(ConversationOut::from).collect();
        Self { data, total: page.total, limit: slice.limit, offset: slice.offset, truncated }
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
