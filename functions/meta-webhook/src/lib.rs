//! Meta's webhook: verification, and events into their queue. It touches no table.

mod receive;
mod take;
mod verify;

use std::sync::Arc;

use axum::Router;
use switchboard_dialect_whatsapp::WhatsApp;
use switchboard_http::frame;
use switchboard_model::{Clock, DomainError};
use switchboard_runtime::operations;
use switchboard_runtime::queue::Queue;
use switchboard_vault::{MetaSecrets, Secret};

type State = axum::extract::State<Webhook>;

/// What the handlers work with.
#[derive(Clone)]
pub struct Webhook {
    secrets: Arc<Secret<MetaSecrets>>,
    events: Queue,
    clock: Arc<dyn Clock>,
}

impl Webhook {
    /// A webhook that knows Meta by `secrets` and puts its events into the queue `events`.
    pub fn new(secrets: Arc<Secret<MetaSecrets>>, events: Queue, clock: Arc<dyn Clock>) -> Self {
        Self { secrets, events, clock }
    }

    /// Whether `check` holds of Meta's secrets, or, where it does not, of those that took their place.
    async fn knows(&self, check: impl Fn(&MetaSecrets) -> bool) -> Result<bool, DomainError> {
        let secrets = self.secrets.get().await?;
        if check(&secrets) {
            return Ok(true);
        }
        let renewed = self.secrets.renewed(self.clock.now()).await?;
        Ok(renewed.is_some_and(|secrets| check(&secrets)))
    }
}

operations! { Webhook:
    get "/webhook" => verify::verify,
    post "/webhook" => receive::receive,
}

/// The function's routes.
pub fn router(webhook: Webhook) -> Router {
    frame::<WhatsApp>(routes().with_state(webhook))
}
