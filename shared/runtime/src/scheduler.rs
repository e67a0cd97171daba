//! Timers that put a message into a queue, once.

use aws_sdk_scheduler::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_scheduler::types::{
    ActionAfterCompletion, FlexibleTimeWindow, FlexibleTimeWindowMode, Target as ScheduleTarget,
};
use switchboard_model::Timestamp;
use switchboard_model::lazy::Lazy;

/// Timers of `EventBridge` Scheduler that put a message into one queue. Each rings once and is gone then.
#[derive(Debug)]
pub struct Scheduler {
    client: Lazy<aws_sdk_scheduler::Client>,
    target: Target,
}

/// Where timers are kept and what they lead to.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name of the group of schedules.
    pub group: String,
    /// The queue.
    pub queue_arn: String,
    /// What may send to it.
    pub role_arn: String,
}

/// A timer was not set or taken away.
#[derive(Debug, thiserror::Error)]
#[error("the scheduler is unavailable")]
pub struct SchedulerError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Scheduler {
    /// Timers with this target.
    pub fn new(client: impl Into<Lazy<aws_sdk_scheduler::Client>>, target: Target) -> Self {
        Self { client: client.into(), target }
    }

    /// Lets the timer `name` put `message` into the queue at the whole second that `at` is in or begins. One that is
    /// set already stays as it is: a name stands for one moment and message.
    pub async fn set(&self, name: &str, at: Timestamp, message: &str) -> Result<(), SchedulerError> {
        let failed = |error: Box<dyn std::error::Error + Send + Sync>| SchedulerError(error);
        let target = ScheduleTarget::builder()
            .arn(&self.target.queue_arn)
            .role_arn(&self.target.role_arn)
            .input(message)
            .build();
        let window = FlexibleTimeWindow::builder().mode(FlexibleTimeWindowMode::Off).build();
        let request = self
            .client
            .create_schedule()
            .group_name(&self.target.group)
            .name(name)
            .schedule_expression(expression(at))
            .schedule_expression_timezone("UTC")
            .flexible_time_window(window.map_err(|error| failed(error.into()))?)
            .action_after_completion(ActionAfterCompletion::Delete)
            .target(target.map_err(|error| failed(error.into()))?);
        match request.send().await {
            Err(error) if !is(&error, "ConflictException") => Err(failed(error.into())),
            _ => Ok(()),
        }
    }

    /// Takes the timer `name` away, if it is still there.
    pub async fn unset(&self, name: &str) -> Result<(), SchedulerError> {
        let request = self.client.delete_schedule().group_name(&self.target.group).name(name);
        match request.send().await {
            Err(error) if !is(&error, "ResourceNotFoundException") => Err(SchedulerError(error.into())),
            _ => Ok(()),
        }
    }
}

/// A moment as `EventBridge` Scheduler wants it: without a fraction, and not before what was asked for.
fn expression(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second() + i64::from(at.subsec_nanosecond() > 0)).unwrap_or(at);
    format!("at({})", whole.strftime("%Y-%m-%dT%H:%M:%S"))
}

fn is<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>, code: &str) -> bool {
    error.as_service_error().and_then(ProvideErrorMetadata::code) == Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_never_early() {
        let expression = |text: &str| expression(text.parse().unwrap());
        assert_eq!(expression("2026-01-31T09:00:00Z"), "at(2026-01-31T09:00:00)");
        assert_eq!(expression("2026-01-31T23:59:59.001Z"), "at(2026-02-01T00:00:00)");
        assert_eq!(expression("2026-01-31T09:00:00+05:30"), "at(2026-01-31T03:30:00)");
    }
}
