//! What became of a campaign's recipients, one by one.

use switchboard_model::access::{Permit, ReadWorkspace};
use switchboard_model::page::{Page, Slice};
use switchboard_model::recipient::{Recipient, RecipientStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{RecipientPage, SoughtRecipients};

use super::Campaigns;

/// Some rows of a campaign's ledger, and where it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipientRows {
    /// The rows.
    pub rows: Vec<Recipient>,
    /// Where to go on; `None` at the end.
    pub position: Option<String>,
}

/// A page of a campaign's recipients.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipientList {
    /// The page.
    pub page: Page<Recipient>,
    /// Whether not all recipients were looked at, so that some of the page may be missing.
    pub truncated: bool,
}

impl Campaigns {
    /// A page of a campaign's recipients; of those with one status where it is given.
    pub async fn recipients(
        &self,
        permit: &Permit<ReadWorkspace>,
        id: Id,
        status: Option<RecipientStatus>,
        slice: Slice,
    ) -> Result<RecipientList, DomainError> {
        let campaign = self.enter(permit, id).await?;
        let counts = self.counted(campaign).await?.counts;
        let (all, matching) =
            (counts.total(), status.map_or_else(|| counts.total(), |status| counts.of(status)));
        let [all, matching] = [all, matching].map(|count| usize::try_from(count).unwrap_or(0));
        let sought = SoughtRecipients { status, matching, all };
        let RecipientPage { items, truncated } = self.resources.store.recipients(id, sought, slice).await?;
        Ok(RecipientList { page: Page { items, total: matching }, truncated })
    }

    /// Rows of a campaign's results from `position` on, `limit` at most.
    pub async fn results(
        &self,
        permit: &Permit<ReadWorkspace>,
        id: Id,
        mut position: Option<String>,
        limit: usize,
    ) -> Result<RecipientRows, DomainError> {
        self.enter(permit, id).await?;
        let mut rows = Vec::new();
        loop {
            let room = limit - rows.len();
            let walked = self.resources.store.walk_recipients(id, None, position.as_deref(), room).await?;
            rows.extend(walked.0);
            position = walked.1;
            if position.is_none() || rows.len() >= limit {
                return Ok(RecipientRows { rows, position });
            }
        }
    }
}
