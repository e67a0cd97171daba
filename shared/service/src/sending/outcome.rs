//! What came of a call to Meta, put on record.

use std::time::Duration;

use switchboard_graph::{Accepted, Disposition, GraphError, Next, Refusal};
use switchboard_model::message::{Failure, Message, Refusals, Report, ReportKind, Slot};
use switchboard_model::phone_number::Stop;
use switchboard_store::{MessageKey, Release, StoreError};

use super::{LONGEST_PAUSE, SHORTEST_PAUSE, Sending, SendingError, Step, wait_until, whole_seconds};
use crate::conversations::wishes::heed;

/// How often the record of an accepted message is tried. After that its status webhook is the record.
const RECORD_TRIES: u32 = 6;
const RECORD_PAUSE: Duration = Duration::from_millis(50);
/// How often a stop of a number is tried while others change it too.
const STOP_TRIES: u32 = 5;

impl Sending {
    /// Records that Meta has the message. Meta must not be asked again whatever happens here: where the store
    /// fails, the message stays claimed, and its status webhook or the reconcile delay settles it.
    pub(super) async fn accepted(
        &self,
        message: &Message,
        accepted: &Accepted,
    ) -> Result<Step, SendingError> {
        self.pacer.lane(message.conversation.phone_number_id).note_accepted();
        let report = Report { kind: ReportKind::Sent, at: self.resources.now() };
        let mut pause = RECORD_PAUSE;
        for tried in 1.. {
            match self.record(message, accepted, &report).await {
                Ok(()) => break,
                Err(error) if tried == RECORD_TRIES => return Err(error.into()),
                Err(_) => tokio::time::sleep(pause).await,
            }
            pause *= 2;
        }
        self.adopt_orphans(message, &accepted.wa_message_id).await?;
        Ok(Step::Done)
    }

    /// WhatsApp may know a customer by another number than the one that was written to, as in Brazil and Mexico: what
    /// they answer comes from that one (Meta, phone numbers of recipients).
    async fn record(
        &self,
        message: &Message,
        accepted: &Accepted,
        report: &Report,
    ) -> Result<(), StoreError> {
        let (store, addressed) = (&self.resources.store, &message.conversation.customer);
        let wa_id = accepted.wa_id.as_ref().filter(|wa_id| *wa_id != addressed && !addressed.is_scoped_id());
        if let Some(wa_id) = wa_id {
            store.note_spelling(message.workspace_id, wa_id, addressed).await?;
        }
        store.accept_message(message, &accepted.wa_message_id, report).await
    }

    /// Takes over statuses that came before Meta's id of the message was recorded.
    async fn adopt_orphans(&self, message: &Message, wa_message_id: &str) -> Result<(), StoreError> {
        let store = &self.resources.store;
        for orphan in store.orphans(wa_message_id).await? {
            if orphan.phone_number_id == message.conversation.phone_number_id {
                self.heed(message, &orphan.report).await?;
                store.report_progress(&MessageKey::from(message), &orphan.report, None).await?;
                store.drop_orphan(wa_message_id, &orphan).await?;
            }
        }
        Ok(())
    }

    /// Does what Meta's refusal asks for.
    pub(super) async fn refused(
        &self,
        message: &Message,
        slot: Slot,
        refusal: &Refusal,
    ) -> Result<Step, SendingError> {
        let disposition = refusal.disposition();
        tracing::info!(message.id = %message.id, graph.code = refusal.code, %disposition, "meta refused a message");
        if disposition == Disposition::SlowDown {
            return self.slow_down(message, slot).await;
        }
        self.follow(message, disposition, refusal).await
    }

    /// Does what Meta's refusal of a file asks for. It says nothing of the pace of messages.
    pub(super) async fn upload_refused(
        &self,
        message: &Message,
        refusal: &Refusal,
    ) -> Result<Step, SendingError> {
        let disposition = refusal.disposition();
        tracing::info!(message.id = %message.id, graph.code = refusal.code, %disposition, "meta refused a file");
        if disposition == Disposition::SlowDown {
            return self.again(message, self.pause_of(message), None).await;
        }
        self.follow(message, disposition, refusal).await
    }

    async fn follow(
        &self,
        message: &Message,
        disposition: Disposition,
        refusal: &Refusal,
    ) -> Result<Step, SendingError> {
        if message.campaign.is_some() && disposition.concerns_campaign() {
            if matches!(disposition, Disposition::StopNumber | Disposition::StopAccount) {
                self.stop(message, disposition, refusal).await?;
            }
            // A campaign that ends has no other run.
            if disposition == Disposition::EndCampaigns {
                self.fail(message, refusal.failure()).await?;
                return Ok(Step::Held(refusal.failure()));
            }
            return self.hold(message, refusal.failure()).await;
        }
        let refusals = Refusals::with(message.refusals, refusal.code);
        match disposition.next(refusals) {
            Next::Again(wait) => {
                let refused = Refusals::after(message.refusals, refusal.code);
                self.again(message, wait, Some(refused)).await
            }
            Next::Fail => self.fail(message, refusal.failure()).await,
            Next::Wait => {
                self.stop(message, disposition, refusal).await?;
                self.park(message).await
            }
        }
    }

    /// Does what a failure asks for beyond its message. The ledger does so for campaigns.
    async fn heed(&self, message: &Message, report: &Report) -> Result<(), StoreError> {
        if message.campaign.is_some() {
            return Ok(());
        }
        heed(&self.resources, message.workspace_id, &message.conversation.customer, report).await
    }

