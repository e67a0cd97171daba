//! The audit log on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_model::audit::{ActorKind, AuditEntry, AuditFilter, filter_name};
use switchboard_model::field::{Checks, Reason, Refusal, one_of};
use switchboard_model::id::spelling::uuid;
use switchboard_model::{DomainError, Id};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::api_tokens::time;

/// Entries of a page where the client does not say.
const LIMIT_DEFAULT: usize = 50;
/// Most entries of a page.
const LIMIT_MAX: usize = 100;
/// Most characters of a cursor.
const CURSOR_MAX_LENGTH: usize = 128;

/// Which entries are asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditLogsIn {
    /// Only what this person, token or webhook did.
    actor_id: Option<String>,
    /// Only what this sort of caller did: `user`, `api_key`, `api_token` or `incoming_webhook`.
    #[param(example = "api_key")]
    actor_type: Option<String>,
    /// Only this action, such as `channel.created_via_api`.
    action: Option<String>,
    /// Only what was done to this sort of thing, such as `channel`.
    resource: Option<String>,
    /// Only what was done to this thing.
    resource_id: Option<String>,
    /// Not before this time.
    from: Option<String>,
    /// Before this time.
    until: Option<String>,
    /// Entries of a page, 1 to 100; 50 where it is left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// The `next_cursor` of the page before, which had the same filters.
    cursor: Option<String>,
}

/// The checked form of [`AuditLogsIn`].
#[derive(Debug)]
pub struct ListAuditLogs {
    /// Which entries are asked for.
    pub filter: AuditFilter,
    /// Where the page before ended.
    pub after: Option<String>,
    /// The most entries.
    pub limit: usize,
}

impl TryFrom<AuditLogsIn> for ListAuditLogs {
    type Error = DomainError;

    fn try_from(wire: AuditLogsIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let actor_id = checks.query("actor_id", wire.actor_id.as_deref().map(named).transpose());
        let actor_kind =
            checks.query("actor_type", wire.actor_type.as_deref().map(one_of::<ActorKind>).transpose());
        let resource_id = checks.query("resource_id", wire.resource_id.as_deref().map(named).transpose());
        let action = checks.query("action", wire.action.as_deref().map(filter_name).transpose());
        let resource = checks.query("resource", wire.resource.as_deref().map(filter_name).transpose());
        let from = checks.query("from", wire.from.as_deref().map(time).transpose());
        let until = checks.query("until", wire.until.as_deref().map(time).transpose());
        let limit = checks.query("limit", limit(wire.limit.as_deref()));
        checks.query("cursor", cursor(wire.cursor.as_deref()));
        let checked = actor_id
            .zip(actor_kind)
            .zip(resource_id)
            .zip(action)
            .zip(resource)
            .zip(from.zip(until))
            .zip(limit);
        let ((((((actor_id, actor_kind), resource_id), action), resource), (from, until)), limit) =
            checks.finish(checked)?;
        let filter = AuditFilter { actor_id, actor_kind, action, resource, resource_id, from, until };
        Ok(Self { filter, after: wire.cursor, limit })
    }
}

/// What `text` spells; one that names nothing did nothing.
fn named(text: &str) -> Result<Id, Refusal> {
    if uuid::is_well_formed(text) {
        Ok(uuid::parse(text).unwrap_or(Id::NONE))
    } else {
        Err(Refusal::new(Reason::BadValue, "Input should be a valid UUID"))
    }
}

fn limit(text: Option<&str>) -> Result<usize, Refusal> {
    let Some(text) = text else { return Ok(LIMIT_DEFAULT) };
    let number = text.parse().ok().filter(|number| (1..=LIMIT_MAX).contains(number));
    number.ok_or_else(|| {
        Refusal::new(Reason::OutOfRange, format!("Input should be a whole number from 1 to {LIMIT_MAX}"))
    })
}

fn cursor(text: Option<&str>) -> Result<(), Refusal> {
    if text.is_some_and(|text| text.len() > CURSOR_MAX_LENGTH) {
        return Err(Refusal::new(Reason::TooLong, "Input should be the next_cursor of the same list"));
    }
    Ok(())
}

/// A part of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLogsOut {
    /// The entries, the newest first. There can be fewer than asked for, and more behind them.
    pub data: Vec<AuditEntryOut>,
    /// Where to go on; `null` at the end.
    pub next_cursor: Option<String>,
}

/// One thing that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntryOut {
    /// Its id.
    pub id: WireId,
    /// Who did it.
    pub actor: ActorOut,
    /// What was done.
    #[schema(example = "channel.created_via_api")]
    pub action: String,
    /// The sort of thing that it was done to.
    #[schema(example = "channel")]
    pub resource: String,
    /// The thing.
    pub resource_id: WireId,
    /// What else is worth knowing.
    #[schema(value_type = Object)]
    pub metadata: Value,
    /// When.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct ActorOut {
    /// `user`, `api_key`, `api_token` or `incoming_webhook`.
    #[serde(rename = "type")]
    #[schema(example = "api_token")]
    pub kind: String,
    /// The person, the token or the webhook; nothing for the workspace's API key.
    pub id: Option<WireId>,
}

impl From<AuditEntry> for AuditEntryOut {
    fn from(entry: AuditEntry) -> Self {
        let actor = ActorOut { kind: entry.actor.kind.to_string(), id: entry.actor.id.map(WireId::from) };
        Self {
            id: entry.id.into(),
            actor,
            action: entry.action,
            resource: entry.resource,
            resource_id: entry.resource_id.into(),
            metadata: entry.metadata,
            created_at: entry.created_at,
        }
    }
}
