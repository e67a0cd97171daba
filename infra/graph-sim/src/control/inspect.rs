//! What has happened so far.

use axum::Json;
use axum::extract::{Path, Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::state::{Accepted, Simulator};

/// `GET /_sim/health`.
pub async fn health() -> Json<Value> {
    Json(json!({"status": "ok"}))
}

/// Filters of the accepted messages.
#[derive(Deserialize)]
pub struct Filter {
    phone_number_id: Option<String>,
    to: Option<String>,
    callback_data: Option<String>,
    limit: Option<usize>,
}

impl Filter {
    fn matches(&self, message: &Accepted) -> bool {
        // A plus sign in a query string may have become a space.
        let to = self.to.as_ref().map(|to| to.trim_start_matches(['+', ' ']));
        self.phone_number_id.as_ref().is_none_or(|number| *number == message.phone_number_id)
            && to.is_none_or(|to| to == message.to)
            && self.callback_data.as_ref().is_none_or(|data| Some(data) == message.callback_data.as_ref())
    }
}

/// `GET /_sim/messages`: accepted messages in order, the first 1000 unless `limit` says otherwise.
pub async fn messages(State(simulator): State<Simulator>, Query(filter): Query<Filter>) -> Json<Value> {
    let store = simulator.store();
    let matching: Vec<&Accepted> = store.messages.iter().filter(|message| filter.matches(message)).collect();
    let shown = &matching[..matching.len().min(filter.limit.unwrap_or(1000))];
    Json(json!({"total": matching.len(), "messages": shown}))
}

/// `GET /_sim/stats`.
pub async fn stats(State(simulator): State<Simulator>) -> Json<Value> {
    Json(json!(simulator.store().stats))
}

/// Query of `GET /_sim/accepted/{callback_data}`.
#[derive(Deserialize)]
pub struct By {
    #[serde(default)]
    prefix: bool,
}

/// `GET /_sim/accepted/{callback_data}`: how often a message with this callback data, or with this before the
/// first `:` of it, was accepted.
pub async fn accepted(
    State(simulator): State<Simulator>,
    Path(callback_data): Path<String>,
    Query(by): Query<By>,
) -> Json<Value> {
    let store = simulator.store();
    let counts = if by.prefix { &store.accepted_by_prefix } else { &store.accepted_by_callback };
    let accepted = counts.get(&callback_data).copied().unwrap_or(0);
    Json(json!({"callback_data": callback_data, "prefix": by.prefix, "accepted": accepted}))
}
