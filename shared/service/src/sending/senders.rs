//! Numbers with their tokens opened, remembered for a few seconds.

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use switchboard_model::Id;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_vault::Sealer;

use super::SendingError;
use crate::Resources;
use crate::memory::Memory;
use crate::phone_numbers::open_token;

/// For so long a change of a number may go unseen.
const REMEMBERED: Duration = Duration::from_secs(10);

/// A number that messages are sent from, with its token.
#[derive(Debug)]
pub(super) struct Sender {
    pub(super) number: PhoneNumber,
    pub(super) token: SecretString,
}

/// The numbers that this process sends from.
#[derive(Debug)]
pub(super) struct Senders {
    resources: Resources,
    sealer: Sealer,
    remembered: Memory<Id, Option<Arc<Sender>>>,
}

impl Senders {
    pub(super) fn new(resources: Resources, sealer: Sealer) -> Self {
        Self { resources, sealer, remembered: Memory::new(REMEMBERED) }
    }

    /// The number, unless it is deleted: then its token is gone too.
    pub(super) async fn get(&self, id: Id) -> Result<Option<Arc<Sender>>, SendingError> {
        self.remembered.get(id, self.resources.now(), Option::is_some, self.read(id)).await
    }

    /// Forgets a number that is known to have changed.
    pub(super) fn forget(&self, id: Id) {
        self.remembered.forget(&id);
    }

    async fn read(&self, id: Id) -> Result<Option<Arc<Sender>>, SendingError> {
        let number = self.resources.store.phone_number(id).await?;
        let Some(number) = number.filter(|number| number.deleted_at.is_none()) else { return Ok(None) };
        let token = open_token(&self.sealer, &number).await?;
        Ok(Some(Arc::new(Sender { number, token })))
    }
}
