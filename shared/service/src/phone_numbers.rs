//! Phone numbers of workspaces.

pub(crate) mod change;
mod meta;
mod sync;
mod token;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use switchboard_model::access::{
    Caller, ManagePhoneNumbers, Permission, Permit, ReadWorkspace, SyncPhoneNumbers,
};
use switchboard_model::page::{Page, Slice};
use switchboard_model::phone_number::{
    AccessToken, MAX_PER_WORKSPACE, MetaId, MetaNumber, NewPhoneNumber, PhoneNumber, PhoneNumberChange,
    PhoneNumberStatus,
};
use switchboard_model::{DomainError, Id};
use switchboard_store::Condition;
use switchboard_vault::Sealer;

use crate::{Gate, Resources};

pub use meta::MetaApp;
pub use token::open_token;

pub(crate) use sync::NumberSync;

use meta::Inspection;
use sync::{default_name, note};
use token::seal_token;

/// Phone numbers of workspaces.
#[derive(Clone)]
pub struct PhoneNumbers {
    resources: Resources,
    gate: Gate,
    sealer: Sealer,
    meta: MetaApp,
    sync: NumberSync,
}

impl PhoneNumbers {
    /// Phone numbers whose tokens `sealer` seals and that `meta` knows.
    pub fn new(resources: Resources, gate: Gate, sealer: Sealer, meta: MetaApp) -> Self {
        let sync = NumberSync::new(resources.clone(), sealer.clone(), meta.graph());
        Self { resources, gate, sealer, meta, sync }
    }

    /// Registers a number with a token that Meta says is good to send from it, and lets our app hear of its account.
    pub async fn register(
        &self,
        permit: &Permit<ManagePhoneNumbers>,
        new: NewPhoneNumber,
    ) -> Result<PhoneNumber, DomainError> {
        self.gate.enter(permit, new.workspace_id).await?;
        let asked_at = self.resources.now();
        let inspection = self.meta.inspect(&new.meta_id, &new.token).await?;
        let business_id = inspection.business_id(new.business_id.clone())?;
        let token = new.token.clone();
        self.subscribe(&token, business_id.as_ref()).await?;
        let draft = self.draft(new, inspection, business_id, asked_at);
        let created = self.resources.create(|id| {
            let draft = draft.clone();
            let token = &token;
            async move {
                let sealed_token = match seal_token(&self.sealer, id, token.expose()).await {
                    Ok(sealed) => sealed,
                    Err(error) => return Ok(Err(error)),
                };
                let number = PhoneNumber { id, sealed_token, ..draft };
                self.resources.store.create_phone_number(&number).await.map(|()| Ok(number))
            }
        });
        let number = created.await.map_err(|error| match error.condition() {
            Some(Condition::MetaNumberTaken) => DomainError::MetaNumberTaken,
            Some(Condition::TooManyPhoneNumbers) => {
                DomainError::TooManyPhoneNumbers { max: MAX_PER_WORKSPACE }
            }
            // The workspace was deleted meanwhile.
            Some(Condition::Contested) => DomainError::WorkspaceNotFound,
            _ => error.into(),
        })?;
        Ok(number?)
    }

    /// A page of a workspace's numbers, by age; of one status where it is given.
    pub async fn list(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        status: Option<PhoneNumberStatus>,
        slice: Slice,
    ) -> Result<Page<PhoneNumber>, DomainError> {
        // Read side by side to save a round trip; nothing leaves before the gate has let the caller in.
        let (entry, numbers) = futures::join!(
            Box::pin(self.gate.enter(permit, workspace_id)),
            self.resources.store.phone_numbers_of_workspace(workspace_id),
        );
        entry?;
        let mut numbers = numbers?;
        numbers.retain(|number| {
            number.deleted_at.is_none() && status.is_none_or(|status| number.status == status)
        });
        Ok(slice.of(numbers))
    }

    /// One number.
    pub async fn get(&self, permit: &Permit<ReadWorkspace>, id: Id) -> Result<PhoneNumber, DomainError> {
        self.enter(permit, id).await
    }

    /// Changes a number. Another token is checked as on registration and ends a stop; so does making the number
    /// active, unless it was the token that stopped it.
    pub async fn update(
        &self,
        permit: &Permit<ManagePhoneNumbers>,
        id: Id,
        change: PhoneNumberChange,
    ) -> Result<PhoneNumber, DomainError> {
        let number = self.enter(permit, id).await?;
        let PhoneNumberChange { display_name, token, status } = change;
        if display_name.is_none() && token.is_none() && status.is_none() {
            return Ok(number);
        }
        let replacement = match token {
            Some(token) => Some(self.replacement(&number, &token).await?),
            None => None,
        };
        let changed = self.change(number, |number| {
            if let Some(name) = &display_name {
                number.display_name.clone_from(name);
            }
            if let Some(replacement) = &replacement {
                replacement.put_into(number, self.resources.now());
            }
            if let Some(status) = status {
                number.status = status;
                number.stopped.take_if(|stop| status == PhoneNumberStatus::Active && !stop.is_of_token());
            }
            Ok(())
        });
        changed.await
    }

    /// Deletes a number: its token is forgotten, and Meta's id can be registered again.
    pub async fn delete(&self, permit: &Permit<ManagePhoneNumbers>, id: Id) -> Result<(), DomainError> {
        let number = self.enter(permit, id).await?;
        let deleted = self.change(number, |number| {
            number.delete(self.resources.now());
            Ok(())
        });
        deleted.await.map(drop)
    }

    /// Asks Meta anew what it thinks of a number, and lets our app hear of its account.
    pub async fn sync(&self, permit: &Permit<SyncPhoneNumbers>, id: Id) -> Result<PhoneNumber, DomainError> {
        let number = self.enter(permit, id).await?;
        self.sync.sync(number).await
    }

