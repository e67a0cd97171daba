//! The frame in which every HTTP function stands.
//!
//! A dialect says how errors and limits look on its wire ([`Dialect`]); everything that can go wrong before or
//! beside a handler (a body that is no JSON, an unknown route, a panic) is a [`DomainError`] and leaves in the
//! dialect's shape. Nothing here knows a use case.
//!
//! [`DomainError`]: switchboard_model::DomainError

mod answer;
mod authentication;
mod extract;
mod failure;
mod frame;
mod held;
mod multipart;

pub use answer::{Accepted, Created, Found, NoContent};
pub use authentication::{Allowed, Authenticate, bearer_token};
pub use extract::{Json, OptionalJson, Path, Query, parse as parse_json, raw_body};
pub use failure::{Failure, FailureNote};
pub use frame::{SourceAddress, frame, mark};
pub use held::{HeldJson, HeldQuery, Presented};
pub use multipart::{Form, FormField};

use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue};
use switchboard_model::DomainError;
use switchboard_model::plan::Limit;

/// How one of the published APIs looks on the wire.
pub trait Dialect: Send + Sync + 'static {
    /// Its name in logs.
    const NAME: &'static str;
    /// Most bytes of a JSON body.
    const MAX_BODY_BYTES: usize = 1024 * 1024;

    /// The answer to an error.
    fn error(error: &DomainError) -> Response;

    /// Tells a client of its limit.
    fn limit_headers(limit: &Limit, headers: &mut HeaderMap) {
        let values = [
            (HeaderName::from_static("x-ratelimit-limit"), i64::from(limit.limit)),
            (HeaderName::from_static("x-ratelimit-remaining"), i64::from(limit.remaining)),
            (HeaderName::from_static("x-ratelimit-reset"), limit.reset_at),
        ];
        headers.extend(values.map(|(name, value)| (name, HeaderValue::from(value))));
    }
}
