//! Handing queued messages to Meta: each once, in order, at the pace that Meta lets through.
//!
//! A message is claimed before Meta is called, and what came of the call is recorded after it. Where that is
//! not known (the answer was lost, or the sender died), nobody sends the message again before a status of it
//! arrives or the reconcile delay has passed, since Graph has no idempotency key.

mod campaign;
mod content;
mod outcome;
mod pacer;
mod receipts;
mod senders;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_bucket::{Bucket, BucketError};
use switchboard_graph::callback::callback_data;
use switchboard_graph::{Accepted, Graph, Outgoing, SendError};
use switchboard_model::Id;
use switchboard_model::message::{Failure, Message, Slot};
use switchboard_store::{Claim, MessageKey, Release, StoreError};
use switchboard_vault::{Sealer, VaultError};

use crate::{MediaLibrary, Resources};
pub(crate) use campaign::CampaignMoment;
use content::Files;
use pacer::{Pacer, Traffic};
pub use receipts::Receipt;
use senders::{Sender, Senders};

/// A message that could not be sent for so long has failed.
const GIVE_UP_AFTER: Duration = Duration::from_hours(24);
/// The pause before what did not reach Meta is tried again is as long as the message is old, within these bounds: in a
/// day that is far less often than the queue delivers it.
const SHORTEST_PAUSE: Duration = Duration::from_secs(5);
const LONGEST_PAUSE: Duration = Duration::from_mins(5);
/// The shortest pause after a fault on our side.
const SHORTEST_FAULT_PAUSE: Duration = Duration::from_secs(2);
/// A sender waits at most so long for the moment of a message; for a later one it goes back to the queue.
const LONGEST_WAIT: Duration = Duration::from_millis(1_500);

/// Hands queued messages to Meta.
#[derive(Debug)]
pub struct Sending {
    resources: Resources,
    graph: Graph,
    reconcile_delay: Duration,
    senders: Senders,
    media: MediaLibrary,
    pacer: Pacer,
}

/// How messages are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SendingSettings {
    /// How long an unknown outcome is waited for before the message is tried again.
    pub reconcile_delay: Duration,
    /// Messages a second that a number may send until Meta refuses.
    pub per_second: f64,
}

/// What the queue of sends carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Job {
    /// A customer's message is read.
    Receipt {
        /// What is to be told.
        receipt: Receipt,
    },
    /// A message waits to be sent.
    Message(MessageKey),
}

impl Job {
    /// The message that it is about.
    pub fn key(&self) -> &MessageKey {
        match self {
            Self::Receipt { receipt } => &receipt.key,
            Self::Message(key) => key,
        }
    }
}

/// What becomes of the queue's message.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// Nothing is left to do.
    Done,
    /// The message came to its end before: as it is.
    Over(Box<Message>),
    /// It must come again after this.
    Later(Duration),
    /// It is of a campaign, and nothing that the campaign has left can be sent: the message waits for another run.
    Held(Failure),
}

/// Why sending could not go on. The message is untouched, or it is claimed and will be reconciled.
#[derive(Debug, thiserror::Error)]
pub enum SendingError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A token can't be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// A file can't be read.
    #[error(transparent)]
    Bucket(#[from] BucketError),
}

impl Sending {
    /// Sends by `graph` with tokens that `sealer` opens, and files of `bucket`.
    pub fn new(
        resources: Resources,
        graph: Graph,
        sealer: Sealer,
        bucket: Bucket,
        settings: SendingSettings,
    ) -> Self {
        let senders = Senders::new(resources.clone(), sealer);
        let pacer = Pacer::new(resources.clone(), settings.per_second, Traffic::Single);
        let media = MediaLibrary::new(resources.clone(), bucket, graph.clone());
        Self { resources, graph, reconcile_delay: settings.reconcile_delay, senders, media, pacer }
    }

    /// Does what a message of the queue asks for.
    pub async fn work(&self, job: &Job) -> Result<Step, SendingError> {
        match job {
            Job::Receipt { receipt } => self.receipt(receipt).await,
            Job::Message(key) => self.send(key).await,
        }
    }

    /// The pause before a job is tried again that failed on our side, by its age: a long fault must not use up the times
    /// that the queue delivers it.
    pub fn pause_after_fault(&self, job: &Job) -> Duration {
        let made_at = match job {
            Job::Receipt { receipt } => u64::try_from(receipt.at.as_millisecond()).unwrap_or(0),
            Job::Message(key) => key.id.unix_milliseconds(),
        };
        let now = u64::try_from(self.resources.now().as_millisecond()).unwrap_or(0);
        Duration::from_millis(now.saturating_sub(made_at)).clamp(SHORTEST_FAULT_PAUSE, LONGEST_PAUSE)
    }

    /// Sends the message at `key`, if it still waits for that.
    pub async fn send(&self, key: &MessageKey) -> Result<Step, SendingError> {
        self.send_if(key, async || Ok(true)).await
    }

    /// As [`Sending::send`], if it `may` be sent once its moment has come; else it stays queued, and nothing follows.
    pub(crate) async fn send_if(
        &self,
        key: &MessageKey,
        may: impl AsyncFnOnce() -> Result<bool, StoreError>,
    ) -> Result<Step, SendingError> {
        let now = self.resources.now();
        match self.resources.store.claim_message(key, now, self.reconcile_delay).await? {
            Claim::Taken(message) => {
                switchboard_meter::current().note_workspace(message.workspace_id);
                self.send_claimed(&message, may).await
            }
            claim => Ok(self.unclaimable(claim, now)),
        }
    }

