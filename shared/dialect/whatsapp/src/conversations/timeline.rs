//! The messages of a conversation on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_model::conversation::Conversation;
use switchboard_model::field::{Checks, FieldError, Part, Reason};
use switchboard_model::message::{Content, Message};
use switchboard_model::page::Slice;
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use super::ConversationOut;
use crate::messages::{MessageErrorOut, MessageOut};
use crate::{WireId, page};

/// Most bytes of a customer's message as WhatsApp sent it that a page shows: what is longer is left out.
const CONTENT_MAX_BYTES: usize = 8_192;

/// Which messages of a conversation to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TimelineQuery {
    /// Only messages that are older than this one: go on with the last of a page. Not together with `offset`.
    before: Option<WireId>,
    /// The most messages of a page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// Messages to pass over first.
    #[param(value_type = Option<u32>, minimum = 0, default = 0)]
    offset: Option<String>,
}

/// The checked form of [`TimelineQuery`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelinePart {
    /// By offset from the newest.
    Slice(Slice),
    /// Those older than this message.
    Before {
        /// The message.
        message_id: Id,
        /// The most messages.
        limit: usize,
    },
}

impl TryFrom<TimelineQuery> for TimelinePart {
    type Error = DomainError;

    fn try_from(wire: TimelineQuery) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let Some(before) = wire.before else {
            let slice = page::slice(&mut checks, wire.limit.as_deref(), wire.offset.as_deref());
            return checks.finish(slice.map(Self::Slice));
        };
        if wire.offset.is_some() {
            let message = "Input should be left out where before is given";
            checks.push(FieldError::new(Part::Query, "offset", Reason::BadValue, message));
        }
        let limit = page::limit(&mut checks, wire.limit.as_deref());
        let limit = checks.finish(limit)?;
        Ok(Self::Before { message_id: before.resolve(DomainError::MessageNotFound)?, limit })
    }
}

/// Messages of a conversation, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineOut {
    /// The conversation.
    pub conversation: ConversationOut,
    /// The messages of this page.
    pub data: Vec<TimelineMessageOut>,
    /// The number of messages in the whole conversation; null where `before` was given.
    #[schema(example = 1)]
    pub total: Option<usize>,
    /// The most messages of a page.
    #[schema(example = 20)]
    pub limit: usize,
    /// Messages that were passed over; null where `before` was given.
    #[schema(example = 0)]
    pub offset: Option<usize>,
    /// What to give as `before` for the next page; null where there is none.
    pub next_before: Option<WireId>,
}

/// What a page of a conversation is made of.
#[derive(Debug)]
pub struct Timeline {
    /// The conversation.
    pub conversation: Conversation,
    /// Its messages.
    pub messages: Vec<Message>,
    /// How many there are.
    pub total: Option<usize>,
}

impl TimelineOut {
    /// The page that `part` asked for.
    pub fn new(timeline: Timeline, part: TimelinePart) -> Self {
        let (limit, offset) = match part {
            TimelinePart::Slice(slice) => (slice.limit, Some(slice.offset)),
            TimelinePart::Before { limit, .. } => (limit, None),
        };
        let shown = timeline.messages.len();
        let more = match (timeline.total, offset) {
            (Some(total), Some(offset)) => offset.saturating_add(shown) < total,
            _ => shown == limit,
        };
        let last = timeline.messages.last().filter(|_| more);
        Self {
            next_before: last.map(|message| message.id.into()),
            conversation: timeline.conversation.into(),
            data: timeline.messages.iter().map(TimelineMessageOut::from).collect(),
            total: timeline.total,
            limit,
            offset,
        }
    }
}

/// A message of either side in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineMessageOut {
    /// The message.
    #[serde(flatten)]
    pub message: MessageOut,
    /// What can be read in it: the text, a caption, a template filled in, the emoji of a reaction.
    #[schema(example = "Good morning")]
    pub text: Option<String>,
    /// The name of the template that was sent.
    pub template_name: Option<String>,
    /// The media file in it, once it is here.
    pub media_id: Option<WireId>,
    /// Why the media file in a customer's message will never be here: Meta refused it, or did not keep it any longer.
    #[schema(example = "The file is larger than 104857600 bytes")]
    pub media_error: Option<String>,
    /// Meta's id of the message that this one answers.
    pub reply_to: Option<String>,
    /// Meta's id of the message that this one is about: to which a reaction was given, or that was edited or taken back.
    pub about: Option<String>,
    /// A customer's message as WhatsApp sent it; null where it is longer than 8 KB.
    #[schema(value_type = Option<Object>)]
    pub content: Option<Value>,
    /// The user id of the member who sent it.
    pub sent_by: Option<WireId>,
    /// The campaign that it belongs to.
    pub campaign_id: Option<WireId>,
    /// When Meta accepted it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// When it was opened; of a customer's message, when it was marked as read here.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// When it failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<MessageErrorOut>,
}

impl From<&Message> for TimelineMessageOut {
    fn from(message: &Message) -> Self {
        let (content, progress) = (&message.content, &message.progress);
        let received = match content {
            Content::Received { raw, .. } => Some(raw),
            _ => None,
        };
        let reached = |path: &str| received?.pointer(path)?.as_str().map(str::to_owned);
        let about = ["/reaction/message_id", "/edit/original_message_id", "/revoke/original_message_id"];
        Self {
            message: MessageOut::from(message),
            text: content.text().map(str::to_owned),
            template_name: content.template_name().map(str::to_owned),
            media_id: content.media_id().map(WireId::from),
            media_error: content.lost_media().map(str::to_owned),
            reply_to: reached("/context/id"),
            about: about.iter().find_map(|path| reached(path)),
            content: received.filter(|raw| raw.to_string().len() <= CONTENT_MAX_BYTES).cloned(),
            sent_by: message.sent_by.map(WireId::from),
            campaign_id: message.campaign.as_ref().map(|campaign| campaign.campaign_id.into()),
            sent_at: progress.sent_at,
            delivered_at: progress.arrived_at().filter(|_| received.is_none()),
            read_at: progress.read_at,
            failed_at: progress.failed_at,
            error: progress.failure.as_ref().map(MessageErrorOut::from),
        }
    }
}
