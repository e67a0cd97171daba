//! Workspaces: patterns W1 to W6 and W10.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use switchboard_model::Id;
use switchboard_model::conversation::{Conversation, ConversationKey};
use switchboard_model::event::Watched;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::plan::Plan;
use switchboard_model::workspace::{Member, Workspace, WorkspaceSecrets, WorkspaceStatus};

use crate::conversations::StoredConversation;
use crate::expression::{Check, number};
use crate::item::StoredForm;
use crate::members::StoredMember;
use crate::phone_numbers::StoredPhoneNumber;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

/// A workspace as stored. The counters are kept by the transactions that add and remove what they count.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredWorkspace {
    id: Id,
    name: String,
    slug: String,
    plan: Plan,
    status: WorkspaceStatus,
    settings: Value,
    api_key_digest: String,
    #[serde(with = "serde_bytes")]
    sealed_secrets: Vec<u8>,
    masked_secrets: WorkspaceSecrets,
    created_by: Id,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    updated_at: Timestamp,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    deleted_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Watched::is_empty")]
    watched: Watched,
    version: u32,
}

impl StoredForm for StoredWorkspace {
    const ENTITY: &'static str = "workspace";
}

/// How many of a workspace's things there are, as an item beside it: its own item is replaced as a whole.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredTally {
    pub(crate) members: u32,
    pub(crate) owners: u32,
    pub(crate) phone_numbers: u32,
}

impl StoredForm for StoredTally {
    const ENTITY: &'static str = "tally";
}

/// What belongs to a workspace by a unique name.
#[derive(Serialize, Deserialize)]
struct StoredClaim {
    workspace_id: Id,
}

impl StoredForm for StoredClaim {
    const ENTITY: &'static str = "workspace_claim";
}

/// What is needed to decide whether somebody may do something in a workspace, read in one call.
#[derive(Debug)]
pub struct Access {
    /// The workspace, unless it is deleted or never was.
    pub workspace: Option<Workspace>,
    /// The person's place in it.
    pub member: Option<Member>,
    /// The phone number that the request names, whoever's it is.
    pub phone_number: Option<PhoneNumber>,
    /// The conversation that a message is to be sent in, whoever's it is.
    pub conversation: Option<Conversation>,
}

impl Store {
    /// W1: what is needed to let `user_id` into a workspace, and the phone number that the request names.
    pub async fn access(
        &self,
        workspace_id: Id,
        user_id: Option<Id>,
        phone_number_id: Option<Id>,
    ) -> Result<Access, StoreError> {
        self.access_and(workspace_id, user_id, phone_number_id, None).await
    }

    /// W1: as [`Store::access`], and reads the conversation that a message is to be sent in, in the same call.
    pub async fn access_to_send(
        &self,
        workspace_id: Id,
        user_id: Option<Id>,
        conversation: &ConversationKey,
    ) -> Result<Access, StoreError> {
        self.access_and(workspace_id, user_id, Some(conversation.phone_number_id), Some(conversation)).await
    }

    async fn access_and(
        &self,
        workspace_id: Id,
        user_id: Option<Id>,
        phone_number_id: Option<Id>,
        conversation: Option<&ConversationKey>,
    ) -> Result<Access, StoreError> {
        let workspace_key = keys::workspace(workspace_id);
        let member_key = user_id.map(|user_id| keys::member(workspace_id, user_id));
        let phone_key = phone_number_id.map(keys::phone_number);
        let conversation_key = conversation.map(keys::conversation);
        let wanted = [Some(workspace_key.clone()), member_key.clone(), phone_key, conversation_key.clone()];
        let wanted: Vec<_> = wanted.into_iter().flatten().collect();
        let mut access = Access { workspace: None, member: None, phone_number: None, conversation: None };
        for (key, item) in self.get_all(&wanted).await? {
            if key == workspace_key {
                let workspace = Workspace::from(self.read::<StoredWorkspace>(&key, item)?);
                access.workspace = Some(workspace).filter(|workspace| workspace.deleted_at.is_none());
            } else if Some(&key) == member_key.as_ref() {
                access.member = Some(self.read::<StoredMember>(&key, item)?.into());
            } else if Some(&key) == conversation_key.as_ref() {
                access.conversation = Some(self.read::<StoredConversation>(&key, item)?.into());
            } else {
                access.phone_number = Some(self.read::<StoredPhoneNumber>(&key, item)?.into());
            }
        }
        Ok(access)
    }

