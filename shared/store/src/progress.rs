//! Progress of messages: patterns M4 to M6.

use switchboard_model::message::{Direction, Message, Refusals, Report, ReportKind, Slot, Status};

use crate::expression::{Change, Check, number, string};
use crate::item::to_attribute;
use crate::messages::{StoredPointer, message_key, rank};
use crate::{Condition, MessageKey, Store, StoreError, keys};

/// How a claimed message is given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Release {
    /// The moment that it holds from now on.
    pub slot: Option<Slot>,
    /// The refusals from now on, where Meta refused it for the time being; else those before stay.
    pub refused: Option<Refusals>,
}

impl Store {
    /// M4: records that Meta accepted a message under an id of its own: that id leads to the message, and its
    /// progress says so. The two writes go side by side; each of them may be repeated.
    pub async fn accept_message(
        &self,
        message: &Message,
        wa_message_id: &str,
        report: &Report,
    ) -> Result<(), StoreError> {
        let wa_key = keys::wa_message(wa_message_id);
        let (pointer, key) = (StoredPointer::to(message), MessageKey::from(message));
        futures::try_join!(
            self.put(&wa_key, &pointer, None),
            self.report_progress(&key, report, Some(wa_message_id)),
        )?;
        Ok(())
    }

    /// M5: gives a claimed message back to be sent later. Fails as `NotOurs` where attempt `attempt` is over.
    pub async fn release_message(
        &self,
        key: &MessageKey,
        attempt: u32,
        release: Release,
    ) -> Result<(), StoreError> {
        let ours = Check::All(vec![
            Check::Equals("rank", number(rank(Status::Sending))),
            Check::Equals("attempt", number(attempt)),
        ]);
        let mut change =
            Change::default().set("rank", number(rank(Status::Queued))).only_if(ours, Condition::NotOurs);
        if let Some(refused) = release.refused {
            change = change.set("refused", to_attribute(&refused)?);
        }
        change = match release.slot {
            Some(slot) => change.set("slot", to_attribute(&slot)?),
            None => change.remove("slot"),
        };
        self.update(&message_key(key), change).await.map(drop)
    }

    /// M6: adds to what is known of a message's progress. Of several reports of one kind the earliest time is
    /// kept; the status goes forward only. A report that says nothing new changes nothing.
    pub async fn report_progress(
        &self,
        key: &MessageKey,
        report: &Report,
        wa_message_id: Option<&str>,
    ) -> Result<(), StoreError> {
        let time = time_attribute(&report.kind);
        let at = number(report.at.as_millisecond());
        let earliest = Check::Any(vec![Check::Lacks(time), Check::Above(time, at.clone())]);
        let outbound = Check::Equals("direction", to_attribute(&Direction::Outbound)?);
        let reached = number(rank(report.kind.status()));
        let mut change = Change::default().set(time, at);
        if let ReportKind::Failed(failure) = &report.kind {
            change = change.set("failure", to_attribute(failure)?);
        }
        if let Some(wa_message_id) = wa_message_id {
            change = change.set_if_absent("wa_message_id", string(wa_message_id));
        }
        let further =
            Check::All(vec![outbound.clone(), Check::Below("rank", reached.clone()), earliest.clone()]);
        let forward =
            change.clone().set("rank", reached).remove("outbox").only_if(further, Condition::Contested);
        let late = change.only_if(Check::All(vec![outbound, earliest]), Condition::Contested);
        for change in [forward, late] {
            match self.update(&message_key(key), change).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                reported => return reported.map(drop),
            }
        }
        Ok(())
    }
}

fn time_attribute(kind: &ReportKind) -> &'static str {
    match kind {
        ReportKind::Sent => "sent_at",
        ReportKind::Delivered => "delivered_at",
        ReportKind::Read => "read_at",
        ReportKind::Failed(_) => "failed_at",
    }
}
