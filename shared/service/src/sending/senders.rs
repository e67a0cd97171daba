//! Numbers with their tokens opened, remembered for a few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_model::Id;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_vault::Sealer;

use super::SendingError;
use crate::Resources;
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
    remembered: Mutex<HashMap<Id, (Timestamp, Arc<Sender>)>>,
}

impl Senders {
    pub(super) fn new(resources: Resources, sealer: Sealer) -> Self {
        Self { resources, sealer, remembered: Mutex::default() }
    }

    /// The number, unless it is deleted: then its token is gone too.
    pub(super) async fn get(&self, id: Id) -> Result<Option<Arc<Sender>>, SendingError> {
        let now = self.resources.now();
        if let Some(sender) = self.recall(id, now) {
            return Ok(Some(sender));
        }
        let number = self.resources.store.phone_number(id).await?;
        let Some(number) = number.filter(|number| number.deleted_at.is_none()) else { return Ok(None) };
        let token = open_token(&self.sealer, &number).await?;
        let sender = Arc::new(Sender { number, token });
        self.lock().insert(id, (now, Arc::clone(&sender)));
        Ok(Some(sender))
    }

    /// Forgets a number that is known to have changed.
    pub(super) fn forget(&self, id: Id) {
        self.lock().remove(&id);
    }

    fn recall(&self, id: Id, now: Timestamp) -> Option<Arc<Sender>> {
        let remembered = self.lock();
        let (at, sender) = remembered.get(&id)?;
        (now < *at + REMEMBERED).then(|| Arc::clone(sender))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Id, (Timestamp, Arc<Sender>)>> {
        self.remembered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
