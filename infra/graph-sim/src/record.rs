//! Counts and logs each call of a Graph endpoint: one line each, without phone numbers or tokens.

use std::collections::HashMap;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::json;
use tokio::time::Instant;

use crate::failure::{DropConnection, Refused};
use crate::numbers;
use crate::state::Simulator;

/// Routes whose first segment is a phone number id.
const NUMBER_ROUTES: &[&str] =
    &["/{id}/messages", "/{id}/marketing_messages", "/{id}/media", "/{id}/register"];

/// The middleware.
pub async fn record(State(simulator): State<Simulator>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let method = request.method().clone();
    let route =
        request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let node = request.uri().path().split('/').nth(1).unwrap_or_default().to_owned();
    let number = NUMBER_ROUTES.contains(&route.as_str()).then_some(node.as_str());
    let mut log =
        Line { simulator, started, method: method.to_string(), route: route.clone(), outcome: None };
    log.simulator.store().stats.count(number, |counters| counters.calls += 1);
    let mut response = next.run(request).await;
    let refused = response.extensions().get::<Refused>().map(|Refused(code)| code.clone());
    let lost = response.extensions().get::<DropConnection>().is_some();
    {
        let mut store = log.simulator.store();
        if let Some(code) = &refused {
            store.stats.count(number, |counters| *counters.refused.entry(code.clone()).or_default() += 1);
        }
        if lost {
            store.stats.count(number, |counters| counters.lost_answers += 1);
        }
    }
    if let Some(code) = &refused {
        add_usage(&log.simulator, &mut response, code, &node, number.is_some());
    }
    log.outcome = Some((response.status().as_u16(), refused.unwrap_or_default(), lost));
    response
}

/// Logs when dropped, so that a call whose caller has gone away is logged too.
struct Line {
    simulator: Simulator,
    started: Instant,
    method: String,
    route: String,
    outcome: Option<(u16, String, bool)>,
}

impl Drop for Line {
    fn drop(&mut self) {
        let ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (method, route) = (&self.method, &self.route);
        match &self.outcome {
            Some((_, _, true)) => tracing::info!(method, route, ms, "answer lost on purpose"),
            Some((status, code, false)) => tracing::info!(method, route, status, code, ms, "answered"),
            None => tracing::info!(method, route, ms, "caller gone"),
        }
    }
}

/// Adds the usage headers of the call limits (Meta, Graph API rate limiting).
fn add_usage(simulator: &Simulator, response: &mut Response, code: &str, node: &str, is_number: bool) {
    let usage = json!({"call_count": 100, "total_cputime": 25, "total_time": 25});
    let (name, value) = match code {
        "4" => ("x-app-usage", usage),
        "80007" | "80008" => {
            let waba =
                if is_number { numbers::number(&simulator.store(), node).waba_id } else { node.to_owned() };
            let mut usage = usage;
            usage["type"] = "messages".into();
            usage["estimated_time_to_regain_access"] = 1.into();
            ("x-business-use-case-usage", json!(HashMap::from([(waba, [usage])])))
        }
        _ => return,
    };
    if let Ok(value) = HeaderValue::try_from(value.to_string()) {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
}
