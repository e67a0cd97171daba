//! Statuses of messages that nobody claims yet: patterns O1 and O2.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::message::{Failure, Report, ReportKind};

use crate::item::StoredForm;
use crate::{Store, StoreError, keys};

/// How long an orphan is kept, in seconds: Meta repeats a webhook for seven days.
const LIFETIME: i64 = 8 * 86_400;

/// A status of a message that nobody claims yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orphan {
    /// The phone number that Meta told it of; the message must be of the same.
    pub phone_number_id: Id,
    /// What it says.
    pub report: Report,
}

/// An orphan as stored.
#[derive(Serialize, Deserialize)]
struct StoredOrphan {
    phone_number_id: Id,
    kind: StoredKind,
    at: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    ttl: i64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum StoredKind {
    Sent,
    Delivered,
    Read,
    Failed,
}

impl StoredForm for StoredOrphan {
    const ENTITY: &'static str = "orphan";
}

impl Store {
    /// O1: keeps a status of the message that Meta calls `wa_message_id`. May be repeated.
    pub async fn keep_orphan(
        &self,
        wa_message_id: &str,
        orphan: &Orphan,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let (kind, failure) = match &orphan.report.kind {
            ReportKind::Sent => (StoredKind::Sent, None),
            ReportKind::Delivered => (StoredKind::Delivered, None),
            ReportKind::Read => (StoredKind::Read, None),
            ReportKind::Failed(failure) => (StoredKind::Failed, Some(failure.clone())),
        };
        let stored = StoredOrphan {
            phone_number_id: orphan.phone_number_id,
            kind,
            at: orphan.report.at.as_millisecond(),
            failure,
            ttl: now.as_second() + LIFETIME,
        };
        self.put(&keys::orphan(wa_message_id, name(kind)), &stored, None).await
    }

    /// O2: the statuses that are kept for the message that Meta calls `wa_message_id`.
    pub async fn orphans(&self, wa_message_id: &str) -> Result<Vec<Orphan>, StoreError> {
        let stored = self.list::<StoredOrphan>(&keys::orphans(wa_message_id)).await?;
        stored.into_iter().map(orphan_of).collect()
    }

    /// O2: lets go of a status that the message has taken over.
    pub async fn drop_orphan(&self, wa_message_id: &str, orphan: &Orphan) -> Result<(), StoreError> {
        let kind = match orphan.report.kind {
            ReportKind::Sent => StoredKind::Sent,
            ReportKind::Delivered => StoredKind::Delivered,
            ReportKind::Read => StoredKind::Read,
            ReportKind::Failed(_) => StoredKind::Failed,
        };
        self.delete(&keys::orphan(wa_message_id, name(kind))).await
    }
}

fn orphan_of(stored: StoredOrphan) -> Result<Orphan, StoreError> {
    let kind = match (stored.kind, stored.failure) {
        (StoredKind::Sent, _) => ReportKind::Sent,
        (StoredKind::Delivered, _) => ReportKind::Delivered,
        (StoredKind::Read, _) => ReportKind::Read,
        (StoredKind::Failed, failure) => {
            let unknown = || Failure { code: 0, title: "unknown error".to_owned(), details: None };
            ReportKind::Failed(failure.unwrap_or_else(unknown))
        }
    };
    let at = Timestamp::from_millisecond(stored.at).map_err(|error| StoreError::Unstorable(error.into()))?;
    Ok(Orphan { phone_number_id: stored.phone_number_id, report: Report { kind, at } })
}

fn name(kind: StoredKind) -> &'static str {
    match kind {
        StoredKind::Sent => "sent",
        StoredKind::Delivered => "delivered",
        StoredKind::Read => "read",
        StoredKind::Failed => "failed",
    }
}
