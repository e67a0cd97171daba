//! What surrounds every request: the meter, the log line, panics, unknown routes and methods.

use std::any::Any;
use std::panic::AssertUnwindSafe;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use switchboard_meter::Meter;
use switchboard_model::{DomainError, ErrorKind};

use crate::{Dialect, Failure, FailureNote};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The address that a request came from, as the gateway saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceAddress(pub String);

/// The id that the gateway gave a request.
#[derive(Clone, Debug)]
struct RequestId(String);

/// Puts `router` in the frame of dialect `D`: unknown routes and methods, panics, limits and the log line. An
/// answer carries the [`Reading`](switchboard_meter::Reading) of its request as an extension.
pub fn frame<D: Dialect>(router: Router) -> Router {
    router
        .fallback(async || Failure::<D>::from(DomainError::RouteNotFound))
        .method_not_allowed_fallback(async || Failure::<D>::from(DomainError::MethodNotAllowed))
        .layer(from_fn(around::<D>))
}

async fn around<D: Dialect>(request: Request, next: Next) -> Response {
    let meter = Meter::default();
    let started = Stopwatch::start();
    let line = Line::of(&request);
    let mut response = meter
        .scope(AssertUnwindSafe(next.run(request)).catch_unwind())
        .await
        .unwrap_or_else(|panic| Failure::<D>::from(DomainError::internal(words(&*panic))).into_response());
    if let Some(limit) = meter.limit() {
        D::limit_headers(&limit, response.headers_mut());
    }
    line.add_id(response.headers_mut());
    line.write::<D>(&response, &meter, started.milliseconds());
    response.extensions_mut().insert(meter.reading());
    response
}

/// What a log line tells of a request: never a query, a body or a header, which can hold what is personal.
struct Line {
    request_id: Option<String>,
    method: Method,
    route: String,
}

impl Line {
    fn of(request: &Request) -> Self {
        let matched = request.extensions().get::<MatchedPath>();
        Self {
            request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()),
            method: request.method().clone(),
            route: matched.map_or_else(|| "(none)".to_owned(), |path| path.as_str().to_owned()),
        }
    }

    fn add_id(&self, headers: &mut HeaderMap) {
        if let Some(value) = self.request_id.as_deref().and_then(|id| HeaderValue::from_str(id).ok()) {
            headers.insert(REQUEST_ID, value);
        }
    }

    fn write<D: Dialect>(&self, response: &Response, meter: &Meter, milliseconds: f64) {
        let reading = meter.reading();
        let note = response.extensions().get::<FailureNote>();
        let workspace = meter.workspace().map(|id| id.to_string());
        macro_rules! log {
            ($level:ident) => {
                tracing::$level!(
                    request.id = self.request_id,
                    dialect = D::NAME,
                    operation = %format_args!("{} {}", self.method, self.route),
                    status = response.status().as_u16(),
                    workspace.id = workspace,
                    duration_ms = milliseconds,
                    aws.calls = reading.calls,
                    aws.round_trips = reading.round_trips,
                    store.read_units = reading.read_units,
                    store.write_units = reading.write_units,
                    error.code = note.map(|note| note.code),
                    error.chain = note.and_then(|note| note.chain.as_deref()),
                    "request answered"
                )
            };
        }
        match note.map(|note| note.kind) {
            Some(ErrorKind::Internal) => log!(error),
            Some(ErrorKind::Unavailable | ErrorKind::Upstream) => log!(warn),
            _ => log!(info),
        }
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("panicked: {}", text.unwrap_or("without words"))
}

/// Marks a request with the id and the address that the gateway gave.
pub fn mark<B>(request: &mut http::Request<B>, id: Option<String>, source_address: Option<String>) {
    if let Some(id) = id {
        request.extensions_mut().insert(RequestId(id));
    }
    if let Some(address) = source_address {
        request.extensions_mut().insert(SourceAddress(address));
    }
}

struct Stopwatch(std::time::Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "a duration for the log, which no rule depends on")]
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    fn milliseconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64() * 1_000.0
    }
}
