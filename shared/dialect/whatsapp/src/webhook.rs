//! Meta's webhook on the wire.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What Meta asks when the webhook is set up (Meta, webhooks, "Verification requests").
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct VerifyQuery {
    /// Always `subscribe`.
    #[serde(rename = "hub.mode")]
    #[param(example = "subscribe")]
    pub mode: Option<String>,
    /// The token that was agreed in Meta's dashboard.
    #[serde(rename = "hub.verify_token")]
    pub verify_token: Option<String>,
    /// What the answer has to repeat.
    #[serde(rename = "hub.challenge")]
    #[param(example = "1158201444")]
    pub challenge: Option<String>,
}

/// The events are taken.
#[derive(Debug, Serialize, ToSchema)]
pub struct TakenOut {
    /// Always `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
}
