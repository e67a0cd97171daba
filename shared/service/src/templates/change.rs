//! Writing what became of a template.

use switchboard_model::DomainError;
use switchboard_model::template::{Operation, OperationKind, Template};
use switchboard_store::{Condition, StoreError};

use crate::Resources;

/// How often a change that comes second is made again on what the first one left.
const TRIES: usize = 5;

/// Notes that something begins at Meta. Fails as `Contested` where something else is under way, or came first.
pub(super) async fn begin(
    resources: &Resources,
    template: &Template,
    kind: OperationKind,
) -> Result<Template, DomainError> {
    let now = resources.now();
    if template.operation.is_some_and(|operation| operation.is_under_way(now)) {
        return Err(DomainError::Contested);
    }
    let mut begun = template.clone();
    begun.operation = Some(Operation::begin(kind, now));
    begun.version += 1;
    resources.store.update_template(&begun).await?;
    Ok(begun)
}

/// Stores what `apply` makes of a template; where another change came first, what it makes of that. `apply` says
/// whether there is anything to store. `None` where the template is gone.
pub(crate) async fn store(
    resources: &Resources,
    mut template: Template,
    apply: impl Fn(&mut Template) -> bool + Send + Sync,
) -> Result<Option<Template>, StoreError> {
    for _ in 0..TRIES {
        if !apply(&mut template) {
            return Ok(Some(template));
        }
        template.version += 1;
        template.updated_at = resources.now();
        let written = match template.deleted_at {
            None => resources.store.update_template(&template).await,
            Some(_) => resources.store.delete_template(&template).await,
        };
        match written {
            Ok(()) => return Ok(Some(template)),
            Err(StoreError::ConditionFailed(Condition::Contested)) => {
                match resources.store.template(template.id).await? {
                    Some(present) => template = present,
                    None => return Ok(None),
                }
            }
            Err(error) => return Err(error),
        }
    }
    Err(StoreError::ConditionFailed(Condition::Contested))
}

/// Takes a template that Meta never had away again.
pub(super) async fn discard(resources: &Resources, mut template: Template) -> Result<(), StoreError> {
    for _ in 0..TRIES {
        template.version += 1;
        match resources.store.discard_template(&template).await {
            Err(StoreError::ConditionFailed(Condition::Contested)) => {
                match resources.store.template(template.id).await? {
                    Some(present) => template = present,
                    None => return Ok(()),
                }
            }
            discarded => return discarded,
        }
    }
    Err(StoreError::ConditionFailed(Condition::Contested))
}
