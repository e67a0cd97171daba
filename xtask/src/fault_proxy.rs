//! A proxy in front of `DynamoDB` and SQS that brings on faults, for the whole-system tests.
//!
//! Functions find the two services at the proxy. `POST /_faults` with a list of [`Rule`]s adds faults, `GET` lists
//! them with how often each has struck, `DELETE` clears them. The first rule that matches a call and is not used up
//! decides; every other call is passed on unchanged.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Result, anyhow};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderValue, TRANSFER_ENCODING};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::http::{Serving, serve};

const CONTROL_PATH: &str = "/_faults";

/// One kind of fault, for some calls.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Part of the operation's name, such as `UpdateItem` or `AmazonSQS.SendMessage`. Empty: every operation.
    #[serde(default)]
    target: String,
    /// Part of the call's body, such as an id or a table's name. Empty: every body.
    #[serde(default)]
    r#match: String,
    /// What happens to the call.
    action: Action,
    /// How many calls it happens to. Absent: to all, as long as the rule lasts.
    times: Option<u64>,
    /// How long the rule lasts from now on. Absent: until it is cleared.
    for_ms: Option<u64>,
}

/// What happens to a call.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    /// It is refused as one call too many.
    Throttle,
    /// It is refused with a 503.
    Unavailable,
    /// The connection closes, and the service never sees the call.
    DropBefore,
    /// The service carries the call out, and the connection closes without the answer.
    DropAfter,
    /// It is passed on after this many milliseconds.
    DelayMs(u64),
}

/// A rule and what has become of it.
#[derive(Debug, Serialize)]
struct Active {
    #[serde(flatten)]
    rule: Rule,
    hits: u64,
    #[serde(skip)]
    until: Option<Instant>,
}

impl Active {
    fn applies(&self, target: &str, body: &str, now: Instant) -> bool {
        target.contains(&self.rule.target)
            && body.contains(&self.rule.r#match)
            && self.rule.times.is_none_or(|times| self.hits < times)
            && self.until.is_none_or(|until| now < until)
    }
}

#[derive(Clone, Debug)]
struct FaultProxy {
    upstream: String,
    rules: Arc<Mutex<Vec<Active>>>,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// Serves the proxy on a listener.
pub fn start(listener: TcpListener, upstream: &str) -> Result<Serving> {
    let proxy = FaultProxy {
        upstream: upstream.to_owned(),
        rules: Arc::default(),
        client: Client::builder(TokioExecutor::new()).build_http(),
    };
    serve(listener, move |request, _| {
        let proxy = proxy.clone();
        async move { proxy.answer(request).await }
    })
}

impl FaultProxy {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await?.to_bytes();
        if parts.uri.path() == CONTROL_PATH {
            return Ok(self.control(&parts.method, &body));
        }
        match self.strike(&operation(&parts, &body), &body) {
            None => self.pass_on(parts, body).await,
            Some(Action::Throttle) => Ok(throttled(&parts)),
            Some(Action::Unavailable) => Ok(refusal(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable")),
            Some(Action::DropBefore) => Err(anyhow!("dropped before the service")),
            Some(Action::DropAfter) => {
                self.pass_on(parts, body).await?;
                Err(anyhow!("dropped after the service"))
            }
            Some(Action::DelayMs(milliseconds)) => {
                tokio::time::sleep(Duration::from_millis(milliseconds)).await;
                self.pass_on(parts, body).await
            }
        }
    }

    /// The fault that this call meets, which is counted.
    fn strike(&self, target: &str, body: &[u8]) -> Option<Action> {
        let body = String::from_utf8_lossy(body);
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let found = rules.iter_mut().find(|active| active.applies(target, &body, now))?;
        found.hits += 1;
        Some(found.rule.action)
    }

    async fn pass_on(&self, parts: Parts, body: Bytes) -> Result<Response<Full<Bytes>>> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = parts.method;
        *request.uri_mut() = format!("{}{path}", self.upstream).parse()?;
        *request.headers_mut() = parts.headers;
        for name in [HOST, CONTENT_LENGTH, TRANSFER_ENCODING] {
            request.headers_mut().remove(name);
        }
        let (mut parts, body) = self.client.request(request).await?.into_parts();
        parts.headers.remove(TRANSFER_ENCODING);
        Ok(Response::from_parts(parts, Full::new(body.collect().await?.to_bytes())))
    }

