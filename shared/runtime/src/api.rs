//! The state of an HTTP function.

use switchboard_http::Authenticate;
use switchboard_model::DomainError;
use switchboard_model::access::Caller;
use switchboard_service::Gate;

/// The state of an HTTP function: its service, and the gate in front of it.
#[derive(Clone)]
pub struct Api<S> {
    /// What the handlers call.
    pub service: S,
    gate: Gate,
}

impl<S> Api<S> {
    /// A function that offers `service` to those whom `gate` knows.
    pub fn new(service: S, gate: Gate) -> Self {
        Self { service, gate }
    }
}

impl<S: Send + Sync> Authenticate for Api<S> {
    async fn authenticate(&self, token: &str) -> Result<Caller, DomainError> {
        self.gate.authenticate(token).await
    }
}
