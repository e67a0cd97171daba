//! Errors on their way out.

use std::error::Error;
use std::fmt::Write;
use std::marker::PhantomData;

use axum::response::{IntoResponse, Response};
use switchboard_model::{DomainError, ErrorKind};

use crate::Dialect;

/// An error that leaves in the shape of dialect `D`.
#[derive(Debug)]
pub struct Failure<D> {
    error: DomainError,
    dialect: PhantomData<D>,
}

impl<D> Failure<D> {
    /// The error, for whoever has to give it later.
    pub fn into_error(self) -> DomainError {
        self.error
    }
}

impl<D> From<DomainError> for Failure<D> {
    fn from(error: DomainError) -> Self {
        Self { error, dialect: PhantomData }
    }
}

impl<D: Dialect> IntoResponse for Failure<D> {
    fn into_response(self) -> Response {
        let mut response = D::error(&self.error);
        response.extensions_mut().insert(FailureNote::of(&self.error));
        response
    }
}

/// What the log line of a failed request tells of the error.
#[derive(Clone, Debug)]
pub struct FailureNote {
    /// The error's code.
    pub code: &'static str,
    /// The sort of error.
    pub kind: ErrorKind,
    /// The error and its causes; only where the fault is not the client's, whose words have no place in a log.
    pub chain: Option<String>,
}

impl FailureNote {
    fn of(error: &DomainError) -> Self {
        let ours = matches!(error.kind(), ErrorKind::Internal | ErrorKind::Unavailable | ErrorKind::Upstream);
        Self { code: error.code(), kind: error.kind(), chain: ours.then(|| chain(error)) }
    }
}

fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        // Writing to a string can't fail.
        let _ = write!(text, ": {error}");
        source = error.source();
    }
    text
}