    /// Puts a token that lives longer in the place of a number's token. It ends a stop that the token caused.
    pub async fn exchange_token(
        &self,
        permit: &Permit<ManagePhoneNumbers>,
        id: Id,
    ) -> Result<PhoneNumber, DomainError> {
        let number = self.enter(permit, id).await?;
        let token = open_token(&self.sealer, &number).await?;
        let new = self.meta.exchange(&token).await?;
        let expires_at = new.lifetime.map(|lifetime| self.resources.now() + lifetime);
        let sealed_token = seal_token(&self.sealer, number.id, new.token.expose_secret()).await?;
        let exchanged_from = number.sealed_token.clone();
        let exchanged = self.change(number, |number| {
            // A token that somebody else put there meanwhile is newer than what came of the old one.
            if number.sealed_token != exchanged_from {
                return Err(DomainError::Contested);
            }
            number.sealed_token.clone_from(&sealed_token);
            number.token_expires_at = expires_at;
            number.stopped.take_if(|stop| stop.is_of_token());
            Ok(())
        });
        exchanged.await
    }

    /// A number that is yet to get its id and its sealed token.
    fn draft(
        &self,
        new: NewPhoneNumber,
        inspection: Inspection,
        business_id: Option<MetaId>,
        asked_at: Timestamp,
    ) -> PhoneNumber {
        let name = new.display_name.unwrap_or_else(|| default_name(&inspection.number));
        let MetaNumber { phone_number, verified_name, quality_rating, message_limit, tier, is_connected } =
            inspection.number;
        let now = self.resources.now();
        PhoneNumber {
            id: Id::NONE,
            workspace_id: new.workspace_id,
            meta_id: new.meta_id,
            business_id,
            phone_number,
            verified_name,
            display_name: name,
            quality_rating,
            message_limit,
            limit_as_of: asked_at,
            tier,
            status: if is_connected { PhoneNumberStatus::Active } else { PhoneNumberStatus::Pending },
            sealed_token: Vec::new(),
            token_expires_at: inspection.token_expires_at,
            stopped: None,
            verified_at: now,
            synced_at: now,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        }
    }

    /// What Meta says with another token of a number, and that token sealed.
    async fn replacement(
        &self,
        number: &PhoneNumber,
        token: &AccessToken,
    ) -> Result<Replacement, DomainError> {
        let asked_at = self.resources.now();
        let inspection = self.meta.inspect(&number.meta_id, token).await?;
        let business_id = match &number.business_id {
            Some(known) => Some(known.clone()),
            None => inspection.business_id(None)?,
        };
        self.subscribe(token, business_id.as_ref()).await?;
        let sealed_token = seal_token(&self.sealer, number.id, token.expose()).await?;
        Ok(Replacement { inspection, asked_at, business_id, sealed_token })
    }

    async fn subscribe(&self, token: &AccessToken, account: Option<&MetaId>) -> Result<(), DomainError> {
        self.sync.subscribe(&SecretString::from(token.expose()), account).await
    }

    /// Lets a caller into the workspace of the number that they name. To those who have no place there, it is
    /// the same as one that does not exist.
    async fn enter<P: Permission>(&self, permit: &Permit<P>, id: Id) -> Result<PhoneNumber, DomainError> {
        let number = match self.read(id).await {
            Err(DomainError::PhoneNumberNotFound) => return Err(self.not_found(permit).await?),
            number => number?,
        };
        match self.gate.enter(permit, number.workspace_id).await {
            Err(DomainError::WorkspaceNotFound | DomainError::CredentialsInvalid) => {
                Err(self.not_found(permit).await?)
            }
            entry => entry.map(|_| number),
        }
    }

    /// What is told to a caller whose number is not found. An API key shows only now whether it is one at all.
    async fn not_found<P>(&self, permit: &Permit<P>) -> Result<DomainError, DomainError> {
        match permit.caller() {
            Caller::ApiKey { digest }
                if self.resources.store.workspace_of_api_key(digest).await?.is_none() =>
            {
                Ok(DomainError::CredentialsInvalid)
            }
            _ => Ok(DomainError::PhoneNumberNotFound),
        }
    }

    async fn read(&self, id: Id) -> Result<PhoneNumber, DomainError> {
        let number = self.resources.store.phone_number(id).await?;
        number.filter(|number| number.deleted_at.is_none()).ok_or(DomainError::PhoneNumberNotFound)
    }

    /// Stores what `apply` makes of a number; where another change came first, what it makes of that.
    async fn change(
        &self,
        number: PhoneNumber,
        apply: impl Fn(&mut PhoneNumber) -> Result<(), DomainError> + Send + Sync,
    ) -> Result<PhoneNumber, DomainError> {
        let changed = change::store(&self.resources, number, |number| apply(number).map(|()| true));
        changed.await?.ok_or(DomainError::PhoneNumberNotFound)
    }
}

/// Another token of a number.
struct Replacement {
    /// What Meta says with it.
    inspection: Inspection,
    /// When Meta was asked.
    asked_at: Timestamp,
    /// The number's account, as far as it is known by now.
    business_id: Option<MetaId>,
    sealed_token: Vec<u8>,
}

impl Replacement {
    /// Puts the token in the place of the number's, which ends a stop.
    fn put_into(&self, number: &mut PhoneNumber, now: Timestamp) {
        note(number, &self.inspection.number, self.asked_at, now);
        number.business_id = number.business_id.take().or_else(|| self.business_id.clone());
        number.sealed_token.clone_from(&self.sealed_token);
        number.token_expires_at = self.inspection.token_expires_at;
        number.stopped = None;
    }
}
