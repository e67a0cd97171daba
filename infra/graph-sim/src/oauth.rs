//! Tokens: exchange and inspection.

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock;
use crate::failure::{Failure, GraphError};
use crate::ids;
use crate::state::Simulator;
use crate::token::{self, Token};

/// Query of `GET /oauth/access_token`.
#[derive(Deserialize)]
pub struct Exchange {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    fb_exchange_token: Option<String>,
    code: Option<String>,
}

/// `GET /oauth/access_token`: a long-lived token for a token, a business token for a code, or the app's token.
pub async fn access_token(
    State(simulator): State<Simulator>,
    Query(exchange): Query<Exchange>,
) -> Result<Json<Value>, Failure> {
    check_client(&simulator, &exchange)?;
    match (exchange.grant_type.as_deref(), exchange.fb_exchange_token, exchange.code) {
        (Some("client_credentials"), _, _) => {
            let token = token::app_token(&simulator.store());
            Ok(Json(json!({"access_token": token, "token_type": "bearer"})))
        }
        (Some("fb_exchange_token"), Some(old), _) => {
            token::admit(&simulator, &old).await?;
            Ok(Json(issue(&simulator)))
        }
        (Some("fb_exchange_token"), None, _) => {
            Err(GraphError::parameter("The parameter fb_exchange_token is required").into())
        }
        (None | Some("authorization_code"), _, Some(code)) if !code.is_empty() => Ok(Json(issue(&simulator))),
        _ => Err(GraphError::parameter("grant_type is not supported, or its parameters are missing").into()),
    }
}

fn check_client(simulator: &Simulator, exchange: &Exchange) -> Result<(), GraphError> {
    let store = simulator.store();
    let missing = |name: &str| GraphError::parameter(format!("The parameter {name} is required"));
    let id = exchange.client_id.as_ref().ok_or_else(|| missing("client_id"))?;
    let secret = exchange.client_secret.as_ref().ok_or_else(|| missing("client_secret"))?;
    if *id != store.config.app_id {
        return Err(GraphError::parameter("client_id names no application"));
    }
    if *secret != store.config.app_secret {
        return Err(GraphError::of(1).with_details("The client secret is wrong"));
    }
    Ok(())
}

fn issue(simulator: &Simulator) -> Value {
    let token = ids::token();
    let expiry = clock::now_seconds() + token::LIFETIME_SECONDS;
    simulator.store().issued_tokens.insert(token.clone(), expiry);
    json!({"access_token": token, "token_type": "bearer", "expires_in": token::LIFETIME_SECONDS})
}

/// Query of `GET /debug_token`.
#[derive(Deserialize)]
pub struct Inspect {
    input_token: Option<String>,
}

/// `GET /debug_token`: what is known of a token.
pub async fn debug_token(
    State(simulator): State<Simulator>,
    Query(query): Query<Inspect>,
    _caller: Token,
) -> Result<Json<Value>, Failure> {
    let input =
        query.input_token.ok_or_else(|| GraphError::parameter("The parameter input_token is required"))?;
    let store = simulator.store();
    let found = token::inspect(&store, &input);
    let mut data = json!({
        "app_id": store.config.app_id,
        "type": "SYSTEM_USER",
        "application": "Simulated App",
        "is_valid": found.is_valid,
        "expires_at": found.expires_at,
        "data_access_expires_at": found.expires_at,
        "scopes": found.scopes,
        "granular_scopes": found.scopes.iter().map(|scope| json!({"scope": scope})).collect::<Vec<_>>(),
        "user_id": ids::derived(&input, 1_000_000_000_000_000).to_string(),
    });
    if let Some((code, subcode, message)) = found.error {
        data["error"] = json!({"code": code, "message": message, "subcode": subcode});
    }
    Ok(Json(json!({ "data": data })))
}
