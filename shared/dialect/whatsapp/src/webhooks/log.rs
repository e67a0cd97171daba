//! What became of deliveries, on the wire.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use switchboard_events::{
    CampaignCompletedEvent, ChannelCreatedEvent, DepartmentCreatedEvent, MemberAddedEvent,
    MessageCreatedEvent, MessageUpdatedEvent, WebhookDisabledEvent, WebhookPingEvent,
    WhatsappMessageReceivedEvent, WhatsappMessageStatusEvent,
};
use switchboard_model::delivery::{Attempt, Delivery, DeliveryKey, DeliveryState};
use switchboard_model::event::{Event, EventId};
use switchboard_model::field::{Checks, Reason, Refusal, one_of};
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::{WireId, page};

/// Which deliveries to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// Only those that are `pending`, `delivered` or `failed`.
    #[param(example = "failed")]
    status: Option<String>,
    /// The most deliveries of a page.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100, default = 20)]
    limit: Option<String>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// The checked form of [`LogQuery`].
#[derive(Debug)]
pub struct Log {
    /// The status that is asked for.
    pub state: Option<DeliveryState>,
    /// Deliveries of events before this one.
    pub before: Option<EventId>,
    /// Most deliveries of the page.
    pub limit: usize,
}

impl TryFrom<LogQuery> for Log {
    type Error = DomainError;

    fn try_from(wire: LogQuery) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let state = checks.query("status", wire.status.as_deref().map(one_of::<DeliveryState>).transpose());
        let slice = page::slice(&mut checks, wire.limit.as_deref(), None);
        let cursor = wire.cursor.as_deref().map(|text| {
            let refusal = || Refusal::new(Reason::BadValue, "Input should be a cursor of this list");
            EventId::parse(text).ok_or_else(refusal)
        });
        let before = checks.query("cursor", cursor.transpose());
        let ((state, slice), before) = checks.finish(state.zip(slice).zip(before))?;
        Ok(Self { state, before, limit: slice.limit })
    }
}

/// The id of an event in the path.
pub fn event_id(text: &str) -> Result<EventId, DomainError> {
    EventId::parse(text).ok_or(DomainError::DeliveryNotFound)
}

/// A page of deliveries, those of the newest events first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryLogOut {
    /// The deliveries.
    pub data: Vec<DeliveryOut>,
    /// Gives the next page, if there may be one.
    pub next_cursor: Option<String>,
}

impl DeliveryLogOut {
    /// The page.
    pub fn new(deliveries: Vec<Delivery>, next: Option<EventId>) -> Self {
        let data = deliveries.into_iter().map(DeliveryOut::from).collect();
        Self { data, next_cursor: next.map(|id| id.to_string()) }
    }
}

/// A delivery of an event to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryOut {
    /// The event; receivers see it as `webhook-id`.
    #[schema(example = "evt_01kdvj1n00w9h2q6x6k3m5v8ra")]
    pub event_id: String,
    /// The kind of event.
    #[schema(example = "whatsapp.message.received")]
    pub event_type: String,
    /// `pending`, `delivered` or `failed`.
    #[schema(example = "delivered")]
    pub status: String,
    /// Attempts that were made, replays included.
    #[schema(example = 1)]
    pub attempts_made: u32,
    /// When the next attempt is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_attempt_at: Option<Timestamp>,
    /// The last attempts, 20 at most, the oldest first.
    pub attempts: Vec<AttemptOut>,
    /// When the event happened.
    #[schema(value_type = String, format = DateTime, example = "2026-01-01T00:00:00Z")]
    pub created_at: Timestamp,
}

/// An attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttemptOut {
    /// Its number, from 1; receivers see it as `X-Webhook-Attempt`.
    #[schema(example = 1)]
    pub number: u32,
    /// When it began.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-01T00:00:00Z")]
    pub at: Option<Timestamp>,
    /// How long it took, in milliseconds.
    #[schema(example = 87)]
    pub duration_ms: u32,
    /// `delivered`, `refused`, `gone`, `unreachable`, `timed_out` or `address_refused`.
    #[schema(example = "delivered")]
    pub outcome: String,
    /// The status that the receiver answered with.
    #[schema(example = 200)]
    pub status_code: Option<u16>,
    /// How its answer begins, 2,000 characters at most.
    #[schema(example = "ok")]
    pub response: Option<String>,
}

impl From<Attempt> for AttemptOut {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            at: Timestamp::from_millisecond(attempt.at).ok(),
            duration_ms: attempt.milliseconds,
            outcome: attempt.outcome.to_string(),
            status_code: attempt.status,
            response: attempt.answer,
        }
    }
}

