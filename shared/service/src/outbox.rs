//! From what changed in the tables to what must be sent.

use switchboard_model::{Id, Timestamp};
use switchboard_store::stream::{self, Change, Image};
use switchboard_store::{MessageKey, StoreError, happening};

use crate::Resources;
use crate::campaigns::ApprovedTemplate;
use crate::contacts::imports::ImportJob;
use crate::deliveries::Job as Delivering;
use crate::media_jobs::MediaJob;
use crate::sending::{Job, Receipt};

pub use switchboard_store::CampaignNews;
pub use switchboard_store::stream::redacted_key;

/// From what changed in the tables to what must be sent.
#[derive(Clone, Debug)]
pub struct Outbox {
    resources: Resources,
}

/// What must follow a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Send this message.
    Send(Send),
    /// Fetch a file, or let the content of one go.
    Media {
        /// What is to be done.
        job: MediaJob,
        /// Whose file it is.
        workspace_id: Id,
    },
    /// Queue what is parked for this phone number.
    Unpark(Id),
    /// Import contacts.
    Import {
        /// The import.
        job: ImportJob,
        /// Whose it is.
        workspace_id: Id,
    },
    /// Let campaigns go on that waited for this template.
    Resume(ApprovedTemplate),
    /// Queue a campaign's step, or change its timer.
    Campaign(CampaignNews),
    /// Deliver to webhooks or callbacks.
    Deliver(Delivering),
}

/// A message for the queue of sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// What is to be sent.
    pub job: Job,
    /// Messages of one group keep their order: a conversation.
    pub group: String,
    /// Of several with the same id within five minutes one is enough.
    pub deduplication_id: String,
}

impl Outbox {
    /// The outbox of these tables.
    pub fn new(resources: Resources) -> Self {
        Self { resources }
    }

    /// What must follow the change of an item from `old` to `new`.
    pub fn work(&self, old: Image, new: Image) -> Result<Option<Work>, UnreadableImage> {
        let change = stream::change(old, new).map_err(|error| UnreadableImage(error.to_string()))?;
        Ok(change.map(|change| match change {
            Change::MessageToSend(pointer) => Work::Send(send(Job::Message(pointer.key), "")),
            Change::MessageRead { key, wa_message_id, receipt } => {
                let again = format!(".{}.{}", receipt.at.as_millisecond(), u8::from(receipt.typing));
                let receipt = Receipt { key, wa_message_id, typing: receipt.typing, at: receipt.at };
                Work::Send(send(Job::Receipt { receipt }, &again))
            }
            Change::FileToFetch(pointer) => {
                Work::Media { job: MediaJob::Fetch(pointer.key), workspace_id: pointer.workspace_id }
            }
            Change::MediaToRetire { workspace_id, media_id } => {
                Work::Media { job: MediaJob::Retire { workspace_id, media_id }, workspace_id }
            }
            Change::NothingToWaitFor(phone_number_id) => Work::Unpark(phone_number_id),
            Change::ContactsToImport { import_id, workspace_id } => {
                Work::Import { job: ImportJob { import_id }, workspace_id }
            }
            Change::TemplateApproved { workspace_id, template_id } => {
                Work::Resume(ApprovedTemplate { workspace_id, approved_template_id: template_id })
            }
            Change::Campaign(news) => Work::Campaign(news),
            Change::AttemptDue { key, workspace_id, attempt } => {
                Work::Deliver(Delivering::Attempt { key, workspace_id, attempt, waiting_since: None })
            }
            Change::ReplayDue(replay) => Work::Deliver(Delivering::Replay(replay)),
        }))
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.resources.now()
    }

    /// What webhooks are to be told of the change of an item from `old` to `new`.
    pub fn news(&self, old: &Image, new: &Image) -> Result<Option<Delivering>, UnreadableImage> {
        let happening = happening(old, new).map_err(|error| UnreadableImage(error.to_string()))?;
        Ok(happening.map(|happening| Delivering::Event(switchboard_events::event(&happening))))
    }

    /// The oldest messages that are parked for a number, some of them; call [`Outbox::unparked`] when they are
    /// queued, and ask again until there are none.
    pub async fn parked(&self, phone_number_id: Id) -> Result<Vec<Send>, StoreError> {
        let parked = self.resources.store.parked_messages(phone_number_id).await?;
        // They were queued before, maybe a moment ago, under their plain ids.
        let again = format!(".{}", self.resources.now().as_millisecond());
        Ok(parked.into_iter().map(|key| send(Job::Message(key), &again)).collect())
    }

    /// Takes messages that are queued by now out of the park.
    pub async fn unparked(&self, sends: &[Send]) -> Result<(), StoreError> {
        let unpark = sends.iter().map(|send| self.resources.store.unpark_message(send.job.key()));
        futures::future::try_join_all(unpark).await.map(drop)
    }
}

/// An image that can't be read.
#[derive(Debug, thiserror::Error)]
#[error("a changed item can't be read: {0}")]
pub struct UnreadableImage(pub(crate) String);

fn send(job: Job, again: &str) -> Send {
    let MessageKey { conversation, id } = job.key();
    // Group ids may have no more than 128 characters, which a business-scoped id can exceed (AWS, SQS).
    let customer: String = conversation.customer.as_str().chars().rev().take(100).collect();
    let group = format!("{}-{customer}", conversation.phone_number_id);
    let deduplication_id = format!("{id}{again}");
    Send { job, group, deduplication_id }
}
