//! Settings, numbers, templates, holds.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::BadCall;
use crate::config::ConfigPatch;
use crate::failure::Failure;
use crate::hold::{Armed, Release};
use crate::numbers::{self, NumberOverride};
use crate::state::Simulator;
use crate::templates::{self, Status, handlers, review};

/// Reads a JSON body; an empty one counts as `{}`.
pub fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, BadCall> {
    let body: &[u8] = if body.is_empty() { b"{}" } else { body };
    serde_json::from_slice(body).map_err(|error| BadCall::new(error.to_string()))
}

/// `GET /_sim/config`.
pub async fn show(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.store().config.shown())
}

/// `POST /_sim/config`: changes what is given, and shows all.
pub async fn change(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let patch: ConfigPatch = read(&body)?;
    let mut store = simulator.store();
    patch.apply(&mut store.config).map_err(BadCall::new)?;
    store.limits.refill();
    Ok(Json(store.config.shown()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passed {
    #[serde(default)]
    advance_ms: u64,
}

/// `POST /_sim/clock`: stops the time by which limits are counted, and moves it on.
pub async fn pass_time(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let passed: Passed = read(&body)?;
    simulator.store().limits.pass(Duration::from_millis(passed.advance_ms));
    Ok(Json(json!({"advanced_ms": passed.advance_ms})))
}

/// `POST /_sim/numbers`: sets fields of a phone number, its business account among them.
pub async fn set_number(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let set: NumberOverride = read(&body)?;
    numbers::require_numeric(&set.phone_number_id)
        .map_err(|_| BadCall::new("phone_number_id must be digits"))?;
    let mut store = simulator.store();
    let id = set.phone_number_id.clone();
    store.numbers.entry(id.clone()).or_default().merge(set);
    let number = numbers::number(&store, &id);
    Ok(Json(json!({"phone_number_id": id, "waba_id": number.waba_id, "digits": number.digits()})))
}

#[derive(Deserialize)]
struct NewTemplate {
    waba_id: String,
    #[serde(default)]
    status: Option<Status>,
    #[serde(flatten)]
    template: Value,
}

/// `POST /_sim/templates`: puts a template into a state without review, approved by default.
pub async fn put_template(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, Failure> {
    let new: NewTemplate =
        read(&body).map_err(|BadCall(reason)| crate::failure::GraphError::parameter(reason))?;
    let mut template = handlers::parse(&new.waba_id, &new.template)?;
    template.status = new.status.unwrap_or(Status::Approved);
    let mut store = simulator.store();
    let old = templates::find_named(&store, &template.waba_id, &template.name, &template.language);
    template.id = old.map_or(template.id, |old| old.id);
    let shown = template.shown(None);
    store.templates.insert(template.id, template);
    Ok(Json(shown))
}

#[derive(Deserialize)]
struct NewStatus {
    status: Status,
    #[serde(default)]
    reason: Option<String>,
    #[serde(default)]
    other_info: Option<Value>,
}

/// `POST /_sim/templates/{id}/status`: changes a template's state and tells the receiver.
pub async fn set_template_status(
    State(simulator): State<Simulator>,
    Path(id): Path<u64>,
    body: Bytes,
) -> Result<Json<Value>, BadCall> {
    let new: NewStatus = read(&body)?;
    let reason = new.reason.as_deref().unwrap_or("NONE");
    let told = review::change(&mut simulator.store(), id, new.status, reason, new.other_info);
    let delivery = told.ok_or_else(|| BadCall::new("there is no such template"))?;
    tokio::spawn(async move { delivery.run(&simulator).await });
    Ok(Json(json!({"id": id.to_string(), "status": new.status})))
}

/// `POST /_sim/hold`: arms a hold for the next matching send.
pub async fn hold(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let armed: Armed = read(&body)?;
    let mut store = simulator.store();
    store.holds.arm(armed);
    Ok(Json(json!(store.holds)))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Released {
    wamid: Option<String>,
    #[serde(default)]
    lose_answer: bool,
}

/// `POST /_sim/release`: lets all held answers go, or that of one message, and drops them if `lose_answer`.
pub async fn release(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let released: Released = read(&body)?;
    let how = if released.lose_answer { Release::Lose } else { Release::Answer };
    let count = simulator.store().holds.release(released.wamid.as_deref(), how);
    Ok(Json(json!({ "released": count })))
}

/// `GET /_sim/held`.
pub async fn held(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!(simulator.store().holds))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reset {
    #[serde(default)]
    config: bool,
}

/// `POST /_sim/reset`: forgets everything but the settings, and these too if `config`.
pub async fn reset(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let reset: Reset = read(&body)?;
    simulator.reset(reset.config);
    Ok(Json(json!({"status": "ok"})))
}