impl From<Delivery> for DeliveryOut {
    fn from(delivery: Delivery) -> Self {
        Self {
            event_id: match &delivery.key {
                DeliveryKey::Event { event_id, .. } => event_id.to_string(),
                DeliveryKey::Callback { .. } => String::new(),
            },
            event_type: delivery.kind,
            status: delivery.state.to_string(),
            attempts_made: delivery.attempts_made,
            next_attempt_at: delivery.next_attempt_at,
            attempts: delivery.attempts.into_iter().map(AttemptOut::from).collect(),
            created_at: delivery.created_at,
        }
    }
}

/// A delivery with what it carries.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryDetailsOut {
    /// The delivery.
    #[serde(flatten)]
    pub delivery: DeliveryOut,
    /// The event, as receivers get it.
    #[schema(value_type = Option<EventSchema>)]
    pub event: Option<Box<RawValue>>,
}

impl DeliveryDetailsOut {
    /// A delivery and the event that it carries, if that is still kept.
    pub fn new(delivery: Delivery, event: Option<Event>) -> Self {
        let event = event.and_then(|event| RawValue::from_string(event.body).ok());
        Self { delivery: delivery.into(), event }
    }
}

/// What webhooks are told: one of these, which its `type` names.
#[derive(Debug, ToSchema)]
#[serde(untagged)]
#[schema(title = "Event")]
pub enum EventSchema {
    /// `message.created`
    #[schema(title = "message.created")]
    MessageCreated(MessageCreatedEvent),
    /// `message.updated`
    #[schema(title = "message.updated")]
    MessageUpdated(MessageUpdatedEvent),
    /// `channel.created`
    #[schema(title = "channel.created")]
    ChannelCreated(ChannelCreatedEvent),
    /// `department.created`
    #[schema(title = "department.created")]
    DepartmentCreated(DepartmentCreatedEvent),
    /// `campaign.completed`
    #[schema(title = "campaign.completed")]
    CampaignCompleted(CampaignCompletedEvent),
    /// `member.added`
    #[schema(title = "member.added")]
    MemberAdded(MemberAddedEvent),
    /// `whatsapp.message.received`
    #[schema(title = "whatsapp.message.received")]
    WhatsappMessageReceived(WhatsappMessageReceivedEvent),
    /// `whatsapp.message.status`
    #[schema(title = "whatsapp.message.status")]
    WhatsappMessageStatus(WhatsappMessageStatusEvent),
    /// `webhook.disabled`
    #[schema(title = "webhook.disabled")]
    WebhookDisabled(WebhookDisabledEvent),
    /// `webhook.ping`
    #[schema(title = "webhook.ping")]
    WebhookPing(WebhookPingEvent),
}

/// A ping that is under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct PingOut {
    /// The event; its delivery is in the log.
    #[schema(example = "evt_01kdvj1n00w9h2q6x6k3m5v8ra")]
    pub event_id: String,
}

/// What is to be delivered anew.
#[derive(Debug, Deserialize, ToSchema)]
pub struct ReplayIn {
    /// Events from this time on.
    #[schema(example = "2026-01-01T00:00:00Z")]
    since: String,
    /// Events before this time; by default all.
    #[schema(example = "2026-01-02T00:00:00Z")]
    until: Option<String>,
    /// `failed` (by default): what was given up or never sent, as while the webhook was disabled; `all`: everything.
    #[schema(example = "failed")]
    scope: Option<String>,
}

/// The checked form of [`ReplayIn`].
#[derive(Clone, Copy, Debug)]
pub struct ReplaySpan {
    /// Events from this time on.
    pub since: Timestamp,
    /// Events before this time.
    pub until: Option<Timestamp>,
    /// Whether what was delivered is delivered again.
    pub all: bool,
}

impl TryFrom<ReplayIn> for ReplaySpan {
    type Error = DomainError;

    fn try_from(wire: ReplayIn) -> Result<Self, DomainError> {
        let time = |text: &str| {
            text.parse::<Timestamp>().map_err(|_| {
                Refusal::new(Reason::BadValue, "Input should be a time such as 2026-01-01T00:00:00Z")
            })
        };
        let mut checks = Checks::default();
        let since = checks.body("since", time(&wire.since));
        let until = checks.body("until", wire.until.as_deref().map(time).transpose());
        let all = match wire.scope.as_deref() {
            None | Some("failed") => Ok(false),
            Some("all") => Ok(true),
            Some(_) => Err(Refusal::new(Reason::NotAllowed, "Input should be 'failed' or 'all'")),
        };
        let all = checks.body("scope", all);
        let span = since.zip(until).zip(all);
        checks.finish(span.map(|((since, until), all)| Self { since, until, all }))
    }
}

/// A replay that is under way.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReplayOut {
    /// Its id. The deliveries are in the log as they are made.
    pub id: WireId,
}

impl From<Id> for ReplayOut {
    fn from(id: Id) -> Self {
        Self { id: id.into() }
    }
}