    fn unclaimable(&self, claim: Claim, now: Timestamp) -> Step {
        match claim {
            Claim::Gone | Claim::Taken(_) => Step::Done,
            Claim::Over(message) => Step::Over(message),
            Claim::UnderWay(since) => Step::Later(self.until_reconciled(since, now)),
        }
    }

    /// The rest of the reconcile delay of an attempt that began at `since`, and a second more.
    fn until_reconciled(&self, since: Timestamp, now: Timestamp) -> Duration {
        let passed = Duration::try_from(now.duration_since(since)).unwrap_or_default();
        self.reconcile_delay.saturating_sub(passed) + Duration::from_secs(1)
    }

    async fn send_claimed(
        &self,
        message: &Message,
        may: impl AsyncFnOnce() -> Result<bool, StoreError>,
    ) -> Result<Step, SendingError> {
        let of_campaign = message.campaign.is_some();
        // A campaign may have been paused for days; it ends by itself.
        if !of_campaign && message.created_at + GIVE_UP_AFTER < self.resources.now() {
            return self.give_up(message).await;
        }
        let phone_number_id = message.conversation.phone_number_id;
        let sender = match self.senders.get(phone_number_id).await? {
            Some(sender) if sender.number.may_send() => sender,
            found if of_campaign => {
                let why = campaign::why_not(found.as_deref().map(|sender| &sender.number));
                return self.hold(message, why).await;
            }
            Some(_) => return self.park(message).await,
            None => return self.number_gone(message).await,
        };
        let files = match Box::pin(self.files(message, &sender)).await? {
            Files::There(files) => files,
            Files::NotThere(step) => return Ok(step),
        };
        match self.moment(phone_number_id, message.slot).await? {
            Moment::Now(slot) if may().await? => Box::pin(self.call(message, &sender, slot, files)).await,
            Moment::Now(_) => {
                self.release(message, Release::default()).await?;
                Ok(Step::Done)
            }
            Moment::Later(slot, wait) => {
                self.release(message, Release { slot: Some(slot), refused: None }).await?;
                Ok(Step::Later(wait))
            }
        }
    }

    /// Waits for the message's moment, or says that it is too far away.
    async fn moment(&self, phone_number_id: Id, held: Option<Slot>) -> Result<Moment, SendingError> {
        let lane = self.pacer.lane(phone_number_id);
        let mut slot = lane.reserve(held).await?;
        loop {
            let wait = wait_until(slot, self.resources.now());
            if wait > LONGEST_WAIT {
                return Ok(Moment::Later(slot, whole_seconds(wait)));
            }
            tokio::time::sleep(wait).await;
            if lane.is_good(slot) {
                return Ok(Moment::Now(slot));
            }
            slot = lane.reserve(None).await?;
        }
    }

    async fn call(
        &self,
        message: &Message,
        sender: &Arc<Sender>,
        slot: Slot,
        files: Vec<String>,
    ) -> Result<Step, SendingError> {
        let mut sent = self.hand_over(message, sender, &files).await;
        if let Some(Err(SendError::Refused(refusal))) = &sent
            && !files.is_empty()
            && content::may_be_of_file(refusal)
        {
            // Refused is not sent, so it can be tried again at once.
            match self.files_again(message, sender).await? {
                Files::There(files) => sent = self.hand_over(message, sender, &files).await,
                Files::NotThere(step) => return Ok(step),
            }
        }
        match sent {
            // What was received is never queued; a message that says so can't be sent.
            None => self.not_sendable(message).await,
            Some(Ok(accepted)) => self.accepted(message, &accepted).await,
            Some(Err(SendError::Refused(refusal))) => self.refused(message, slot, &refusal).await,
            Some(Err(SendError::NotSent(error))) => self.not_connected(message, &error).await,
            Some(Err(SendError::Unknown(error))) => {
                tracing::warn!(
                    message.id = %message.id,
                    error = &error as &dyn std::error::Error,
                    "the outcome of a send is unknown"
                );
                Ok(Step::Later(self.until_reconciled(self.resources.now(), self.resources.now())))
            }
        }
    }

    /// Calls Graph once; `None` for what is never sent.
    async fn hand_over(
        &self,
        message: &Message,
        sender: &Sender,
        files: &[String],
    ) -> Option<Result<Accepted, SendError>> {
        let attempt = message.attempt.map_or(1, |attempt| attempt.number);
        let callback = callback_data(message.id, attempt);
        let filled = content::filled(&message.content, files);
        let payload = content::payload(&message.content, files, &filled)?;
        let outgoing = Outgoing::new(&message.conversation.customer, payload).with_callback_data(&callback);
        Some(self.graph.send(&sender.token, &sender.number.meta_id, &outgoing).await)
    }

    /// Gives a claimed message back. Where the attempt is over by now, a status has said so: nothing is to do.
    async fn release(&self, message: &Message, release: Release) -> Result<(), StoreError> {
        let attempt = message.attempt.map_or(0, |attempt| attempt.number);
        match self.resources.store.release_message(&message.into(), attempt, release).await {
            Err(StoreError::ConditionFailed(_)) => Ok(()),
            released => released,
        }
    }
}

/// When a message may be sent.
enum Moment {
    Now(Slot),
    Later(Slot, Duration),
}

fn wait_until(slot: Slot, now: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(slot.at - now.as_microsecond()).unwrap_or(0))
}

/// Queues delay by whole seconds.
fn whole_seconds(wait: Duration) -> Duration {
    Duration::from_secs(wait.as_secs().max(1))
}
