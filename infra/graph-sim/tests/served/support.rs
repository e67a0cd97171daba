//! A served simulator, and a receiver that checks signatures.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use graph_sim::{Config, Delays, Retry};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use sha2::Sha256;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// A phone number id, and the account that it belongs to.
pub const NUMBER: &str = "555001";
pub const WABA: &str = "555";
pub const TOKEN: &str = "EAAordinary";
/// The longest that a test waits for a condition.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the receiver has got and how it behaves.
#[derive(Default)]
pub struct Inbox {
    payloads: Mutex<Vec<Value>>,
    raw: Mutex<Vec<Bytes>>,
    refusals: Mutex<u32>,
    arrived: Notify,
}

impl Inbox {
    /// Lets the next deliveries fail.
    pub fn refuse(&self, times: u32) {
        *self.refusals.lock().unwrap() = times;
    }

    pub fn payloads(&self) -> Vec<Value> {
        self.payloads.lock().unwrap().clone()
    }

    pub fn raw(&self) -> Vec<Bytes> {
        self.raw.lock().unwrap().clone()
    }

    /// The values of a field's changes, in order of arrival.
    pub fn values(&self, field: &str) -> Vec<Value> {
        let changes = self.payloads().into_iter().map(|payload| payload["entry"][0]["changes"][0].clone());
        changes.filter(|change| change["field"] == field).map(|change| change["value"].clone()).collect()
    }

    /// The statuses of messages with this callback data, as `status` or `failed:code`.
    pub fn statuses(&self, callback_data: &str) -> Vec<String> {
        let values = self.values("messages");
        let statuses = values.iter().filter_map(|value| value["statuses"].get(0));
        statuses.filter(|status| status["biz_opaque_callback_data"] == callback_data).map(word).collect()
    }