    /// W2: the workspace whose API key has this digest.
    pub async fn workspace_of_api_key(&self, digest: &str) -> Result<Option<Id>, StoreError> {
        Ok(self.get::<StoredClaim>(&keys::api_key(digest)).await?.map(|claim| claim.workspace_id))
    }

    /// W10: those of `slugs` that nobody has, in their order.
    pub async fn free_slugs(&self, slugs: Vec<String>) -> Result<Vec<String>, StoreError> {
        let wanted: Vec<_> = slugs.iter().map(|slug| keys::slug(slug)).collect();
        let taken: Vec<_> = self.get_all(&wanted).await?.into_iter().map(|(key, _)| key).collect();
        Ok(slugs.into_iter().filter(|slug| !taken.contains(&keys::slug(slug))).collect())
    }

    /// W3: creates a workspace with its first owner. Fails as `SlugTaken` or `IdTaken`.
    pub async fn create_workspace(&self, workspace: &Workspace, owner: &Member) -> Result<(), StoreError> {
        let claim = StoredClaim { workspace_id: workspace.id };
        let tally = StoredTally { members: 1, owners: 1, phone_numbers: 0 };
        self.transaction()
            .create(&keys::slug(&workspace.slug), &claim, Condition::SlugTaken)?
            .create(&keys::workspace(workspace.id), &StoredWorkspace::from(workspace), Condition::IdTaken)?
            .put(&keys::tally(workspace.id), &tally)?
            .put(&keys::api_key(&workspace.api_key_digest), &claim)?
            .put_member(owner)?
            .commit()
            .await
    }

    /// W4: puts a changed workspace in the place of the one that was read, whose version is one less. Fails as
    /// `Contested` where another change came first.
    pub async fn update_workspace(&self, changed: &Workspace) -> Result<(), StoreError> {
        let (check, condition) = unchanged(changed);
        self.put(&keys::workspace(changed.id), &StoredWorkspace::from(changed), Some((check, condition)))
            .await
    }

    /// W11: what the webhooks of a living workspace are told of; nothing where there is no such workspace.
    pub async fn watched(&self, workspace_id: Id) -> Result<Watched, StoreError> {
        let stored = self.get::<StoredWorkspace>(&keys::workspace(workspace_id)).await?;
        Ok(stored
            .filter(|stored| stored.deleted_at.is_none())
            .map(|stored| stored.watched)
            .unwrap_or_default())
    }

    /// W5: as W4, with another API key than `old_digest`'s.
    pub async fn rotate_api_key(&self, changed: &Workspace, old_digest: &str) -> Result<(), StoreError> {
        let (check, condition) = unchanged(changed);
        self.transaction()
            .put_if(&keys::workspace(changed.id), &StoredWorkspace::from(changed), check, condition)?
            .put(&keys::api_key(&changed.api_key_digest), &StoredClaim { workspace_id: changed.id })?
            .delete(&keys::api_key(old_digest), None)?
            .commit()
            .await
    }

    /// W4, for the end of a workspace: it is kept, its slug and API key become free. Fails as
    /// `PhoneNumbersRemain` while it has phone numbers, or as `Contested`.
    pub async fn delete_workspace(&self, deleted: &Workspace) -> Result<(), StoreError> {
        let (check, condition) = unchanged(deleted);
        let without_numbers = Check::Equals("phone_numbers", number(0));
        self.transaction()
            .put_if(&keys::workspace(deleted.id), &StoredWorkspace::from(deleted), check, condition)?
            .check(&keys::tally(deleted.id), without_numbers, Condition::PhoneNumbersRemain)?
            .delete(&keys::slug(&deleted.slug), None)?
            .delete(&keys::api_key(&deleted.api_key_digest), None)?
            .commit()
            .await
    }

