//! Phone numbers: patterns P1 to P8.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::address::PhoneAddress;
use switchboard_model::phone_number::{
    MAX_PER_WORKSPACE, MetaId, PhoneNumber, PhoneNumberStatus, QualityRating, Stop,
};

use crate::expression::{Change, Check, number};
use crate::item::StoredForm;
use crate::keys::Range;
use crate::{Condition, Store, StoreError, keys};

/// A phone number as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredPhoneNumber {
    id: Id,
    workspace_id: Id,
    meta_id: MetaId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    business_id: Option<MetaId>,
    phone_number: PhoneAddress,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verified_name: Option<String>,
    display_name: String,
    quality_rating: QualityRating,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_limit: Option<u32>,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    limit_as_of: Option<Timestamp>,
    tier: String,
    status: PhoneNumberStatus,
    #[serde(with = "serde_bytes")]
    sealed_token: Vec<u8>,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    token_expires_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stopped: Option<Stop>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    verified_at: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    synced_at: Timestamp,
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
    version: u32,
    /// There while messages need not wait for the number; its change tells the outbox so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    outbox: Option<String>,
}

impl StoredForm for StoredPhoneNumber {
    const ENTITY: &'static str = "phone_number";
}

impl StoredPhoneNumber {
    /// Its id.
    pub(crate) fn id(&self) -> Id {
        self.id
    }
}

/// A phone number in a list, or the owner of Meta's id of it.
#[derive(Serialize, Deserialize)]
struct StoredPhoneNumberLink {
    phone_number_id: Id,
}

impl StoredForm for StoredPhoneNumberLink {
    const ENTITY: &'static str = "phone_number_link";
}

impl Store {
    /// P1: the phone number with this id, deleted or not.
    pub async fn phone_number(&self, id: Id) -> Result<Option<PhoneNumber>, StoreError> {
        Ok(self.get::<StoredPhoneNumber>(&keys::phone_number(id)).await?.map(PhoneNumber::from))
    }

    /// P2: registers a phone number. Fails as `MetaNumberTaken`, `TooManyPhoneNumbers`, `Contested` or `IdTaken`.
    pub async fn create_phone_number(&self, new: &PhoneNumber) -> Result<(), StoreError> {
        let link = StoredPhoneNumberLink { phone_number_id: new.id };
        let room = Check::Below("phone_numbers", number(MAX_PER_WORKSPACE));
        let tally = Change::default().add("phone_numbers", 1).only_if(room, Condition::TooManyPhoneNumbers);
        let mut transaction = self
            .transaction()
            .create(&keys::meta_number(&new.meta_id), &link, Condition::MetaNumberTaken)?
            .create(&keys::phone_number(new.id), &StoredPhoneNumber::from(new), Condition::IdTaken)?
            .put(&keys::workspace_phone_number(new.workspace_id, new.id), &link)?
            .workspace_lives(new.workspace_id)?
            .update(&keys::tally(new.workspace_id), tally)?;
        if let Some(business_id) = &new.business_id {
            transaction = transaction
                .put(&keys::account_phone_number(business_id, new.id), &link)?
                .keep_templates_in_step(new.workspace_id, business_id)?;
        }
        transaction.commit().await
    }

    /// P3: the phone numbers of a workspace, by age.
    pub async fn phone_numbers_of_workspace(&self, workspace_id: Id) -> Result<Vec<PhoneNumber>, StoreError> {
        self.linked_phone_numbers(&keys::workspace_phone_numbers(workspace_id)).await
    }

    /// P4: puts a changed phone number in the place of the one that was read, whose version is one less. Fails
    /// as `Contested` where another change came first.
    pub async fn update_phone_number(&self, changed: &PhoneNumber) -> Result<(), StoreError> {
        let key = keys::phone_number(changed.id);
        self.put(&key, &StoredPhoneNumber::from(changed), Some(unchanged(changed))).await
    }

    /// P5: deletes a phone number: it is kept, Meta's id becomes free. Fails as `Contested`.
    pub async fn delete_phone_number(&self, deleted: &PhoneNumber) -> Result<(), StoreError> {
        let (check, condition) = unchanged(deleted);
        let mut transaction = self
            .transaction()
            .put_if(&keys::phone_number(deleted.id), &StoredPhoneNumber::from(deleted), check, condition)?
            .delete(&keys::meta_number(&deleted.meta_id), None)?
            .delete(&keys::workspace_phone_number(deleted.workspace_id, deleted.id), None)?
            .update(&keys::tally(deleted.workspace_id), Change::default().add("phone_numbers", -1))?;
        if let Some(business_id) = &deleted.business_id {
            transaction = transaction.delete(&keys::account_phone_number(business_id, deleted.id), None)?;
        }
        transaction.commit().await
    }

