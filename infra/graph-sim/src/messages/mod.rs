//! Sending messages, and marking customers' messages as read.

mod accept;
mod admit;
mod content;
mod envelope;
mod interactive;
mod template_send;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::failure::{Failure, GraphError};
use crate::ids;
use crate::numbers;
use crate::state::Simulator;
use crate::token::{Scope, Token};

/// `POST /{phone_number_id}/messages`: a message, or a read receipt if the body has `status`.
pub async fn send(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    token: Token,
    body: Bytes,
) -> Result<Response, Failure> {
    let body = read(&number, &token, &body)?;
    if body.get("status").is_some() {
        check_receipt(&body)?;
        return Ok(Json(json!({"success": true})).into_response());
    }
    deliver(&simulator, &number, &token, body).await
}

/// `POST /{phone_number_id}/marketing_messages`: a marketing template.
pub async fn send_marketing(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    token: Token,
    body: Bytes,
) -> Result<Response, Failure> {
    let body = read(&number, &token, &body)?;
    if body["type"] != "template" {
        return Err(GraphError::of(134_100).with_details("Only templates are sent here").into());
    }
    deliver(&simulator, &number, &token, body).await
}

fn read(number: &str, token: &Token, body: &Bytes) -> Result<Value, GraphError> {
    token.require(Scope::Messaging)?;
    numbers::require_numeric(number)?;
    let body = serde_json::from_slice(body).ok().filter(Value::is_object);
    let body = body.ok_or_else(|| GraphError::parameter("The request body must be a JSON object"))?;
    if body["messaging_product"] != "whatsapp" {
        return Err(GraphError::parameter(
            "The parameter messaging_product is required and must be whatsapp",
        ));
    }
    Ok(body)
}

fn check_receipt(body: &Value) -> Result<(), GraphError> {
    if body["status"] != "read" {
        return Err(GraphError::parameter("Param status must be read"));
    }
    if !body["message_id"].as_str().is_some_and(|id| id.starts_with("wamid.")) {
        return Err(GraphError::parameter("Param message_id must be the id of a received message"));
    }
    match body.get("typing_indicator") {
        Some(indicator) if indicator["type"] != "text" => {
            Err(GraphError::parameter("Param typing_indicator['type'] must be text"))
        }
        _ => Ok(()),
    }
}

async fn deliver(
    simulator: &Simulator,
    number: &str,
    token: &Token,
    body: Value,
) -> Result<Response, Failure> {
    let outgoing = {
        let store = simulator.store();
        envelope::parse(&store, number, body)?
    };
    let fault = admit::admit(&mut simulator.store(), &outgoing)?;
    Ok(accept::accept(simulator, outgoing, fault, ids::tail(&token.0)).await)
}
