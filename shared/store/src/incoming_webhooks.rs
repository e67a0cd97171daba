//! Incoming webhooks: patterns Y1 to Y5.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::incoming_webhook::{
    IncomingAction, IncomingStatus, IncomingUsage, IncomingWebhook, MAX_PER_WORKSPACE, hour_of,
};

use crate::expression::{Change, Check, number, string};
use crate::item::StoredForm;
use crate::{Attributes, Condition, Store, StoreError, keys};

const COUNT: &str = "incoming_webhooks";
const HOUR: &str = "hour";
/// How often a use is tried: in the hour that runs, to begin another, in the one that somebody else began meanwhile.
const TRIES: usize = 3;

/// An incoming webhook as stored.
#[derive(Serialize, Deserialize)]
struct StoredIncomingWebhook {
    id: Id,
    workspace_id: Id,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel_id: Option<Id>,
    actions: BTreeSet<IncomingAction>,
    rate_limit: u32,
    status: IncomingStatus,
    #[serde(with = "serde_bytes")]
    sealed_keyring: Vec<u8>,
    masked_secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    version: u32,
}

impl StoredForm for StoredIncomingWebhook {
    const ENTITY: &'static str = "incoming_webhook";
}

/// An incoming webhook in its workspace's list.
#[derive(Serialize, Deserialize)]
struct StoredListing {
    id: Id,
}

impl StoredForm for StoredListing {
    const ENTITY: &'static str = "incoming_webhook_listing";
}

/// How much an incoming webhook was used. Apart from the webhook, so that changes of either do not meet.
#[derive(Default, Serialize, Deserialize)]
struct StoredUsage {
    #[serde(default)]
    used: u64,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    last_used_at: Option<Timestamp>,
    #[serde(default)]
    in_hour: u32,
}

impl StoredForm for StoredUsage {
    const ENTITY: &'static str = "incoming_webhook_usage";
}

impl Store {
    /// Y1: makes an incoming webhook. Fails as `IdTaken`, `TooManyIncomingWebhooks`, or `Contested` where the
    /// workspace is deleted.
    pub async fn create_incoming_webhook(&self, new: &IncomingWebhook) -> Result<(), StoreError> {
        let room = Check::Any(vec![Check::Lacks(COUNT), Check::Below(COUNT, number(MAX_PER_WORKSPACE))]);
        let tally = Change::default().add(COUNT, 1).only_if(room, Condition::TooManyIncomingWebhooks);
        let listing = keys::workspace_incoming_webhook(new.workspace_id, new.id);
        self.transaction()
            .create(&keys::incoming_webhook(new.id), &StoredIncomingWebhook::from(new), Condition::IdTaken)?
            .put(&listing, &StoredListing { id: new.id })?
            .update(&keys::tally(new.workspace_id), tally)?
            .workspace_lives(new.workspace_id)?
            .commit()
            .await
    }

    /// Y2: the incoming webhooks of a workspace, by age, and how much each was used.
    pub async fn incoming_webhooks(
        &self,
        workspace_id: Id,
    ) -> Result<Vec<(IncomingWebhook, IncomingUsage)>, StoreError> {
        let listed = self.list::<StoredListing>(&keys::workspace_incoming_webhooks(workspace_id)).await?;
        let ids: Vec<Id> = listed.into_iter().map(|listing| listing.id).collect();
        self.incoming_webhooks_among(&ids).await
    }

    /// Y3: one incoming webhook.
    pub async fn incoming_webhook(&self, id: Id) -> Result<Option<IncomingWebhook>, StoreError> {
        let stored = self.get::<StoredIncomingWebhook>(&keys::incoming_webhook(id)).await?;
        Ok(stored.map(IncomingWebhook::from))
    }

    /// Y3, with how much it was used.
    pub async fn incoming_webhook_with_usage(
        &self,
        id: Id,
    ) -> Result<Option<(IncomingWebhook, IncomingUsage)>, StoreError> {
        Ok(self.incoming_webhooks_among(&[id]).await?.pop())
    }