    /// Meta was not reached, so it has nothing. That is no refusal, however often it happens: the message is given up
    /// when it is a day old.
    pub(super) async fn not_connected(
        &self,
        message: &Message,
        error: &GraphError,
    ) -> Result<Step, SendingError> {
        tracing::warn!(
            message.id = %message.id,
            error = error as &dyn std::error::Error,
            "meta could not be reached"
        );
        self.again(message, self.pause_of(message), None).await
    }

    /// The pause before what never reached Meta is tried again, by the age of the message.
    fn pause_of(&self, message: &Message) -> Duration {
        let age = Duration::try_from(self.resources.now().duration_since(message.created_at));
        age.unwrap_or_default().clamp(SHORTEST_PAUSE, LONGEST_PAUSE)
    }

    async fn again(
        &self,
        message: &Message,
        wait: Duration,
        refused: Option<Refusals>,
    ) -> Result<Step, SendingError> {
        self.release(message, Release { slot: None, refused }).await?;
        // Up to a tenth more, so that what failed together does not come again together.
        let tenths = self.resources.randomness.next_u64() % 100;
        let jitter = wait.mul_f64(f64::from(u32::try_from(tenths).unwrap_or(0)) / 1_000.0);
        Ok(Step::Later(whole_seconds(wait + jitter)))
    }

    async fn slow_down(&self, message: &Message, slot: Slot) -> Result<Step, SendingError> {
        let lane = self.pacer.lane(message.conversation.phone_number_id);
        lane.slow_down(slot).await?;
        let next = lane.reserve(None).await?;
        self.release(message, Release { slot: Some(next), refused: None }).await?;
        Ok(Step::Later(whole_seconds(wait_until(next, self.resources.now()))))
    }

    pub(super) async fn fail(&self, message: &Message, failure: Failure) -> Result<Step, SendingError> {
        let report = Report { kind: ReportKind::Failed(failure), at: self.resources.now() };
        self.heed(message, &report).await?;
        self.resources.store.report_progress(&message.into(), &report, None).await?;
        Ok(Step::Done)
    }

    /// A message that waited for a day has failed.
    pub(super) async fn give_up(&self, message: &Message) -> Result<Step, SendingError> {
        self.fail(message, failure(131_000, "Message was not accepted by WhatsApp within 24 hours")).await
    }

    /// The number was removed after the message was queued.
    pub(super) async fn number_gone(&self, message: &Message) -> Result<Step, SendingError> {
        self.fail(message, failure(33, "Phone number was removed from the workspace")).await
    }

    /// The message's file can't be sent.
    pub(super) async fn file_refused(&self, message: &Message, why: &str) -> Result<Step, SendingError> {
        let failure = Failure { details: Some(why.to_owned()), ..failure(131_053, "Media upload error") };
        self.fail(message, failure).await
    }

    /// The message is not of a sort that can be sent.
    pub(super) async fn not_sendable(&self, message: &Message) -> Result<Step, SendingError> {
        self.fail(message, failure(131_051, "Unsupported message type")).await
    }

    /// Lets the message wait until its number may send. A number that came back meanwhile was not told of this
    /// message, so it is looked at once more.
    pub(super) async fn park(&self, message: &Message) -> Result<Step, SendingError> {
        let (store, key) = (&self.resources.store, MessageKey::from(message));
        store.park_message(&key).await?;
        self.release(message, Release::default()).await?;
        let number = store.phone_number(key.conversation.phone_number_id).await?;
        if number.is_some_and(|number| !number.may_send() && number.deleted_at.is_none()) {
            return Ok(Step::Done);
        }
        store.unpark_message(&key).await?;
        self.senders.forget(key.conversation.phone_number_id);
        Ok(Step::Later(Duration::from_secs(1)))
    }

    /// Stops the message's number, or all numbers of its account.
    async fn stop(
        &self,
        message: &Message,
        disposition: Disposition,
        refusal: &Refusal,
    ) -> Result<(), SendingError> {
        let store = &self.resources.store;
        let Some(number) = store.phone_number(message.conversation.phone_number_id).await? else {
            return Ok(());
        };
        let concerned = match (&number.business_id, disposition) {
            (Some(business_id), Disposition::StopAccount) => {
                store.phone_numbers_of_account(business_id).await?
            }
            _ => vec![number],
        };
        let failure = refusal.failure();
        let at = self.resources.now().as_millisecond();
        for number in concerned {
            let stop = Stop { code: failure.code, message: failure.title.clone(), at };
            self.stop_number(number.id, stop).await?;
            self.senders.forget(number.id);
        }
        Ok(())
    }

    async fn stop_number(&self, id: switchboard_model::Id, stop: Stop) -> Result<(), SendingError> {
        let store = &self.resources.store;
        for _ in 0..STOP_TRIES {
            let Some(mut number) = store.phone_number(id).await? else { return Ok(()) };
            if !number.may_send() {
                return Ok(());
            }
            number.stopped = Some(stop.clone());
            number.version += 1;
            number.updated_at = self.resources.now();
            match store.update_phone_number(&number).await {
                Err(StoreError::ConditionFailed(_)) => {}
                updated => {
                    tracing::warn!(phone_number.id = %id, graph.code = stop.code, "sending from a number is stopped");
                    return Ok(updated?);
                }
            }
        }
        // Those who keep changing the number see Meta's refusals as this sender does.
        Ok(())
    }
}

pub(super) fn failure(code: i64, title: &str) -> Failure {
    Failure { code, title: title.to_owned(), details: None }
}
