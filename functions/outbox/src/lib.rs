//! From the streams of the tables to the queues.
//!
//! A stream delivers a change at least once, and in order for each item. So does this: what is queued twice is
//! dropped by the queue or by the claim of the sender.

mod campaigns;

use aws_lambda_events::event::dynamodb::{Event, EventRecord};
use switchboard_model::Id;
use switchboard_runtime::jobs::{self, JobError};
use switchboard_runtime::queue::{Outgoing, Queue, QueueError};
use switchboard_runtime::scheduler::{Scheduler, SchedulerError};
use switchboard_runtime::stream::work_through;
use switchboard_service::Outbox;
use switchboard_service::contacts::imports::ImportJob;
use switchboard_service::deliveries::{Due, Job};
use switchboard_service::media_jobs::MediaJob;
use switchboard_service::outbox::{Send, UnreadableImage, Work, redacted_key};

/// Queues what must be sent, and sets timers.
#[derive(Debug)]
pub struct Worker {
    outbox: Outbox,
    exits: Exits,
}

/// Where changes lead to.
#[derive(Debug)]
pub struct Exits {
    /// Single sends to WhatsApp.
    pub sends: Queue,
    /// Imports of contacts.
    pub contact_imports: Queue,
    /// Files to fetch and to let go.
    pub media_jobs: Queue,
    /// Steps of campaigns.
    pub campaign_steps: Queue,
    /// Timers that queue the first step of a campaign.
    pub campaign_timers: Scheduler,
    /// Deliveries to webhooks and callbacks.
    pub webhook_deliveries: Queue,
}

/// Why changes could not be followed; they are delivered again.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    /// The queue did not take the messages.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A timer was not set or taken away.
    #[error(transparent)]
    Scheduler(#[from] SchedulerError),
    /// The parked messages can't be read or taken out of the park.
    #[error("the store failed: {0}")]
    Store(String),
    /// A job has no form for its queue.
    #[error(transparent)]
    Job(#[from] JobError),
    /// A message has no JSON form.
    #[error("a queue message has no JSON form")]
    Body(#[from] serde_json::Error),
}

impl Worker {
    /// A worker that hands on to `exits`.
    pub fn new(outbox: Outbox, exits: Exits) -> Self {
        Self { outbox, exits }
    }

    /// Follows the changes of a batch.
    pub async fn handle(&self, event: Event) -> Result<(), WorkerError> {
        work_through(event, async |records| self.follow(records).await).await
    }

    async fn follow(&self, records: Vec<EventRecord>) -> Result<(), WorkerError> {
        let mut sends = Vec::new();
        let mut unpark = Vec::new();
        let mut imports = Vec::new();
        let mut media = Vec::new();
        let mut campaigns = Vec::new();
        let mut approved = Vec::new();
        let mut jobs = Vec::new();
        for record in records {
            let keys = record.change.keys.clone();
            match self.outbox.news(&record.change.old_image, &record.change.new_image) {
                Ok(job) => jobs.extend(job),
                Err(error) => skipped(&keys, &error),
            }
            match self.outbox.work(record.change.old_image, record.change.new_image) {
                Ok(None) => {}
                Ok(Some(Work::Send(send))) => sends.push(send),
                Ok(Some(Work::Media { job, workspace_id })) => media.push((job, workspace_id)),
                Ok(Some(Work::Unpark(phone_number_id))) => unpark.push(phone_number_id),
                Ok(Some(Work::Import { job, workspace_id })) => imports.push((job, workspace_id)),
                Ok(Some(Work::Campaign(news))) => campaigns.push(news),
                Ok(Some(Work::Resume(template))) => approved.push(template),
                Ok(Some(Work::Deliver(job))) => jobs.push(job),
                Err(error) => skipped(&keys, &error),
            }
        }
        self.queue(&sends).await?;
        self.deliver(jobs).await?;
        for phone_number_id in unpark {
            self.unpark(phone_number_id).await?;
        }
        self.queue_media(&media).await?;
        self.queue_imports(&imports).await?;
        self.follow_campaigns(&campaigns).await?;
        self.follow_approvals(&approved).await
    }

    /// Queues imports, those of one workspace in one group, so that no workspace keeps the others waiting.
    async fn queue_imports(&self, imports: &[(ImportJob, Id)]) -> Result<(), WorkerError> {
        let messages = imports.iter().map(|(job, workspace_id)| {
            Ok(Outgoing {
                body: serde_json::to_string(job)?,
                group: workspace_id.to_string(),
                deduplication_id: None,
                delay: None,
            })
        });
        let messages = messages.collect::<Result<_, WorkerError>>()?;
        Ok(self.exits.contact_imports.send_all_unordered(messages).await?)
    }

    /// Queues what is to be done with files, those of one workspace in one group, so that no workspace keeps the others
    /// waiting.
    async fn queue_media(&self, media: &[(MediaJob, Id)]) -> Result<(), WorkerError> {
        let messages = media.iter().map(|(job, workspace_id)| {
            let (body, group) = (serde_json::to_string(job)?, workspace_id.to_string());
            Ok(Outgoing { body, group, deduplication_id: None, delay: None })
        });
        let messages = messages.collect::<Result<_, WorkerError>>()?;
        Ok(self.exits.media_jobs.send_all_unordered(messages).await?)
    }

    async fn deliver(&self, jobs: Vec<Job>) -> Result<(), WorkerError> {
        let now = self.outbox.now();
        let messages = jobs.into_iter().map(|job| jobs::to_message(&Due { job, at: now }, now));
        let messages = messages.collect::<Result<_, _>>()?;
        Ok(self.exits.webhook_deliveries.send_all_unordered(messages).await?)
    }

    async fn unpark(&self, phone_number_id: Id) -> Result<(), WorkerError> {
        loop {
            let parked = self.outbox.parked(phone_number_id).await.map_err(store)?;
            if parked.is_empty() {
                return Ok(());
            }
            self.queue(&parked).await?;
            self.outbox.unparked(&parked).await.map_err(store)?;
        }
    }

    async fn queue(&self, sends: &[Send]) -> Result<(), WorkerError> {
        let messages = sends.iter().map(|send| {
            Ok(Outgoing {
                body: serde_json::to_string(&send.job)?,
                group: send.group.clone(),
                deduplication_id: Some(send.deduplication_id.clone()),
                delay: None,
            })
        });
        Ok(self.exits.sends.send_all(messages.collect::<Result<_, WorkerError>>()?).await?)
    }
}

/// It would never become readable, and everything behind it would wait.
fn skipped(keys: &serde_dynamo::Item, error: &UnreadableImage) {
    let key = redacted_key(keys);
    tracing::error!(item.key = key, error = error as &dyn std::error::Error, "a change was skipped");
}

fn store(error: impl std::error::Error) -> WorkerError {
    WorkerError::Store(error.to_string())
}
