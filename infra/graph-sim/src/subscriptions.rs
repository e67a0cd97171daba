//! Subscriptions of the app to business accounts: webhooks are sent of those only.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::failure::{Failure, GraphError};
use crate::numbers;
use crate::state::Simulator;
use crate::token::{Scope, Token};
use crate::webhook::verify;

/// `POST /{waba_id}/subscribed_apps`: an address of the account's own is verified first.
pub async fn subscribe(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    token: Token,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    token.require(Scope::Subscription)?;
    numbers::require_numeric(&waba_id)?;
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let url = body["override_callback_uri"].as_str().map(str::to_owned);
    if let Some(url) = &url {
        let verify_token = body["verify_token"].as_str().unwrap_or_default();
        verify::handshake(&simulator, url, verify_token)
            .await
            .map_err(|reason| GraphError::parameter(format!("Callback verification failed: {reason}")))?;
    }
    simulator.store().subscriptions.insert(waba_id, url);
    Ok(Json(json!({"success": true})))
}

/// `GET /{waba_id}/subscribed_apps`.
pub async fn list(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    token: Token,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    numbers::require_numeric(&waba_id)?;
    let store = simulator.store();
    let apps: Vec<Value> = store
        .subscriptions
        .get(&waba_id)
        .into_iter()
        .map(|own| app(&store.config.app_id, own.as_ref()))
        .collect();
    Ok(Json(json!({ "data": apps })))
}

fn app(id: &str, own_url: Option<&String>) -> Value {
    let mut app = json!({"whatsapp_business_api_data": {"id": id, "name": "Simulated App"}});
    if let Some(url) = own_url {
        app["override_callback_uri"] = url.as_str().into();
    }
    app
}

/// `DELETE /{waba_id}/subscribed_apps`.
pub async fn unsubscribe(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    token: Token,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    numbers::require_numeric(&waba_id)?;
    simulator.store().subscriptions.remove(&waba_id);
    Ok(Json(json!({"success": true})))
}