    /// W6: the workspaces that a person is a member of, with their place in each, by age.
    pub async fn workspaces_of_user(&self, user_id: Id) -> Result<Vec<(Workspace, Member)>, StoreError> {
        let memberships = self.list::<crate::members::StoredMembership>(&keys::memberships(user_id)).await?;
        let ids: Vec<Id> = memberships.into_iter().map(|membership| membership.workspace_id).collect();
        let workspace_keys: Vec<_> = ids.iter().map(|id| keys::workspace(*id)).collect();
        let member_keys: Vec<_> = ids.iter().map(|id| keys::member(*id, user_id)).collect();
        let (workspaces, members) =
            futures::try_join!(self.get_all(&workspace_keys), self.get_all(&member_keys))?;
        let mut found = Vec::with_capacity(ids.len());
        for (key, item) in workspaces {
            let workspace = Workspace::from(self.read::<StoredWorkspace>(&key, item)?);
            let member_key = keys::member(workspace.id, user_id);
            let member = members.iter().find(|(key, _)| *key == member_key);
            if let (None, Some((key, item))) = (workspace.deleted_at, member) {
                found.push((workspace, self.read::<StoredMember>(key, item.clone())?.into()));
            }
        }
        Ok(found)
    }
}

impl Transaction<'_> {
    /// Puts a changed workspace in the place of the one that was read. Fails as `Contested`.
    pub(crate) fn update_workspace(self, changed: &Workspace) -> Result<Self, StoreError> {
        let (check, condition) = unchanged(changed);
        self.put_if(&keys::workspace(changed.id), &StoredWorkspace::from(changed), check, condition)
    }

    /// Lets the transaction fail as `Contested` where the workspace is deleted.
    pub(crate) fn workspace_lives(self, id: Id) -> Result<Self, StoreError> {
        let lives = Check::All(vec![Check::Present, Check::Lacks("deleted_at")]);
        self.check(&keys::workspace(id), lives, Condition::Contested)
    }
}

fn unchanged(changed: &Workspace) -> (Check, Condition) {
    let version = Check::Equals("version", number(changed.version.saturating_sub(1)));
    (Check::All(vec![version, Check::Lacks("deleted_at")]), Condition::Contested)
}

impl From<&Workspace> for StoredWorkspace {
    fn from(workspace: &Workspace) -> Self {
        Self {
            id: workspace.id,
            name: workspace.name.clone(),
            slug: workspace.slug.clone(),
            plan: workspace.plan,
            status: workspace.status,
            settings: workspace.settings.clone(),
            api_key_digest: workspace.api_key_digest.clone(),
            sealed_secrets: workspace.sealed_secrets.clone(),
            masked_secrets: workspace.masked_secrets.clone(),
            created_by: workspace.created_by,
            created_at: workspace.created_at,
            updated_at: workspace.updated_at,
            deleted_at: workspace.deleted_at,
            watched: workspace.watched.clone(),
            version: workspace.version,
        }
    }
}

impl From<StoredWorkspace> for Workspace {
    fn from(stored: StoredWorkspace) -> Self {
        Self {
            id: stored.id,
            name: stored.name,
            slug: stored.slug,
            plan: stored.plan,
            status: stored.status,
            settings: stored.settings,
            api_key_digest: stored.api_key_digest,
            sealed_secrets: stored.sealed_secrets,
            masked_secrets: stored.masked_secrets,
            created_by: stored.created_by,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            deleted_at: stored.deleted_at,
            watched: stored.watched,
            version: stored.version,
        }
    }
}