    /// P6, first part: our id of the phone number that Meta calls `meta_id`.
    pub async fn phone_number_id_by_meta_id(&self, meta_id: &MetaId) -> Result<Option<Id>, StoreError> {
        let link = self.get::<StoredPhoneNumberLink>(&keys::meta_number(meta_id)).await?;
        Ok(link.map(|link| link.phone_number_id))
    }

    /// P6: the phone number that Meta calls `meta_id`.
    pub async fn phone_number_by_meta_id(&self, meta_id: &MetaId) -> Result<Option<PhoneNumber>, StoreError> {
        match self.phone_number_id_by_meta_id(meta_id).await? {
            Some(id) => self.phone_number(id).await,
            None => Ok(None),
        }
    }

    /// P7: the phone numbers of a WhatsApp business account.
    pub async fn phone_numbers_of_account(
        &self,
        business_id: &MetaId,
    ) -> Result<Vec<PhoneNumber>, StoreError> {
        self.linked_phone_numbers(&keys::account_phone_numbers(business_id)).await
    }

    /// P8: P4 of a number whose account was not known before: it is listed there, and the account's templates are kept
    /// in step. Fails as `Contested`.
    pub async fn place_phone_number(
        &self,
        changed: &PhoneNumber,
        business_id: &MetaId,
    ) -> Result<(), StoreError> {
        let (check, condition) = unchanged(changed);
        let link = StoredPhoneNumberLink { phone_number_id: changed.id };
        self.transaction()
            .put_if(&keys::phone_number(changed.id), &StoredPhoneNumber::from(changed), check, condition)?
            .put(&keys::account_phone_number(business_id, changed.id), &link)?
            .keep_templates_in_step(changed.workspace_id, business_id)?
            .commit()
            .await
    }

    async fn linked_phone_numbers(&self, range: &Range) -> Result<Vec<PhoneNumber>, StoreError> {
        let links = self.list::<StoredPhoneNumberLink>(range).await?;
        let wanted: Vec<_> = links.iter().map(|link| keys::phone_number(link.phone_number_id)).collect();
        let found = self.get_all(&wanted).await?.into_iter();
        found.map(|(key, item)| Ok(self.read::<StoredPhoneNumber>(&key, item)?.into())).collect()
    }
}

/// What `outbox` holds: messages wait for a number that is stopped or turned off, not for one that may send or that
/// is gone.
fn outbox(number: &PhoneNumber) -> Option<&'static str> {
    match number.deleted_at {
        Some(_) => Some("gone"),
        None => number.may_send().then_some("sendable"),
    }
}

fn unchanged(changed: &PhoneNumber) -> (Check, Condition) {
    let version = Check::Equals("version", number(changed.version.saturating_sub(1)));
    (Check::All(vec![version, Check::Lacks("deleted_at")]), Condition::Contested)
}

impl From<&PhoneNumber> for StoredPhoneNumber {
    fn from(number: &PhoneNumber) -> Self {
        Self {
            id: number.id,
            workspace_id: number.workspace_id,
            meta_id: number.meta_id.clone(),
            business_id: number.business_id.clone(),
            phone_number: number.phone_number.clone(),
            verified_name: number.verified_name.clone(),
            display_name: number.display_name.clone(),
            quality_rating: number.quality_rating,
            message_limit: number.message_limit,
            limit_as_of: Some(number.limit_as_of),
            tier: number.tier.clone(),
            status: number.status,
            sealed_token: number.sealed_token.clone(),
            token_expires_at: number.token_expires_at,
            stopped: number.stopped.clone(),
            verified_at: number.verified_at,
            synced_at: number.synced_at,
            created_at: number.created_at,
            updated_at: number.updated_at,
            deleted_at: number.deleted_at,
            version: number.version,
            outbox: outbox(number).map(str::to_owned),
        }
    }
}

impl From<StoredPhoneNumber> for PhoneNumber {
    fn from(stored: StoredPhoneNumber) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            meta_id: stored.meta_id,
            business_id: stored.business_id,
            phone_number: stored.phone_number,
            verified_name: stored.verified_name,
            display_name: stored.display_name,
            quality_rating: stored.quality_rating,
            message_limit: stored.message_limit,
            limit_as_of: stored.limit_as_of.unwrap_or(stored.synced_at),
            tier: stored.tier,
            status: stored.status,
            sealed_token: stored.sealed_token,
            token_expires_at: stored.token_expires_at,
            stopped: stored.stopped,
            verified_at: stored.verified_at,
            synced_at: stored.synced_at,
            created_at: stored.created_at,
            updated_at: stored.updated_at,
            deleted_at: stored.deleted_at,
            version: stored.version,
        }
    }
}
