//! The `whatsapp` dialect: wire types and errors of the WhatsApp Business API. No IO.

pub mod api_tokens;
pub mod audit_logs;
pub mod auth;
pub mod campaigns;
pub mod contacts;
pub mod conversations;
mod error;
mod id;
pub mod incoming_webhooks;
pub mod media;
pub mod messages;
pub mod page;
pub mod phone_numbers;
pub mod templates;
pub mod webhook;
pub mod webhooks;
pub mod workspaces;

use axum::response::Response;
use switchboard_http::Dialect;
use switchboard_model::DomainError;

pub use error::{ErrorBody, ValidationErrorBody};
pub use id::WireId;
pub use switchboard_http::{Accepted, Created, Found, NoContent};

/// The WhatsApp Business API.
#[derive(Debug)]
pub enum WhatsApp {}

impl Dialect for WhatsApp {
    const NAME: &'static str = "whatsapp";

    fn error(error: &DomainError) -> Response {
        error::response(error)
    }
}

/// An error of this dialect.
pub type Failure = switchboard_http::Failure<WhatsApp>;
/// A JSON body of this dialect.
pub type Json<T> = switchboard_http::Json<WhatsApp, T>;
/// A query of this dialect.
pub type Query<T> = switchboard_http::Query<WhatsApp, T>;
/// Path parameters of this dialect.
pub type Path<T> = switchboard_http::Path<WhatsApp, T>;
/// A signed-in caller of this dialect who asks for the permission `P`.
pub type Allowed<P> = switchboard_http::Allowed<WhatsApp, P>;
/// A JSON body of this dialect that may be left out.
pub type OptionalJson<T> = switchboard_http::OptionalJson<WhatsApp, T>;
