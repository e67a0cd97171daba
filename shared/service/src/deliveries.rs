//! Deliveries: events to webhooks, and answers to the callbacks of interactive messages.

mod attempting;
mod disabling;
mod fan_out;
mod manners;
mod post;
mod reception;
mod target;

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_courier::Courier;
use switchboard_model::delivery::DeliveryKey;
use switchboard_model::event::Event;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Replay, StoreError};
use switchboard_vault::{Sealer, VaultError};

use crate::Resources;

use manners::Manners;
use target::Targets;

pub(crate) use fan_out::delivery_of;

/// Something for the queue of deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Find out who is to be told of this.
    Event(Event),
    /// Make one attempt.
    Attempt {
        /// The delivery.
        key: DeliveryKey,
        /// Whose it is.
        workspace_id: Id,
        /// The number of the attempt.
        attempt: u32,
        /// Since when it waits for its receiver, in Unix milliseconds, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiting_since: Option<i64>,
    },
    /// Make deliveries anew, some at a time.
    Replay(Replay),
}

impl Job {
    /// Whose it is: tenants have a fair part of the workers each.
    pub fn workspace_id(&self) -> Id {
        match self {
            Self::Event(event) => event.workspace_id,
            Self::Attempt { workspace_id, .. } => *workspace_id,
            Self::Replay(replay) => replay.workspace_id,
        }
    }
}

/// A job, and when to do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// What to do.
    pub job: Job,
    /// Not before this time.
    pub at: Timestamp,
}

/// How deliveries are made.
#[derive(Clone, Copy, Debug)]
pub struct DeliverySettings {
    /// How many times shorter the waits between attempts are than documented: 1, but for trials.
    pub divisor: u32,
}

/// How long whoever makes an attempt has for it. The queue shows its message again later than that.
const CLAIM: Duration = Duration::from_secs(40);

/// Makes deliveries.
#[derive(Clone, Debug)]
pub struct Deliveries {
    resources: Resources,
    courier: Courier,
    targets: Arc<Targets>,
    manners: Arc<Manners>,
    settings: DeliverySettings,
}

/// A job could not be done; it can be tried again.
#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A secret can't be opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Something else failed.
    #[error(transparent)]
    Domain(#[from] DomainError),
}

impl Deliveries {
    /// Deliveries that `courier` makes and `sealer`'s secrets sign.
    pub fn new(resources: Resources, courier: Courier, sealer: Sealer, settings: DeliverySettings) -> Self {
        let targets = Arc::new(Targets::new(resources.clone(), sealer));
        Self { resources, courier, targets, manners: Arc::default(), settings }
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.resources.now()
    }

    /// Does a job. What it answers with is to be queued before the job counts as done: then nothing is lost, however
    /// often whoever does it dies.
    pub async fn work(&self, job: Job) -> Result<Vec<Due>, DeliveryError> {
        switchboard_meter::current().note_workspace(job.workspace_id());
        match job {
            Job::Event(event) => self.fan_out(event).await,
            Job::Replay(replay) => self.replay(replay).await,
            Job::Attempt { key, workspace_id, attempt, waiting_since } => {
                Box::pin(self.attempt(key, workspace_id, attempt, waiting_since)).await
            }
        }
    }

    fn due_at(at: Timestamp, key: DeliveryKey, workspace_id: Id, attempt: u32) -> Due {
        Due { job: Job::Attempt { key, workspace_id, attempt, waiting_since: None }, at }
    }
}
