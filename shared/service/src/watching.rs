//! What the webhooks of workspaces are told of, for workers that do not enter a workspace.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_model::Id;
use switchboard_model::event::Watched;
use switchboard_store::StoreError;
use tokio::time::Instant;

use crate::Resources;

/// How long it is remembered: so long a new webhook may miss events.
const MEMORY: Duration = Duration::from_secs(5);
/// Most workspaces that are remembered.
const MAX_KNOWN: usize = 5_000;

/// What was read, and until when it is used.
#[derive(Debug, Default)]
pub(crate) struct Watching(Mutex<HashMap<Id, (Watched, Instant)>>);

impl Resources {
    /// The same, for writing to a workspace whose webhooks are told of `watched`: what they may be told of is marked.
    pub(crate) fn watched_by(&self, watched: &Watched) -> Self {
        Self { store: self.store.watched_by(watched), ..self.clone() }
    }

    /// The same, for writing to this workspace: what its webhooks may be told of is marked. What they are told of is
    /// remembered for five seconds.
    pub(crate) async fn watched_in(&self, workspace_id: Id) -> Result<Self, StoreError> {
        Ok(self.watched_by(&self.watched(workspace_id).await?))
    }

    /// What the webhooks of this workspace are told of, as it was five seconds ago at most.
    pub(crate) async fn watched(&self, workspace_id: Id) -> Result<Watched, StoreError> {
        let known = {
            let known = self.watching.0.lock().unwrap_or_else(PoisonError::into_inner);
            known
                .get(&workspace_id)
                .filter(|(_, until)| *until > Instant::now())
                .map(|(watched, _)| watched.clone())
        };
        match known {
            Some(watched) => Ok(watched),
            None => self.read_watched(workspace_id).await,
        }
    }

    async fn read_watched(&self, workspace_id: Id) -> Result<Watched, StoreError> {
        let watched = self.store.watched(workspace_id).await?;
        let mut known = self.watching.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MAX_KNOWN {
            known.clear();
        }
        known.insert(workspace_id, (watched.clone(), Instant::now() + MEMORY));
        Ok(watched)
    }
}
