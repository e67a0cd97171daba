//! Takes the steps of campaigns.

use std::time::Duration;

use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use switchboard_runtime::queue::{Order, Outcome, Outgoing, Queue, QueueError, work_through};
use switchboard_service::campaign_sends::QueuedSend;
use switchboard_service::campaigns::{CampaignJob, CampaignStep, CampaignSteps, Follow, StepError, Taken};

/// The pause before a step is tried again that failed on our side.
const PAUSE: Duration = Duration::from_secs(5);

/// The pause before a step is looked at again that somebody else is at: longer than most take, so that it has been
/// followed by then.
const CONTESTED_PAUSE: Duration = Duration::from_secs(30);

/// Takes the steps of campaigns, and queues what follows.
#[derive(Debug)]
pub struct Worker {
    steps: CampaignSteps,
    queue: Queue,
    sends: Queue,
}

/// Why a step was not taken to its end. It is taken again, and goes on where it was.
#[derive(Debug, thiserror::Error)]
enum Interruption {
    #[error(transparent)]
    Step(#[from] StepError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    #[error("a queue message has no JSON form")]
    Body(#[from] serde_json::Error),
}

impl Interruption {
    fn pause(&self) -> Duration {
        match self {
            Self::Step(error) if error.is_contested() => CONTESTED_PAUSE,
            _ => PAUSE,
        }
    }
}

impl Worker {
    /// A worker that takes from `queue`, and hands recipients out to `sends`.
    pub fn new(steps: CampaignSteps, queue: Queue, sends: Queue) -> Self {
        Self { steps, queue, sends }
    }

    /// Works through a batch.
    pub async fn handle(&self, event: SqsEvent) -> SqsBatchResponse {
        work_through(&self.queue, Order::Any, event, |body| self.step(body)).await
    }

    async fn step(&self, body: String) -> Outcome {
        let job = match serde_json::from_str(&body) {
            Ok(job) => job,
            Err(error) => {
                tracing::error!(error = &error as &dyn std::error::Error, "a campaign's step can't be read");
                return Outcome::Again(None);
            }
        };
        match Box::pin(self.work(&job)).await {
            Ok(()) => Outcome::Done,
            Err(interruption) => {
                let pause = interruption.pause();
                let error = &interruption as &dyn std::error::Error;
                tracing::warn!(?job, error, "a campaign's step was interrupted");
                Outcome::Again(Some(pause))
            }
        }
    }

    async fn work(&self, job: &CampaignJob) -> Result<(), Interruption> {
        match job {
            CampaignJob::Step(step) => self.take(step).await,
            CampaignJob::Resume(approved) => Ok(self.steps.resume(approved).await?),
        }
    }

    async fn take(&self, step: &CampaignStep) -> Result<(), Interruption> {
        let mut taken = self.steps.take(step).await?;
        if let Taken::HandOut(hand_out) = taken {
            self.sends.send_all_unordered(queued(hand_out.sends())?).await?;
            taken = self.steps.handed_out(*hand_out).await?;
        }
        match taken {
            Taken::Followed(follow) => self.follow(follow).await,
            Taken::Over | Taken::HandOut(_) => Ok(()),
        }
    }

    async fn follow(&self, follow: Follow) -> Result<(), Interruption> {
        let Follow { step, workspace_id, delay } = follow;
        let body = serde_json::to_string(&step)?;
        let group = workspace_id.to_string();
        let message = Outgoing { body, group, deduplication_id: None, delay: Some(delay) };
        Ok(self.queue.send_all(vec![message]).await?)
    }
}

fn queued(sends: &[QueuedSend]) -> Result<Vec<Outgoing>, serde_json::Error> {
    let messages = sends.iter().map(|queued| {
        Ok(Outgoing {
            body: serde_json::to_string(&queued.send)?,
            group: queued.group.clone(),
            deduplication_id: None,
            delay: Some(queued.delay),
        })
    });
    messages.collect()
}
