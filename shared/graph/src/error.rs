//! How a call to Graph fails.

use std::error::Error;

use switchboard_model::DomainError;

use crate::{Disposition, Refusal};

/// A call to Graph that did not succeed. Nothing here prints an address: some carry secrets in their query.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// Graph read the request and refused it.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// No connection came about: the name was not resolved, the connection refused or timed out, or TLS
    /// failed. No byte of the request was written.
    #[error("no connection to Graph")]
    NotConnected {
        /// What happened.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The time ran out or the connection broke after there was one. Whether Graph acted is not known.
    #[error("the answer of Graph was lost")]
    Lost {
        /// What happened.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// An answer that is not Graph's: a failure without an error object, or a success without what was asked
    /// for. Whether Graph acted is not known.
    #[error("an answer with HTTP status {http_status} was not understood")]
    Unreadable {
        /// The HTTP status.
        http_status: u16,
    },
}

impl GraphError {
    /// Sorts what the HTTP client reports by whether the request may have been read.
    pub(crate) fn of_transport(error: reqwest::Error) -> Self {
        let before_writing = error.is_connect() || error.is_builder();
        let source = Box::new(error.without_url());
        if before_writing { Self::NotConnected { source } } else { Self::Lost { source } }
    }

    /// Meta's refusal, where it is one.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Refused(refusal) => Some(refusal),
            _ => None,
        }
    }
}

impl From<GraphError> for DomainError {
    /// What Meta refuses for good is the caller's to mend. All else, limits of Meta included, may pass.
    fn from(error: GraphError) -> Self {
        match error {
            GraphError::Refused(refusal) => match refusal.disposition() {
                Disposition::Retry { .. } | Disposition::SlowDown | Disposition::PairRate => {
                    Self::MetaUnavailable { source: refusal }
                }
                _ => Self::MetaRefused { code: refusal.code, message: refusal.explanation() },
            },
            other => Self::MetaUnavailable { source: Box::new(other) },
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refused(status: u16, code: i64) -> DomainError {
        GraphError::Refused(Box::new(Refusal::read(status, &json!({"code": code, "message": "(#1) No"}))))
            .into()
    }

    #[test]
    fn what_meta_refuses_is_told_and_what_may_pass_is_not() {
        assert!(matches!(refused(401, 190), DomainError::MetaRefused { code: 190, .. }));
        assert!(matches!(refused(400, 100), DomainError::MetaRefused { code: 100, .. }));
        for code in [2, 4, 613, 80_008, 130_429, 131_056] {
            assert!(matches!(refused(400, code), DomainError::MetaUnavailable { .. }), "{code}");
        }
        let page = GraphError::Unreadable { http_status: 500 };
        assert!(matches!(page.into(), DomainError::MetaUnavailable { .. }));
    }
}
