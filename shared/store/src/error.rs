//! What can go wrong in the store.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use switchboard_model::DomainError;

/// A condition of a write, by name, so that a failed transaction says which rule it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Condition {
    /// The entity's id is free.
    IdTaken,
    /// The e-mail address is free.
    EmailTaken,
    /// The invited person has no account yet.
    AlreadySignedUp,
    /// The invitation is the member's, and was not taken up.
    InvitationGone,
    /// The slug is free.
    SlugTaken,
    /// The session lives.
    SessionEnded,
    /// The refresh token was not used before.
    TokenUsed,
    /// The entity is as it was read.
    Contested,
    /// The person is not a member yet.
    AlreadyMember,
    /// There is room for a member.
    TooManyMembers,
    /// Another owner remains.
    LastOwner,
    /// The Meta phone number id is free.
    MetaNumberTaken,
    /// The workspace has no phone number.
    PhoneNumbersRemain,
    /// There is room for a phone number.
    TooManyPhoneNumbers,
    /// The message waits to be sent, or its last attempt is long over.
    NotClaimable,
    /// The attempt under way is the caller's.
    NotOurs,
    /// The item is not stored yet.
    AlreadyStored,
    /// The account has no template of this name and language.
    TemplateTaken,
    /// The delivery's attempt is due and nobody is at it.
    AttemptTaken,
    /// What an attempt found out about its receiver is news.
    FoundBefore,
    /// There is room for an API token.
    TooManyApiTokens,
    /// There is room for an incoming webhook.
    TooManyIncomingWebhooks,
    /// No request of this name was carried out yet.
    RequestRepeated,
    /// There is room for a channel.
    TooManyChannels,
    /// There is room for a department.
    TooManyDepartments,
    /// The department is there.
    DepartmentGone,
    /// The manager is a member.
    ManagerGone,
}

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A named condition did not hold; nothing was written.
    #[error("condition {0:?} failed")]
    ConditionFailed(Condition),
    /// The table has no capacity left for now, or transactions collide.
    #[error("the store is throttled")]
    Throttled(#[source] Box<dyn Error + Send + Sync>),
    /// The store does not answer or refuses.
    #[error("the store is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// A stored item that can't be read.
    #[error("stored item {key} of table {table} can't be read")]
    Corrupt {
        /// The table.
        table: String,
        /// The item's key, as [`Key::redacted`](crate::keys::Key::redacted) has it.
        key: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A value that can't be stored.
    #[error("a value can't be stored")]
    Unstorable(#[source] Box<dyn Error + Send + Sync>),
}

impl StoreError {
    /// The failed condition, where that is the error.
    pub fn condition(&self) -> Option<Condition> {
        match self {
            Self::ConditionFailed(condition) => Some(*condition),
            _ => None,
        }
    }
}

const THROTTLES: [&str; 5] = [
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "TransactionConflictException",
];

/// A failed call. Conditions are told apart before this, where the call names them.
impl<E, R> From<SdkError<E, R>> for StoreError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        let throttled = error
            .as_service_error()
            .and_then(|error| error.code())
            .is_some_and(|code| THROTTLES.contains(&code));
        if throttled { Self::Throttled(error.into()) } else { Self::Unavailable(error.into()) }
    }
}

/// What a client is told where a use case has no better word for it.
impl From<StoreError> for DomainError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::ConditionFailed(Condition::Contested) => Self::Contested,
            StoreError::ConditionFailed(Condition::RequestRepeated) => Self::DeliveryRepeated,
            StoreError::Throttled(_) | StoreError::Unavailable(_) => {
                Self::Unavailable { source: error.into() }
            }
            StoreError::ConditionFailed(_) | StoreError::Corrupt { .. } | StoreError::Unstorable(_) => {
                Self::internal(error)
            }
        }
    }
}
