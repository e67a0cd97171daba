//! From one state of a campaign to another.

use jiff::Timestamp;

use super::{Campaign, CampaignStatus, Halt, HaltReason, RetryCheckpoint, Schedule};
use crate::{DomainError, Id};

/// Whether something was changed by what was asked for.
pub type Changed = bool;

impl Campaign {
    /// Whether it is paused.
    pub fn is_paused(&self) -> bool {
        self.status == CampaignStatus::Scheduled && self.pause.is_some()
    }

    /// Whether it is paused since Meta paused this template, and for no other reason.
    pub fn is_paused_with(&self, template_id: Id) -> bool {
        let paused = self.pause.as_ref().is_some_and(|pause| pause.reason.is_template_pause());
        self.is_paused() && paused && self.template_id == Some(template_id)
    }

    /// Whether it waits for its time.
    pub fn is_waiting(&self) -> bool {
        self.status == CampaignStatus::Scheduled && self.pause.is_none()
    }

    /// Whether sends of this run may go out.
    pub fn is_sending(&self, run: u32) -> bool {
        self.deleted_at.is_none() && self.status == CampaignStatus::Sending && self.run == run
    }

    /// Whether audience, template, variables, number and time can still be changed: until it is started.
    pub fn is_editable(&self) -> bool {
        self.run == 0
            && matches!(
                self.status,
                CampaignStatus::Draft | CampaignStatus::Scheduled | CampaignStatus::Failed
            )
    }

    /// Makes it start at a time.
    pub fn schedule(&mut self, schedule: Schedule) -> Result<(), DomainError> {
        self.check_editable()?;
        self.status = CampaignStatus::Scheduled;
        self.failure = None;
        self.schedule = Some(schedule);
        self.timer = self.timer.saturating_add(1);
        Ok(())
    }

    /// Notes that it is put together and waits to be started; a time that it was given stays.
    pub fn await_start(&mut self) -> Result<(), DomainError> {
        if !self.is_editable() {
            return Err(self.not("scheduled"));
        }
        self.status = CampaignStatus::Scheduled;
        self.failure = None;
        Ok(())
    }

    /// Makes it start only when somebody says so.
    pub fn unschedule(&mut self) -> Result<(), DomainError> {
        self.check_editable()?;
        if self.status == CampaignStatus::Scheduled {
            self.status = CampaignStatus::Draft;
        }
        self.schedule = None;
        Ok(())
    }

    /// Refuses a change of what is fixed by the start.
    pub fn check_editable(&self) -> Result<(), DomainError> {
        if self.is_editable() { Ok(()) } else { Err(self.not("changed")) }
    }

    /// Starts it, or goes on after a pause or failure.
    pub fn start(&mut self, now: Timestamp) -> Result<Changed, DomainError> {
        match self.status {
            CampaignStatus::Sending => Ok(false),
            CampaignStatus::Draft | CampaignStatus::Scheduled | CampaignStatus::Failed => {
                self.begin_run(now);
                Ok(true)
            }
            CampaignStatus::Completed | CampaignStatus::Cancelled => Err(self.not("started")),
        }
    }

    /// Stops it for the time being. Where it has stopped by itself, somebody who asks for it takes over: it goes on
    /// when somebody says so.
    pub fn pause(&mut self, now: Timestamp, reason: HaltReason) -> Result<Changed, DomainError> {
        match self.status {
            CampaignStatus::Sending => {
                self.status = CampaignStatus::Scheduled;
                self.pause = Some(Halt::new(now, reason));
                Ok(true)
            }
            _ if self.is_paused() => Ok(self.take_over_pause(now, reason)),
            _ => Err(self.not("paused")),
        }
    }

    /// Notes another reason why it is paused. Whether it is.
    pub fn stay_paused(&mut self, now: Timestamp, reason: HaltReason) -> Changed {
        let paused = self.is_paused();
        if paused {
            self.pause = Some(Halt::new(now, reason));
        }
        paused
    }