    async fn incoming_webhooks_among(
        &self,
        ids: &[Id],
    ) -> Result<Vec<(IncomingWebhook, IncomingUsage)>, StoreError> {
        let wanted: Vec<_> = ids
            .iter()
            .flat_map(|id| [keys::incoming_webhook(*id), keys::incoming_webhook_usage(*id)])
            .collect();
        let mut found: Vec<(IncomingWebhook, IncomingUsage)> = Vec::with_capacity(ids.len());
        for (key, item) in self.get_all(&wanted).await? {
            // A webhook comes right before its usage. One that was deleted meanwhile leaves neither.
            if key.sk == keys::INCOMING_WEBHOOK {
                let webhook = self.read::<StoredIncomingWebhook>(&key, item)?.into();
                found.push((webhook, IncomingUsage::default()));
            } else if let Some((webhook, usage)) = found.last_mut()
                && key == keys::incoming_webhook_usage(webhook.id)
            {
                *usage = self.usage(&key, item)?;
            }
        }
        Ok(found)
    }

    /// Y4: puts a changed incoming webhook in the place of the one that was read, whose version is one less. Fails as
    /// `Contested` where another change came first.
    pub async fn update_incoming_webhook(&self, changed: &IncomingWebhook) -> Result<(), StoreError> {
        let unchanged = Check::Equals("version", number(changed.version.saturating_sub(1)));
        let key = keys::incoming_webhook(changed.id);
        self.put(&key, &StoredIncomingWebhook::from(changed), Some((unchanged, Condition::Contested))).await
    }

    /// Y4, for the end of an incoming webhook. Fails as `Contested`.
    pub async fn delete_incoming_webhook(&self, webhook: &IncomingWebhook) -> Result<(), StoreError> {
        let (workspace_id, id) = (webhook.workspace_id, webhook.id);
        let unchanged = Check::Equals("version", number(webhook.version));
        self.transaction()
            .delete(&keys::incoming_webhook(id), Some((unchanged, Condition::Contested)))?
            .delete(&keys::incoming_webhook_usage(id), None)?
            .delete(&keys::workspace_incoming_webhook(workspace_id, id), None)?
            .update(&keys::tally(workspace_id), Change::default().add(COUNT, -1))?
            .commit()
            .await
    }

    /// Y5: counts a use of an incoming webhook at `now`: one update, or two for the first of an hour. What is
    /// answered includes this use.
    pub async fn use_incoming_webhook(&self, id: Id, now: Timestamp) -> Result<IncomingUsage, StoreError> {
        let (key, hour) = (keys::incoming_webhook_usage(id), hour_of(now));
        for try_number in 0..TRIES {
            let counted = Change::default()
                .add("used", 1)
                .set("last_used_at", number(now.as_millisecond()))
                .set("et", string(StoredUsage::ENTITY))
                .set("v", number(StoredUsage::VERSION));
            let change = if try_number % 2 == 0 {
                // An hour that begins by another clock counts as this one.
                let running = Check::Above(HOUR, number(hour - 1));
                counted.add("in_hour", 1).only_if(running, Condition::Contested)
            } else {
                let over = Check::Any(vec![Check::Lacks(HOUR), Check::Below(HOUR, number(hour))]);
                counted.set(HOUR, number(hour)).set("in_hour", number(1)).only_if(over, Condition::Contested)
            };
            match self.update(&key, change).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                counted => return self.usage(&key, counted?),
            }
        }
        Err(StoreError::Throttled("a webhook's hour begins again and again".into()))
    }

    fn usage(&self, key: &keys::Key, item: Attributes) -> Result<IncomingUsage, StoreError> {
        let stored = self.read::<StoredUsage>(key, item)?;
        Ok(IncomingUsage { total: stored.used, last_used_at: stored.last_used_at, in_hour: stored.in_hour })
    }
}

impl From<&IncomingWebhook> for StoredIncomingWebhook {
    fn from(webhook: &IncomingWebhook) -> Self {
        Self {
            id: webhook.id,
            workspace_id: webhook.workspace_id,
            name: webhook.name.clone(),
            channel_id: webhook.channel_id,
            actions: webhook.actions.clone(),
            rate_limit: webhook.rate_limit,
            status: webhook.status,
            sealed_keyring: webhook.sealed_keyring.clone(),
            masked_secret: webhook.masked_secret.clone(),
            created_by: webhook.created_by,
            created_at: webhook.created_at,
            updated_at: webhook.updated_at,
            version: webhook.version,
        }
    }
}

impl From<StoredIncomingWebhook> for IncomingWebhook {
    fn from(stored: StoredIncomingWebhook) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            name: stored.name,
            channel_id: stored.channel_id,
            actions: stored.actions,
            rate_limit: stored.rate_limit,
            status: stored.status,
            sealed_keyring: stored.sealed_keyring,
            masked_secret: stored.masked_secret,
            created_by: stored.created_by,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            version: stored.version,
        }
    }
}
