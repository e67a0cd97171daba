//! What can go wrong in the bucket.

use std::error::Error;

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use switchboard_model::DomainError;

/// An error of the bucket.
#[derive(Debug, thiserror::Error)]
pub enum BucketError {
    /// S3 does not answer or refuses.
    #[error("the bucket is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The object was deleted or replaced while it was read.
    #[error("a stored file is gone or was replaced while it was read")]
    Changed,
    /// A request that can't be made, which is our fault.
    #[error("a request to the bucket can't be made")]
    Unbuildable(#[source] Box<dyn Error + Send + Sync>),
}

impl BucketError {
    pub(crate) fn unbuildable(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Unbuildable(error.into())
    }
}

impl<E, R> From<SdkError<E, R>> for BucketError
where
    E: ProvideErrorMetadata + Error + Send + Sync + 'static,
    R: std::fmt::Debug + Send + Sync + 'static,
{
    fn from(error: SdkError<E, R>) -> Self {
        match code(&error) {
            Some("PreconditionFailed") => Self::Changed,
            _ => Self::Unavailable(error.into()),
        }
    }
}

/// Whether a call failed since there is no such object.
pub(crate) fn is_absence<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> bool {
    code(error) == Some("NoSuchKey")
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.as_service_error().and_then(ProvideErrorMetadata::code)
}

impl From<BucketError> for DomainError {
    fn from(error: BucketError) -> Self {
        match error {
            BucketError::Unavailable(_) => Self::Unavailable { source: error.into() },
            BucketError::Changed | BucketError::Unbuildable(_) => Self::internal(error),
        }
    }
}
