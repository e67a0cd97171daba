//! Channels of a team: patterns H1 and H2.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::channel::{Channel, ChannelKind, MAX_CHANNELS};

use crate::expression::{Change, Check, number, string};
use crate::item::{StoredForm, to_attribute};
use crate::sign_ins::count_of;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

/// Parts of the count of a channel's messages: messages at the same time change different ones.
const SHARDS: u8 = 8;
const COUNT: &str = "channels";
const MESSAGES: &str = "messages";

/// A channel as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredChannel {
    id: Id,
    workspace_id: Id,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    kind: ChannelKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department_id: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
}

impl StoredForm for StoredChannel {
    const ENTITY: &'static str = "channel";
    const WATCHED: bool = true;
}

/// The oldest channel of a name.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredChannelName {
    pub(crate) channel_id: Id,
}

impl StoredForm for StoredChannelName {
    const ENTITY: &'static str = "channel_name";
}

impl Store {
    /// H1: creates a channel. Fails as `IdTaken`, `TooManyChannels`, `DepartmentGone`, or `Contested` where the
    /// workspace is deleted.
    pub async fn create_channel(&self, channel: &Channel) -> Result<(), StoreError> {
        let (workspace_id, id) = (channel.workspace_id, channel.id);
        let room = Check::Any(vec![Check::Lacks(COUNT), Check::Below(COUNT, number(MAX_CHANNELS))]);
        let tally = Change::default().add(COUNT, 1).only_if(room, Condition::TooManyChannels);
        // The item is made by this update where there is none, so it needs what every item has.
        let named = Change::default()
            .set_if_absent("channel_id", to_attribute(&id)?)
            .set("et", string(StoredChannelName::ENTITY))
            .set("v", number(StoredChannelName::VERSION));
        let mut transaction = self
            .transaction()
            .create(&keys::channel(workspace_id, id), &StoredChannel::from(channel), Condition::IdTaken)?
            .update(&keys::channel_name(workspace_id, &channel.name), named)?
            .update(&keys::tally(workspace_id), tally)?
            .workspace_lives(workspace_id)?;
        if let Some(department_id) = channel.department_id {
            transaction = transaction.count_in_department(workspace_id, department_id, "channels", 1)?;
        }
        transaction.commit().await
    }

    /// H2: the channels of a workspace, the newest first, each with the number of its messages.
    pub async fn channels(&self, workspace_id: Id) -> Result<Vec<(Channel, u64)>, StoreError> {
        let range = keys::channels(workspace_id);
        let (mut channels, mut counts) = (Vec::<Channel>::new(), HashMap::<String, u64>::new());
        for item in self.list_items(&range).await? {
            let sort = item.get("sk").and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
            if let Some((channel, _)) = sort.split_once("#COUNT#") {
                let messages = u64::try_from(count_of(&item, MESSAGES)).unwrap_or(0);
                *counts.entry(channel.to_owned()).or_default() += messages;
            } else {
                channels.push(self.read_listed::<StoredChannel>(range.table, item)?.into());
            }
        }
        let counted = channels.into_iter().rev().map(|channel| {
            let messages = counts.get(&keys::channel(workspace_id, channel.id).sk).copied().unwrap_or(0);
            (channel, messages)
        });
        Ok(counted.collect())
    }
}

impl Transaction<'_> {
    /// Counts a message of a channel.
    pub(crate) fn count_message(
        self,
        workspace_id: Id,
        channel_id: Id,
        message_id: Id,
    ) -> Result<Self, StoreError> {
        let shard = u8::try_from(message_id.bits() % u64::from(SHARDS)).unwrap_or(0);
        let key = keys::channel_count(workspace_id, channel_id, shard);
        self.update(&key, Change::default().add(MESSAGES, 1))
    }
}

impl From<&Channel> for StoredChannel {
    fn from(channel: &Channel) -> Self {
        Self {
            id: channel.id,
            workspace_id: channel.workspace_id,
            name: channel.name.clone(),
            description: channel.description.clone(),
            kind: channel.kind,
            department_id: channel.department_id,
            created_at: channel.created_at,
        }
    }
}

impl From<StoredChannel> for Channel {
    fn from(stored: StoredChannel) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            name: stored.name,
            description: stored.description,
            kind: stored.kind,
            department_id: stored.department_id,
            created_at: stored.created_at,
        }
    }
}
