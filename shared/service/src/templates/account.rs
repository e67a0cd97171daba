//! A business account, asked in the name of one of its numbers.

use secrecy::SecretString;
use switchboard_graph::{Disposition, Graph, GraphError};
use switchboard_model::phone_number::{MetaId, PhoneNumber};
use switchboard_model::{DomainError, Id};
use switchboard_store::StoreError;
use switchboard_vault::Sealer;

use crate::Resources;
use crate::phone_numbers::open_token;

/// A business account with a token that may manage its templates.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) graph: Graph,
    pub(super) business_id: MetaId,
    /// The number that the token is of.
    pub(super) phone_number_id: Id,
    pub(super) token: SecretString,
}

/// The numbers of a workspace in an account, those first that nothing is known against.
pub(super) async fn numbers(
    resources: &Resources,
    workspace_id: Id,
    business_id: &MetaId,
) -> Result<Vec<PhoneNumber>, StoreError> {
    let mut numbers = resources.store.phone_numbers_of_account(business_id).await?;
    numbers.retain(|number| number.workspace_id == workspace_id && number.deleted_at.is_none());
    numbers.sort_by_key(|number| number.stopped.is_some());
    Ok(numbers)
}

impl Account {
    /// The account `business_id`, asked with the token of `number`.
    pub(super) async fn of(
        sealer: &Sealer,
        graph: &Graph,
        business_id: &MetaId,
        number: &PhoneNumber,
    ) -> Result<Self, DomainError> {
        Ok(Self {
            graph: graph.clone(),
            business_id: business_id.clone(),
            phone_number_id: number.id,
            token: open_token(sealer, number).await?,
        })
    }
}

/// Whether another token may do better.
pub(super) fn is_of_token(error: &GraphError) -> bool {
    let disposition = error.refusal().map(switchboard_graph::Refusal::disposition);
    matches!(disposition, Some(Disposition::StopNumber | Disposition::StopAccount))
}

/// Whether it is unknown what Graph did.
pub(super) fn is_unknown(error: &GraphError) -> bool {
    matches!(error, GraphError::Lost { .. } | GraphError::Unreadable { .. })
}
