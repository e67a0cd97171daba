//! Queues: sending to them, and working through their batches.

use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use futures::future::join_all;
use switchboard_meter::Meter;
use tokio::time::Instant;

/// Most messages of one call (AWS, SQS quotas).
pub const BATCH_MAX: usize = 10;
/// Most bytes of one call in all (AWS, SQS quotas: 1 MiB, less room for attributes).
pub const BATCH_MAX_BYTES: usize = 1_000_000;
/// A message can't be hidden for longer (AWS, SQS visibility timeout).
const HIDE_MAX: Duration = Duration::from_hours(12);

/// A message can't be held back for longer (AWS, SQS delay seconds).
const DELAY_MAX: Duration = Duration::from_mins(15);

/// A queue that messages are sent to and given back to.
#[derive(Clone, Debug)]
pub struct Queue {
    client: aws_sdk_sqs::Client,
    url: String,
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// What it says.
    pub body: String,
    /// Messages of one group keep their order (FIFO) or share a fair part of the workers (standard).
    pub group: String,
    /// A second message with the same id within five minutes is dropped; FIFO queues only.
    pub deduplication_id: Option<String>,
    /// How long the queue holds it back, in whole seconds up to 900 (AWS, SQS); standard queues only.
    pub delay: Option<Duration>,
}

/// A queue did not take what was sent.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// The call failed.
    #[error("the queue is unavailable")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The queue refused some messages of the call.
    #[error("the queue refused {0} messages")]
    Refused(usize),
}

impl Queue {
    /// The queue at `url`.
    pub fn new(client: aws_sdk_sqs::Client, url: String) -> Self {
        Self { client, url }
    }

    /// Sends messages, in as few calls as the limits allow and one call after the other, so that the messages
    /// of a group keep their order. After an error some may have been sent.
    pub async fn send_all(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        for batch in batches(messages) {
            self.send_batch(batch).await?;
        }
        Ok(())
    }

    /// Sends messages whose order does not matter, several calls at a time.
    pub async fn send_all_unordered(&self, messages: Vec<Outgoing>) -> Result<(), QueueError> {
        use futures::stream::{StreamExt, TryStreamExt, iter};
        const CALLS: usize = 8;
        iter(batches(messages).into_iter().map(|batch| self.send_batch(batch)))
            .buffer_unordered(CALLS)
            .try_collect::<Vec<()>>()
            .await
            .map(drop)
    }

    async fn send_batch(&self, batch: Vec<Outgoing>) -> Result<(), QueueError> {
        let entries = batch.into_iter().enumerate().map(|(at, message)| {
            SendMessageBatchRequestEntry::builder()
                .id(at.to_string())
                .message_body(message.body)
                .message_group_id(message.group)
                .set_message_deduplication_id(message.deduplication_id)
                .set_delay_seconds(message.delay.map(seconds))
                .build()
        });
        let entries =
            entries.collect::<Result<Vec<_>, _>>().map_err(|error| QueueError::Unavailable(error.into()))?;
        let request = self.client.send_message_batch().queue_url(&self.url).set_entries(Some(entries));
        let answer = request.send().await.map_err(|error| QueueError::Unavailable(error.into()))?;
        match answer.failed.len() {
            0 => Ok(()),
            refused => Err(QueueError::Refused(refused)),
        }
    }

    /// Keeps a received message hidden for `delay`, after which it is delivered again.
    async fn hide(&self, receipt_handle: &str, delay: Duration) {
        let seconds = i32::try_from(delay.min(HIDE_MAX).as_secs()).unwrap_or(i32::MAX);
        let request = self.client.change_message_visibility().queue_url(&self.url);
        let sent = request.receipt_handle(receipt_handle).visibility_timeout(seconds).send().await;
        if let Err(error) = sent {
            // The message comes back when its own time is over, which is later or sooner but not never.
            tracing::warn!(error = &error as &dyn std::error::Error, "a message could not be delayed");
        }
    }
}

fn seconds(delay: Duration) -> i32 {
    i32::try_from(delay.min(DELAY_MAX).as_secs()).unwrap_or(0)
}

/// Cuts messages into calls within the limits.
fn batches(messages: Vec<Outgoing>) -> Vec<Vec<Outgoing>> {
    let mut batches: Vec<Vec<Outgoing>> = Vec::new();
    let mut bytes = 0;
    for message in messages {
        let size = message.body.len();
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH_MAX && bytes + size <= BATCH_MAX_BYTES => {
                bytes += size;
                batch.push(message);
            }
            _ => {
                bytes = size;
                batches.push(vec![message]);
            }
        }
    }
    batches
}

/// What became of a received message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done with.
    Done,
    /// It is to be delivered again, after this time; `None` is when the queue likes.
    Again(Option<Duration>),
    /// It is to be delivered again, because of something that may be over soon or may last.
    Interrupted {
        /// After this time, and twice as long each time it has come before.
        first: Duration,
        /// After this time at most.
        longest: Duration,
    },
}

impl Outcome {
    /// How long a message is kept hidden that has been received so many times, where this says so.
    fn pause(&self, receives: u32) -> Option<Duration> {
        match self {
            Self::Done | Self::Again(None) => None,
            Self::Again(Some(pause)) => Some(*pause),
            Self::Interrupted { first, longest } => {
                Some(first.saturating_mul(2_u32.saturating_pow(receives.saturating_sub(1))).min(*longest))
            }
        }
    }
}

