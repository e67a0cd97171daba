//! The round through all accounts: in steps, each noted when it is done, so that a round goes on where it was.

use std::time::Duration;

use futures::StreamExt;
use switchboard_store::{StoreError, SyncedAccount};

use super::{Tally, TemplateSync};

/// How often an account is synced, in milliseconds. A round begins more often than this, so it is a little less than
/// an hour.
const INTERVAL_MS: i64 = 3_300_000;
/// Accounts of a step.
const STEP: u8 = 25;
/// Accounts that are synced at the same time.
const AT_ONCE: usize = 5;
/// How long one account may take.
const PATIENCE: Duration = Duration::from_secs(40);

/// What became of a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Accounts that were synced.
    pub synced: usize,
    /// Accounts that could not be synced. They are tried again after the interval, like all others.
    pub failed: usize,
    /// Whether the round is over.
    pub is_over: bool,
}

impl TemplateSync {
    /// Goes on with the round by one step. When it is over, the next step begins another.
    pub async fn go_on(&self) -> Result<Progress, StoreError> {
        let store = &self.resources.store;
        let round = store.template_sync_round().await?;
        let accounts = store.template_synced_accounts(round.after.as_deref(), i32::from(STEP)).await?;
        let now = self.resources.now();
        let due = accounts
            .iter()
            .filter(|(account, _)| now.as_millisecond().saturating_sub(account.synced_at) >= INTERVAL_MS);
        let done: Vec<bool> = futures::stream::iter(due.map(|(account, _)| account.clone()))
            .map(|account| async move { self.sync_due(&account).await })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let is_over = accounts.len() < usize::from(STEP);
        let after = accounts.into_iter().next_back().map(|(_, position)| position).filter(|_| !is_over);
        store.note_template_sync_round(after, now).await?;
        let synced = done.iter().filter(|done| **done).count();
        Ok(Progress { synced, failed: done.len() - synced, is_over })
    }

    /// Syncs one account: its templates, and the numbers whose turn it is. A failure is logged, and the account waits for its next turn: it must not hold up others.
    async fn sync_due(&self, account: &SyncedAccount) -> bool {
        let SyncedAccount { workspace_id, business_id, .. } = account;
        let tally = Tally::default();
        let syncing = async {
            let templates = self.account(*workspace_id, business_id, &tally);
            futures::join!(templates, self.numbers.sync_account(*workspace_id, business_id)).0
        };
        let failure = match tokio::time::timeout(PATIENCE, syncing).await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it took too long".to_owned(),
        };
        tracing::warn!(workspace = %workspace_id, account = %business_id, failure, "templates not synced");
        let store = &self.resources.store;
        if let Err(error) = store.note_template_sync(*workspace_id, business_id, self.resources.now()).await {
            tracing::warn!(error = %error, "a sync was not noted");
        }
        false
    }
}
