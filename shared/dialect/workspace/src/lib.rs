//! The `workspace` dialect: wire types and errors of the Workspace Messaging API v1. No IO.
//!
//! Whatever may be left out may also be `null`.

pub mod answers;
pub mod channels;
pub mod departments;
mod error;
pub mod id;
pub mod members;
pub mod messages;
pub mod webhooks;

use axum::response::Response;
use switchboard_http::Dialect;
use switchboard_model::DomainError;

pub use error::{ErrorBody, FieldErrorBody, code};
pub use switchboard_http::{Created, Found, NoContent};

/// The Workspace Messaging API v1.
#[derive(Debug)]
pub enum WorkspaceApi {}

impl Dialect for WorkspaceApi {
    const NAME: &'static str = "workspace";

    fn error(error: &DomainError) -> Response {
        error::response(error)
    }
}

/// An error of this dialect.
pub type Failure = switchboard_http::Failure<WorkspaceApi>;
/// A JSON body of this dialect, whose refusal waits until it is known who asks.
pub type HeldJson<T> = switchboard_http::HeldJson<WorkspaceApi, T>;
/// A query of this dialect, whose refusal waits until it is known who asks.
pub type HeldQuery<T> = switchboard_http::HeldQuery<WorkspaceApi, T>;
/// Path parameters of this dialect.
pub type Path<T> = switchboard_http::Path<WorkspaceApi, T>;
/// A program with an API token that asks for the permission `P`.
pub type Presented<P> = switchboard_http::Presented<WorkspaceApi, P>;
/// A signed-in person who asks for the permission `P`.
pub type Allowed<P> = switchboard_http::Allowed<WorkspaceApi, P>;
