//! Keeping templates in step with Meta.
//!
//! Meta is the truth: what it has and we do not is taken in, what changed is taken over, and what it has no more is
//! marked as gone. What was begun there and never ended here is settled.

mod round;
mod step;

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use switchboard_graph::Graph;
use switchboard_model::phone_number::{MetaId, PhoneNumber};
use switchboard_model::template::Template;
use switchboard_model::{DomainError, Id};
use switchboard_store::StoreError;
use switchboard_vault::Sealer;

use super::account::{Account, numbers};
use crate::Resources;
use crate::phone_numbers::NumberSync;

pub use round::Progress;

/// How long a caller waits for a sync. The gateway gives up after 30 seconds.
const PATIENCE: Duration = Duration::from_secs(20);

/// Keeps templates in step with Meta, and with the round through all accounts their numbers, too.
#[derive(Clone)]
pub struct TemplateSync {
    resources: Resources,
    sealer: Sealer,
    graph: Graph,
    numbers: NumberSync,
}

/// What a sync found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Business accounts that were asked for.
    pub accounts: usize,
    /// Templates that were not known.
    pub created: usize,
    /// Templates that changed.
    pub updated: usize,
    /// Templates that are as they were.
    pub unchanged: usize,
    /// Templates that Meta has no more.
    pub gone: usize,
    /// Whether all was looked at. If not, the periodic sync goes on.
    pub complete: bool,
}

/// A report that several write into, and that is left when time is up.
#[derive(Debug, Default)]
struct Tally(Mutex<SyncReport>);

impl Tally {
    fn count(&self, count: impl FnOnce(&mut SyncReport)) {
        count(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn report(&self) -> SyncReport {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TemplateSync {
    /// Templates at `graph`, which is asked with the numbers' tokens.
    pub fn new(resources: Resources, sealer: Sealer, graph: Graph) -> Self {
        let numbers = NumberSync::new(resources.clone(), sealer.clone(), graph.clone());
        Self { resources, sealer, graph, numbers }
    }

    /// The business accounts of a workspace's numbers.
    pub(super) async fn accounts(&self, workspace_id: Id) -> Result<Vec<MetaId>, StoreError> {
        let numbers = self.resources.store.phone_numbers_of_workspace(workspace_id).await?;
        let living = numbers.into_iter().filter(|number| number.deleted_at.is_none());
        let accounts: BTreeSet<MetaId> = living.filter_map(|number| number.business_id).collect();
        Ok(accounts.into_iter().collect())
    }

    /// Syncs these accounts of a workspace while the caller waits. Where some can't be, the others are nevertheless,
    /// and the first one's error is told.
    pub(super) async fn now(
        &self,
        workspace_id: Id,
        accounts: Vec<MetaId>,
    ) -> Result<SyncReport, DomainError> {
        let tally = Tally::default();
        let all = async {
            let mut refused = None;
            for business_id in &accounts {
                let synced = Box::pin(self.account(workspace_id, business_id, &tally)).await;
                refused = refused.or(synced.err());
            }
            refused.map_or(Ok(()), Err)
        };
        let complete = match tokio::time::timeout(PATIENCE, all).await {
            Ok(result) => result.map(|()| true)?,
            Err(_) => false,
        };
        Ok(SyncReport { complete, ..tally.report() })
    }

    /// The account of a number.
    pub(super) async fn account_of(
        &self,
        business_id: &MetaId,
        number: &PhoneNumber,
    ) -> Result<Account, DomainError> {
        Account::of(&self.sealer, &self.graph, business_id, number).await
    }

    /// The account of a template, by the number that it was made for or by another one; `None` where the workspace
    /// has none of it any more.
    pub(super) async fn any_account(&self, template: &Template) -> Result<Option<Account>, DomainError> {
        let mut numbers = numbers(&self.resources, template.workspace_id, &template.business_id).await?;
        numbers.sort_by_key(|number| number.id != template.phone_number_id || number.stopped.is_some());
        match numbers.first() {
            Some(number) => Ok(Some(self.account_of(&template.business_id, number).await?)),
            None => Ok(None),
        }
    }
}
