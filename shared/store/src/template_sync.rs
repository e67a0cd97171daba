//! Which accounts' templates are kept in step with Meta: patterns T9 and T10.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::phone_number::MetaId;

use crate::expression::{Change, number, string};
use crate::item::{StoredForm, to_attribute};
use crate::tables::{PARTITION_KEY, SORT_KEY};
use crate::transaction::Transaction;
use crate::{Attributes, Store, StoreError, keys};

/// How long an unfinished round is remembered, in seconds.
const ROUND_LIFETIME_SECONDS: i64 = 604_800;

/// An account whose templates a workspace keeps in step with Meta.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncedAccount {
    /// The workspace.
    pub workspace_id: Id,
    /// Meta's id of the account.
    pub business_id: MetaId,
    /// When they were last in step, in Unix milliseconds; 0 is not yet.
    #[serde(default)]
    pub synced_at: i64,
}

impl StoredForm for SyncedAccount {
    const ENTITY: &'static str = "template_synced_account";
}

/// How far a round through all accounts has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncRound {
    /// The last account of this round that is done with; `None` at its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// In Unix seconds.
    ttl: i64,
}

impl StoredForm for SyncRound {
    const ENTITY: &'static str = "template_sync_round";
}

impl Store {
    /// T9: notes when the templates of an account were last in step with Meta.
    pub async fn note_template_sync(
        &self,
        workspace_id: Id,
        business_id: &MetaId,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let key = keys::template_synced_account(workspace_id, business_id);
        let change = account(workspace_id, business_id)?.set("synced_at", number(at.as_millisecond()));
        self.update(&key, change).await.map(drop)
    }

    /// T9: keeps an account in step no longer: the workspace has no number of it.
    pub async fn forget_template_sync(
        &self,
        workspace_id: Id,
        business_id: &MetaId,
    ) -> Result<(), StoreError> {
        self.delete(&keys::template_synced_account(workspace_id, business_id)).await
    }

    /// T10: how far the round has come.
    pub async fn template_sync_round(&self) -> Result<SyncRound, StoreError> {
        Ok(self.get(&keys::template_sync_round()).await?.unwrap_or_default())
    }

    /// T10: notes how far the round has come; `None` begins another.
    pub async fn note_template_sync_round(
        &self,
        after: Option<String>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let round = SyncRound { after, ttl: now.as_second() + ROUND_LIFETIME_SECONDS };
        self.put(&keys::template_sync_round(), &round, None).await
    }

    /// T10: the next accounts of a round, `limit` at most, each with what to note when it is done with.
    pub async fn template_synced_accounts(
        &self,
        after: Option<&str>,
        limit: i32,
    ) -> Result<Vec<(SyncedAccount, String)>, StoreError> {
        let range = keys::template_synced_accounts();
        let start = after.map(|after| {
            Attributes::from([
                (PARTITION_KEY.to_owned(), string(range.pk.clone())),
                (SORT_KEY.to_owned(), string(after)),
            ])
        });
        let (accounts, _) = self.list_page::<SyncedAccount>(&range, Some(limit), start).await?;
        let position = |account: &SyncedAccount| {
            keys::template_synced_account(account.workspace_id, &account.business_id).sk
        };
        Ok(accounts.into_iter().map(|account| (account.clone(), position(&account))).collect())
    }
}

impl Transaction<'_> {
    /// T9: keeps the templates of an account in step from now on.
    pub(crate) fn keep_templates_in_step(
        self,
        workspace_id: Id,
        business_id: &MetaId,
    ) -> Result<Self, StoreError> {
        let change = account(workspace_id, business_id)?.set_if_absent("synced_at", number(0));
        self.update(&keys::template_synced_account(workspace_id, business_id), change)
    }
}

fn account(workspace_id: Id, business_id: &MetaId) -> Result<Change, StoreError> {
    Ok(Change::default()
        .set("et", string(SyncedAccount::ENTITY))
        .set("v", number(SyncedAccount::VERSION))
        .set("workspace_id", to_attribute(&workspace_id)?)
        .set("business_id", to_attribute(business_id)?))
}
