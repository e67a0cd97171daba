//! Writing what became of a number.

use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::{Condition, StoreError};

use crate::Resources;

/// How often a change that comes second is made again on what the first one left.
const TRIES: usize = 5;

/// Stores what `apply` makes of a number; where another change came first, what it makes of that. `apply` says whether
/// there is anything to store. `None` where the number is deleted.
pub(crate) async fn store<E: From<StoreError>>(
    resources: &Resources,
    mut number: PhoneNumber,
    apply: impl Fn(&mut PhoneNumber) -> Result<bool, E> + Send + Sync,
) -> Result<Option<PhoneNumber>, E> {
    for _ in 0..TRIES {
        let (id, had_account) = (number.id, number.business_id.is_some());
        if !apply(&mut number)? {
            return Ok(Some(number));
        }
        number.version += 1;
        number.updated_at = resources.now();
        match write(resources, &number, had_account).await {
            Ok(()) => return Ok(Some(number)),
            Err(StoreError::ConditionFailed(Condition::Contested)) => {
                let present = resources.store.phone_number(id).await?;
                match present.filter(|number| number.deleted_at.is_none()) {
                    Some(present) => number = present,
                    None => return Ok(None),
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(StoreError::ConditionFailed(Condition::Contested).into())
}

async fn write(resources: &Resources, changed: &PhoneNumber, had_account: bool) -> Result<(), StoreError> {
    let store = &resources.store;
    match (&changed.business_id, changed.deleted_at) {
        (_, Some(_)) => store.delete_phone_number(changed).await,
        (Some(business_id), None) if !had_account => store.place_phone_number(changed, business_id).await,
        _ => store.update_phone_number(changed).await,
    }
}
