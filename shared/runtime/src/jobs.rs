//! Jobs of the queue of deliveries, as queue messages.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_model::Timestamp;
use switchboard_service::deliveries::{Due, Job};

use crate::parcel::{self, ParcelError};
use crate::queue::Outgoing;

/// A queue holds a message back no longer than this (AWS, SQS delay seconds). What is due later is queued again then.
const LONGEST_DELAY: Duration = Duration::from_mins(15);

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
    let wait = u64::try_from(due.at.as_millisecond() - now.as_millisecond()).unwrap_or(0);
    let delay = Duration::from_secs(wait.div_ceil(1_000)).min(LONGEST_DELAY);
    Ok(Outgoing {
        body: parcel::pack(serde_json::to_string(&carried)?)?,
        group: due.job.workspace_id().to_string(),
        deduplication_id: None,
        delay: (!delay.is_zero()).then_some(delay),
    })
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

    use super::*;

    #[test]
    fn a_job_is_held_back_until_it_is_due_but_a_quarter_of_an_hour_at_most() {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let job =
            Job::Attempt { key: DeliveryKey::Callback { id: Id::NONE }, workspace_id: Id::NONE, attempt: 1 };
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
}