    fn control(&self, method: &Method, body: &[u8]) -> Response<Full<Bytes>> {
        let mut rules = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        if method == Method::DELETE {
            rules.clear();
        } else if method == Method::POST {
            match serde_json::from_slice::<Vec<Rule>>(body) {
                Ok(added) => rules.extend(added.into_iter().map(activate)),
                Err(error) => return answer(StatusCode::BAD_REQUEST, &json!({ "error": error.to_string() })),
            }
        }
        answer(StatusCode::OK, &json!(*rules))
    }
}

fn activate(rule: Rule) -> Active {
    let until = rule.for_ms.map(|milliseconds| Instant::now() + Duration::from_millis(milliseconds));
    Active { rule, hits: 0, until }
}

/// The name of the operation: the target of the JSON protocols, or the action of the query protocol.
fn operation(parts: &Parts, body: &[u8]) -> String {
    if let Some(target) = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()) {
        return target.to_owned();
    }
    let body = String::from_utf8_lossy(body);
    let query = parts.uri.query().unwrap_or_default();
    let mut pairs = body.split('&').chain(query.split('&'));
    pairs.find_map(|pair| pair.strip_prefix("Action=")).unwrap_or_default().to_owned()
}

/// The error by which the service that was called says that it is called too often.
fn throttled(parts: &Parts) -> Response<Full<Bytes>> {
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = if target.starts_with("DynamoDB") {
        "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
    } else {
        "com.amazonaws.sqs#RequestThrottled"
    };
    refusal(StatusCode::BAD_REQUEST, kind)
}

fn refusal(status: StatusCode, kind: &str) -> Response<Full<Bytes>> {
    answer(status, &json!({ "__type": kind, "message": "a fault that was asked for" }))
}

fn answer(status: StatusCode, body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http;

    /// A service that counts calls, with the proxy in front of it.
    struct Fixture {
        url: String,
        calls: Arc<Mutex<u32>>,
        _servers: [Serving; 2],
    }

    fn fixture() -> Fixture {
        let calls = Arc::new(Mutex::new(0));
        let counter = calls.clone();
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstream = format!("http://{}", service.local_addr().unwrap());
        let service = serve(service, move |_, _| {
            *counter.lock().unwrap() += 1;
            async { Ok::<_, anyhow::Error>(answer(StatusCode::OK, &json!({ "done": true }))) }
        });
        let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", proxy.local_addr().unwrap());
        let proxy = start(proxy, &upstream);
        Fixture { url, calls, _servers: [service.unwrap(), proxy.unwrap()] }
    }

    impl Fixture {
        async fn add(&self, rule: Value) {
            let control = format!("{}{CONTROL_PATH}", self.url);
            http::call(Method::POST, &control, None, Some(&json!([rule]))).await.unwrap().json().unwrap();
        }

        async fn call(&self) -> Result<StatusCode> {
            let body = json!({ "TableName": "messages" });
            let url = format!("{}/?Action=PutItem", self.url);
            Ok(http::call(Method::POST, &url, None, Some(&body)).await?.status)
        }

        fn calls(&self) -> u32 {
            *self.calls.lock().unwrap()
        }
    }

    #[tokio::test]
    async fn a_rule_strikes_as_often_as_it_says() {
        let fixture = fixture();
        fixture.add(json!({ "target": "PutItem", "action": "throttle", "times": 2 })).await;
        let mut statuses = Vec::new();
        for _ in 0..3 {
            statuses.push(fixture.call().await.unwrap().as_u16());
        }
        assert_eq!(statuses, [400, 400, 200]);
        let rules = http::get(&format!("{}{CONTROL_PATH}", fixture.url)).await.unwrap().json().unwrap();
        assert_eq!(rules[0]["hits"], 2);
    }

    #[tokio::test]
    async fn a_rule_for_other_calls_does_nothing() {
        let fixture = fixture();
        fixture.add(json!({ "target": "GetItem", "action": "unavailable" })).await;
        fixture.add(json!({ "match": "other table", "action": "unavailable" })).await;
        assert_eq!(fixture.call().await.unwrap(), 200);
    }

    #[tokio::test]
    async fn an_answer_is_lost_before_or_after_the_call_is_carried_out() {
        let fixture = fixture();
        fixture.add(json!({ "action": "drop_before", "times": 1 })).await;
        fixture.add(json!({ "action": "drop_after", "times": 1 })).await;
        assert!(fixture.call().await.is_err());
        assert_eq!(fixture.calls(), 0);
        assert!(fixture.call().await.is_err());
        assert_eq!(fixture.calls(), 1);
        assert_eq!(fixture.call().await.unwrap(), 200);
    }

    #[tokio::test]
    async fn rules_end_by_time_and_by_clearing() {
        let fixture = fixture();
        fixture.add(json!({ "action": "unavailable", "for_ms": 0 })).await;
        assert_eq!(fixture.call().await.unwrap(), 200);
        fixture.add(json!({ "action": "unavailable" })).await;
        assert_eq!(fixture.call().await.unwrap(), 503);
        let control = format!("{}{CONTROL_PATH}", fixture.url);
        http::call(Method::DELETE, &control, None, None).await.unwrap();
        assert_eq!(fixture.call().await.unwrap(), 200);
    }

    #[test]
    fn a_delay_is_written_with_its_length() {
        let rule: Rule = serde_json::from_value(json!({ "action": { "delay_ms": 50 } })).unwrap();
        assert!(matches!(rule.action, Action::DelayMs(50)));
    }
}