    /// Ends it: what was not sent stays so.
    pub fn cancel(&mut self, now: Timestamp) -> Result<Changed, DomainError> {
        match self.status {
            CampaignStatus::Cancelled => Ok(false),
            CampaignStatus::Completed => Err(self.not("cancelled")),
            _ => {
                self.end(CampaignStatus::Cancelled, now);
                Ok(true)
            }
        }
    }

    /// Makes it send to those again whom it failed to tell. All must be planned by then.
    pub fn retry(&mut self, now: Timestamp) -> Result<Changed, DomainError> {
        let over =
            matches!(self.status, CampaignStatus::Completed | CampaignStatus::Failed) || self.is_paused();
        if !over || self.run == 0 || !self.plan.done {
            return Err(self.not("retried"));
        }
        self.begin_run(now);
        self.retry = Some(RetryCheckpoint::default());
        Ok(true)
    }

    /// Notes that nothing is left to send. All must be planned by then.
    pub fn complete(&mut self, now: Timestamp) -> Result<Changed, DomainError> {
        match self.status {
            CampaignStatus::Completed => Ok(false),
            CampaignStatus::Sending if self.plan.done => {
                self.end(CampaignStatus::Completed, now);
                Ok(true)
            }
            _ => Err(self.not("completed")),
        }
    }

    /// Notes that it can't go on.
    pub fn fail(&mut self, now: Timestamp, reason: HaltReason) -> Result<Changed, DomainError> {
        match self.status {
            CampaignStatus::Failed => Ok(false),
            CampaignStatus::Sending | CampaignStatus::Scheduled => {
                self.status = CampaignStatus::Failed;
                self.pause = None;
                self.schedule = None;
                self.failure = Some(Halt::new(now, reason));
                Ok(true)
            }
            _ => Err(self.not("failed")),
        }
    }

    /// Deletes it. One that is being sent must be paused or cancelled first.
    pub fn delete(&mut self, now: Timestamp) -> Result<(), DomainError> {
        if self.status == CampaignStatus::Sending {
            return Err(self.not("deleted"));
        }
        self.schedule = None;
        self.deleted_at = Some(now);
        Ok(())
    }

    fn take_over_pause(&mut self, now: Timestamp, reason: HaltReason) -> Changed {
        let by_itself = self.pause.as_ref().is_some_and(|pause| pause.reason != HaltReason::Requested);
        let taken_over = by_itself && reason == HaltReason::Requested;
        if taken_over {
            self.pause = Some(Halt::new(now, reason));
        }
        taken_over
    }

    fn begin_run(&mut self, now: Timestamp) {
        self.status = CampaignStatus::Sending;
        self.pause = None;
        self.failure = None;
        self.schedule = None;
        self.ended_at = None;
        self.started_at.get_or_insert(now);
        if self.run == 0 {
            self.plan.began_at = now.as_millisecond();
        }
        self.run = self.run.saturating_add(1);
        self.turn = 0;
    }

    fn end(&mut self, status: CampaignStatus, now: Timestamp) {
        self.status = status;
        self.pause = None;
        self.schedule = None;
        self.retry = None;
        self.ended_at = Some(now);
    }

    fn not(&self, operation: &'static str) -> DomainError {
        DomainError::CampaignState { operation, status: self.state() }
    }

    /// The name of its state; other than its status it tells paused from scheduled.
    pub fn state(&self) -> &'static str {
        match self.status {
            CampaignStatus::Draft => "draft",
            CampaignStatus::Scheduled if self.is_paused() => "paused",
            CampaignStatus::Scheduled => "scheduled",
            CampaignStatus::Sending => "sending",
            CampaignStatus::Completed => "completed",
            CampaignStatus::Failed => "failed",
            CampaignStatus::Cancelled => "cancelled",
        }
    }
}

#[cfg(test)]
mod tests;