/// How often a message has been received, this time included (AWS, SQS message attributes).
fn receives(message: &SqsMessage) -> u32 {
    let count = message.attributes.get("ApproximateReceiveCount");
    count.and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// How the messages of a batch depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Not at all.
    Any,
    /// Within a group, one after the other; where one is given back, so are those behind it.
    InGroups,
}

/// Works through a batch, all groups (or messages) at the same time, and answers with those to deliver again.
pub async fn work_through<F>(
    queue: &Queue,
    order: Order,
    event: SqsEvent,
    handle: impl Fn(String) -> F,
) -> SqsBatchResponse
where
    F: Future<Output = Outcome>,
{
    work_through_within(queue, Duration::MAX, order, event, handle).await
}

/// As [`work_through`], but no group begins with another message after `budget`: whoever is stopped at the timeout of
/// its function leaves all of the batch to be delivered again, done or not. What is left comes again at once.
pub async fn work_through_within<F>(
    queue: &Queue,
    budget: Duration,
    order: Order,
    event: SqsEvent,
    handle: impl Fn(String) -> F,
) -> SqsBatchResponse
where
    F: Future<Output = Outcome>,
{
    let began_at = Instant::now();
    let in_time = || began_at.elapsed() < budget;
    let mut groups: BTreeMap<String, Vec<SqsMessage>> = BTreeMap::new();
    for (at, message) in event.records.into_iter().enumerate() {
        let group = match order {
            Order::Any => at.to_string(),
            Order::InGroups => message.attributes.get("MessageGroupId").cloned().unwrap_or_default(),
        };
        groups.entry(group).or_default().push(message);
    }
    let (handle, in_time) = (&handle, &in_time);
    let left = join_all(groups.into_values().map(|group| work_through_group(queue, group, in_time, handle)));
    let left = left.await;
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = left.into_iter().flatten().map(failure).collect();
    response
}

/// Works through one group; the ids of the messages to deliver again. Those behind one that waits are hidden as long:
/// a group stands still until all of them may come.
async fn work_through_group<F>(
    queue: &Queue,
    group: Vec<SqsMessage>,
    in_time: impl Fn() -> bool,
    handle: &impl Fn(String) -> F,
) -> Vec<String>
where
    F: Future<Output = Outcome>,
{
    for (at, message) in group.iter().enumerate() {
        if at > 0 && !in_time() {
            return give_back(queue, &group[at..], Some(Duration::ZERO)).await;
        }
        let meter = Meter::default();
        let outcome = meter.scope(handle(message.body.clone().unwrap_or_default())).await;
        log(&meter, &outcome);
        if outcome != Outcome::Done {
            return give_back(queue, &group[at..], outcome.pause(receives(message))).await;
        }
    }
    Vec::new()
}

/// The ids of messages that are delivered again, after `delay` or when the queue likes.
async fn give_back(queue: &Queue, messages: &[SqsMessage], delay: Option<Duration>) -> Vec<String> {
    if let Some(delay) = delay {
        let handles = messages.iter().filter_map(|message| message.receipt_handle.as_deref());
        join_all(handles.map(|handle| queue.hide(handle, delay))).await;
    }
    messages.iter().filter_map(|message| message.message_id.clone()).collect()
}

fn log(meter: &Meter, outcome: &Outcome) {
    let reading = meter.reading();
    tracing::info!(
        outcome = ?outcome,
        workspace.id = meter.workspace().map(|id| id.to_string()),
        aws.calls = reading.calls,
        aws.round_trips = reading.round_trips,
        store.read_units = reading.read_units,
        store.write_units = reading.write_units,
        "queue message handled"
    );
}

fn failure(message_id: String) -> BatchItemFailure {
    let mut failure = BatchItemFailure::default();
    failure.item_identifier = message_id;
    failure
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: usize) -> Outgoing {
        Outgoing { body: "x".repeat(bytes), group: "g".to_owned(), deduplication_id: None, delay: None }
    }

    #[test]
    fn what_is_interrupted_again_and_again_comes_back_after_longer_and_longer_pauses() {
        let (first, longest) = (Duration::from_secs(2), Duration::from_mins(5));
        let interrupted = Outcome::Interrupted { first, longest };
        let pauses = [0, 1, 2, 3, 8, 9, 500].map(|receives| interrupted.pause(receives).unwrap().as_secs());
        assert_eq!(pauses, [2, 2, 4, 8, 256, 300, 300]);
        assert_eq!(Outcome::Again(Some(first)).pause(8), Some(first));
    }

    #[test]
    fn how_often_a_message_came_is_told_by_the_queue() {
        let mut message = SqsMessage::default();
        assert_eq!(receives(&message), 1);
        message.attributes.insert("ApproximateReceiveCount".to_owned(), "7".to_owned());
        assert_eq!(receives(&message), 7);
    }

    #[test]
    fn a_call_has_ten_messages_and_a_mebibyte_at_most() {
        let many = batches((0..25).map(|_| message(10)).collect());
        let large = batches(vec![message(600_000), message(300_000), message(200_000)]);

        assert_eq!(many.iter().map(Vec::len).collect::<Vec<_>>(), [10, 10, 5]);
        assert_eq!(large.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }
}