    /// Waits until something holds.
    pub async fn until(&self, what: &str, holds: impl Fn(&Self) -> bool) {
        let waiting = async {
            loop {
                let arrived = self.arrived.notified();
                if holds(self) {
                    return;
                }
                arrived.await;
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        assert!(waited.is_ok(), "waited in vain for {what}: {:?}", self.payloads());
    }
}

fn word(status: &Value) -> String {
    let name = status["status"].as_str().unwrap();
    match status["errors"][0]["code"].as_u64() {
        Some(code) => format!("{name}:{code}"),
        None => name.to_owned(),
    }
}

async fn receive(State(inbox): State<Arc<Inbox>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut mac = Hmac::<Sha256>::new_from_slice(Config::default().app_secret.as_bytes()).unwrap();
    mac.update(&body);
    let expected = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    if headers.get("x-hub-signature-256").is_none_or(|given| given != expected.as_str()) {
        return StatusCode::UNAUTHORIZED;
    }
    {
        let mut refusals = inbox.refusals.lock().unwrap();
        if *refusals > 0 {
            *refusals -= 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    inbox.payloads.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
    inbox.raw.lock().unwrap().push(body);
    inbox.arrived.notify_waiters();
    StatusCode::OK
}

async fn challenge(Query(query): Query<Value>) -> Result<String, StatusCode> {
    if query["hub.mode"] != "subscribe"
        || query["hub.verify_token"] != Config::default().verify_token.as_str()
    {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(query["hub.challenge"].as_str().unwrap().to_owned())
}

/// Serves a receiver.
pub async fn receiver() -> (Arc<Inbox>, String) {
    let inbox = Arc::new(Inbox::default());
    let router = Router::new().route("/webhook", get(challenge).post(receive)).with_state(inbox.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/webhook", listener.local_addr().unwrap());
    tokio::spawn(serve_router(listener, router));
    (inbox, url)
}

async fn serve_router(listener: TcpListener, router: Router) {
    while let Ok((stream, _)) = listener.accept().await {
        let service = hyper_util::service::TowerToHyperService::new(router.clone());
        let io = hyper_util::rt::TokioIo::new(stream);
        tokio::spawn(hyper::server::conn::http1::Builder::new().serve_connection(io, service));
    }
}

/// A served simulator with a receiver, whose app is subscribed to [`WABA`].
pub struct World {
    pub inbox: Arc<Inbox>,
    pub receiver: String,
    pub base: String,
    pub client: Client,
}

/// Settings with short delays and without limits that a test would run into by chance.
pub fn quick() -> Config {
    Config {
        delays: Delays { sent: 5, delivered: 10, read: 15, template_review: 5, slow_answer: 1500 },
        retry: Retry { tries: 20, first_pause_ms: 5, longest_pause_ms: 50 },
        throughput_per_second: 10_000.0,
        ..Config::default()
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(quick()).await
    }

    pub async fn with(config: Config) -> Self {
        let (inbox, receiver) = receiver().await;
        let config = Config { webhook_url: Some(receiver.clone()), ..config };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(graph_sim::serve(listener, config));
        let world = Self { inbox, receiver, base, client: Client::new() };
        let subscribed = world.post(&format!("/{WABA}/subscribed_apps"), &json!({})).await;
        assert_eq!(subscribed.status(), 200);
        world
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).bearer_auth(TOKEN).send().await.unwrap()
    }

    pub async fn delete(&self, path: &str) -> Response {
        self.client.delete(format!("{}{path}", self.base)).bearer_auth(TOKEN).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Response {
        self.try_post(path, TOKEN, body).await.unwrap()
    }

    pub async fn try_post(&self, path: &str, token: &str, body: &Value) -> reqwest::Result<Response> {
        self.client.post(format!("{}{path}", self.base)).bearer_auth(token).json(body).send().await
    }

    /// GETs JSON.
    pub async fn look(&self, path: &str) -> Value {
        self.get(path).await.json().await.unwrap()
    }

    /// POSTs to a control endpoint, which must succeed.
    pub async fn control(&self, path: &str, body: Value) -> Value {
        let response = self.post(path, &body).await;
        let status = response.status();
        let body: Value = response.json().await.unwrap();
        assert!(status.is_success(), "{path}: {status} {body}");
        body
    }

    /// Sends a message from [`NUMBER`].
    pub async fn send(&self, body: &Value) -> reqwest::Result<Response> {
        self.try_post(&format!("/v25.0/{NUMBER}/messages"), TOKEN, body).await
    }

    /// How often a message with this callback data was accepted.
    pub async fn accepted(&self, callback_data: &str) -> u64 {
        self.look(&format!("/_sim/accepted/{callback_data}")).await["accepted"].as_u64().unwrap()
    }

    /// Waits until a control endpoint's answer satisfies a condition.
    pub async fn poll(&self, path: &str, holds: impl Fn(&Value) -> bool) -> Value {
        let asking = async {
            loop {
                let answer = self.look(path).await;
                if holds(&answer) {
                    return answer;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("{path} never came to hold"))
    }
}

/// A text message.
pub fn text(to: &str, callback_data: &str) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "to": to,
        "type": "text",
        "text": {"body": "Hello"},
        "biz_opaque_callback_data": callback_data,
    })
}

/// A template to create.
pub fn template(name: &str) -> Value {
    json!({
        "name": name,
        "language": "en_US",
        "category": "UTILITY",
        "components": [
            {"type": "body", "text": format!("Your {name} order {{{{1}}}} arrives on {{{{2}}}} at noon."),
             "example": {"body_text": [["7", "Monday"]]}},
            {"type": "FOOTER", "text": "Reply STOP to stop"},
        ],
    })
}

/// Splits the rows of the README's table under a heading into cells, without backticks.
pub fn readme_rows(heading: &str) -> Vec<Vec<String>> {
    let readme = include_str!("../../README.md");
    let (_, section) = readme.split_once(&format!("\n{heading}\n")).expect("the heading is in the README");
    let lines =
        section.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let inner = line.trim().trim_matches('|');
        inner.split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    };
    lines.skip(2).map(cells).collect()
}
