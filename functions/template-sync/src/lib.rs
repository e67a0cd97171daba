//! The periodic sync of templates and numbers with Meta.
//!
//! A schedule calls it every few minutes. It goes on with the round through all accounts until its time is used up;
//! how far it has come is noted after each step, so that it may end at any point.

use std::time::Duration;

use serde::Deserialize;
use switchboard_service::templates::{Progress, TemplateSync};
use tokio::time::Instant;

/// What the schedule says is not read: it only says that it is time.
#[derive(Debug, Deserialize)]
pub struct Tick {}

/// Syncs templates.
#[derive(Clone)]
pub struct Worker {
    sync: TemplateSync,
    budget: Duration,
}

/// How far the round has come could not be read or noted; the next tick goes on.
#[derive(Debug, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct WorkerError(String);

impl Worker {
    /// A worker that begins no step after `budget`.
    pub fn new(sync: TemplateSync, budget: Duration) -> Self {
        Self { sync, budget }
    }

    /// Goes on with the round, to its end at most.
    pub async fn handle(&self, _tick: Tick) -> Result<(), WorkerError> {
        let begun = Instant::now();
        loop {
            let step = self.sync.go_on().await;
            let Progress { synced, failed, is_over } =
                step.map_err(|error| WorkerError(error.to_string()))?;
            tracing::info!(synced, failed, is_over, "templates synced");
            if is_over || begun.elapsed() >= self.budget {
                return Ok(());
            }
        }
    }
}
