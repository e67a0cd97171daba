//! Jobs of the queue of deliveries, as queue messages.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_model::Timestamp;
use switchboard_service::deliveries::{Due, Job};

use crate::parcel::{self, ParcelError};
use crate::queue::Outgoing;

/// A queue holds a message back no longer than this (AWS, SQS delay seconds).
const LONGEST_DELAY: Duration = Duration::from_mins(15);

/// How a job comes to its worker in time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Way {
    /// The queue holds it back.
    Queue(Outgoing),
    /// That would take too long: a timer puts it into the queue.
    Timer(Timer),
}

/// A timer that puts a job into the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timer {
    /// The name, which stands for one attempt of one delivery: setting it twice sets one. It has 64 characters at most
    /// (AWS, `EventBridge` Scheduler).
    pub name: String,
    /// When it rings.
    pub at: Timestamp,
    /// What it puts into the queue.
    pub message: String,
}

/// How a job comes to its worker in time: by the queue, unless an attempt is due later than a queue holds anything back.
pub fn way_of(due: &Due, now: Timestamp) -> Result<Way, JobError> {
    let message = to_message(due, now)?;
    match &due.job {
        Job::Attempt { key, attempt, .. } if wait(due, now) > LONGEST_DELAY => Ok(Way::Timer(Timer {
            name: format!("delivery-{key}-{attempt}"),
            at: due.at,
            message: message.body,
        })),
        _ => Ok(Way::Queue(message)),
    }
}

/// A job as a queue carries it.
#[derive(Serialize, Deserialize)]
struct Carried {
    job: Job,
    /// Not before this time, in Unix milliseconds.
    at: i64,
}

/// Why a queue message is no job, or a job no queue message.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// It is not the JSON of a job.
    #[error("a queue message is no job")]
    Json(#[from] serde_json::Error),
    /// It is too large, or damaged.
    #[error(transparent)]
    Parcel(#[from] ParcelError),
}

/// The queue message of a job. Tenants share the workers fairly.
pub fn to_message(due: &Due, now: Timestamp) -> Result<Outgoing, JobError> {
    let carried = Carried { job: due.job.clone(), at: due.at.as_millisecond() };
    let delay = wait(due, now).min(LONGEST_DELAY);
    Ok(Outgoing {
        body: parcel::pack(serde_json::to_string(&carried)?)?,
        group: due.job.workspace_id().to_string(),
        deduplication_id: None,
        delay: (!delay.is_zero()).then_some(delay),
    })
}

/// The whole seconds until a job is due, rounded up.
fn wait(due: &Due, now: Timestamp) -> Duration {
    let milliseconds = u64::try_from(due.at.as_millisecond() - now.as_millisecond()).unwrap_or(0);
    Duration::from_secs(milliseconds.div_ceil(1_000))
}

/// The job of a queue message.
pub fn from_message(body: String) -> Result<Due, JobError> {
    let carried: Carried = serde_json::from_str(&parcel::unpack(body)?)?;
    let at = Timestamp::from_millisecond(carried.at).unwrap_or(Timestamp::UNIX_EPOCH);
    Ok(Due { job: carried.job, at })
}

#[cfg(test)]
mod tests {
    use switchboard_model::Id;
    use switchboard_model::delivery::DeliveryKey;
    use switchboard_model::event::EventId;

    use super::*;

    #[test]
    fn a_job_is_held_back_until_it_is_due_but_a_quarter_of_an_hour_at_most() {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let job = Job::Attempt {
            key: DeliveryKey::Callback { id: Id::NONE },
            workspace_id: Id::NONE,
            attempt: 1,
            waiting_since: Some(1_767_225_600_000),
        };
        let delay = |milliseconds: i64| {
            let at = Timestamp::from_millisecond(now.as_millisecond() + milliseconds).unwrap();
            let due = Due { job: job.clone(), at };
            let message = to_message(&due, now).unwrap();
            assert_eq!(from_message(message.body).unwrap(), due);
            message.delay.map(|delay| delay.as_secs())
        };
        assert_eq!(delay(-5_000), None);
        assert_eq!(delay(0), None);
        assert_eq!(delay(4_001), Some(5));
        assert_eq!(delay(86_400_000), Some(900));
    }

    #[test]
    fn an_attempt_that_is_due_later_than_that_waits_for_a_timer_of_its_own() {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let key = DeliveryKey::Event { endpoint_id: Id::NONE, event_id: EventId::of(now, "member.added/1") };
        let way = |seconds: i64, attempt: u32| {
            let job = Job::Attempt { key: key.clone(), workspace_id: Id::NONE, attempt, waiting_since: None };
            let due = Due { job, at: Timestamp::from_second(now.as_second() + seconds).unwrap() };
            (way_of(&due, now).unwrap(), due)
        };

        assert!(matches!(way(900, 5).0, Way::Queue(_)));
        let (Way::Timer(timer), due) = way(901, 5) else { panic!("901 s are too long for a queue") };
        assert_eq!(timer.name, format!("delivery-{key}-5"));
        assert_eq!((timer.at, from_message(timer.message).unwrap()), (due.at, due));
        let (Way::Timer(longest), _) = way(86_400, u32::MAX) else { panic!("a day is too long for a queue") };
        assert!(longest.name.len() <= 64, "{}", longest.name);
    }
}
