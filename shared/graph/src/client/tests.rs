//! The client against a server that answers as it is told, or does not.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use switchboard_model::conversation::Customer;
use switchboard_model::phone_number::{MetaId, QualityRating};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::{Accepted, Disposition, Outgoing, Payload, SendError};

/// What the server does with a connection.
#[derive(Clone)]
enum Act {
    /// Reads a request and answers with this.
    Answer(String),
    /// Reads a request and closes the connection.
    Close,
    /// Reads a request and stays silent.
    Silence,
    /// Closes the connection before it reads.
    HangUp,
}

struct Server {
    graph: Graph,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start(acts: Vec<Act>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        tokio::spawn(async move {
            for act in acts {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, act, Arc::clone(&seen)));
            }
        });
        Self { graph: graph(&format!("http://{address}/")), requests }
    }

    fn request(&self, index: usize) -> String {
        self.requests.lock().unwrap()[index].clone()
    }

    fn count(&self) -> usize {
        self.requests.lock().unwrap().len()
    }
}

fn graph(base_url: &str) -> Graph {
    let config = GraphConfig {
        connect_timeout: Duration::from_millis(200),
        timeout: Duration::from_millis(400),
        ..GraphConfig::new(base_url, "v23.0")
    };
    Graph::new(config).unwrap()
}

async fn serve(mut stream: TcpStream, act: Act, seen: Arc<Mutex<Vec<String>>>) {
    if matches!(act, Act::HangUp) {
        return;
    }
    let request = read_request(&mut stream).await;
    seen.lock().unwrap().push(request);
    match act {
        Act::Answer(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
        Act::Silence => tokio::time::sleep(Duration::from_secs(5)).await,
        Act::Close | Act::HangUp => {}
    }
}

async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = String::new();
    let mut buffer = [0; 4_096];
    loop {
        let read = stream.read(&mut buffer).await.unwrap();
        request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if read == 0 || body.len() >= length.unwrap_or(0_usize) {
            return request;
        }
    }
}

fn answer(status: u16, headers: &str, body: &str) -> Act {
    let length = body.len();
    Act::Answer(format!(
        "HTTP/1.1 {status} X\r\nconnection: close\r\n{headers}content-length: {length}\r\n\r\n{body}"
    ))
}

fn json_answer(status: u16, body: &Value) -> Act {
    answer(status, "content-type: application/json\r\n", &body.to_string())
}

fn accepted() -> Act {
    json_answer(
        200,
        &json!({"messaging_product": "whatsapp", "contacts": [{"input": "+16505551234", "wa_id": "16505551234"}],
            "messages": [{"id": "wamid.A"}]}),
    )
}

async fn send(graph: &Graph) -> Result<Accepted, SendError> {
    let customer = Customer::from_whatsapp("16505551234").unwrap();
    let message = Outgoing::new(&customer, Payload::text("Hello")).with_callback_data("0000000000042:1");
    graph.send(&token(), &number(), &message).await
}

fn token() -> SecretString {
    SecretString::from("EAAtest")
}

fn number() -> MetaId {
    "106540352242922".parse().unwrap()
}

fn is_unknown(result: &Result<Accepted, SendError>) -> bool {
    matches!(result, Err(SendError::Unknown(_)))
}

#[tokio::test]
async fn a_text_is_accepted() {
    let server = Server::start(vec![accepted()]).await;
    let accepted = send(&server.graph).await.unwrap();
    assert_eq!(accepted.wa_message_id, "wamid.A");
    assert_eq!(accepted.wa_id, Customer::from_whatsapp("16505551234"));
    let request = server.request(0);
    assert!(request.starts_with("POST /v23.0/106540352242922/messages HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("authorization: Bearer EAAtest\r\n"));
    let body: Value = serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(body["biz_opaque_callback_data"], "0000000000042:1");
}

#[tokio::test]
async fn an_answer_to_a_business_scoped_id_has_no_number() {
    let body = json!({"contacts": [{"input": "US.1", "user_id": "US.1"}], "messages": [{"id": "w", "message_status": "accepted"}]});
    let server = Server::start(vec![json_answer(200, &body)]).await;
    let accepted = send(&server.graph).await.unwrap();
    assert_eq!((accepted.wa_id, accepted.user_id), (None, Customer::from_whatsapp("US.1")));
    assert_eq!(accepted.message_status.as_deref(), Some("accepted"));
}

#[tokio::test]
async fn a_refusal_has_a_disposition_whatever_its_http_status() {
    for (status, code, expected) in [
        (400, 130_429, Disposition::SlowDown),
        (400, 131_056, Disposition::PairRate),
        (401, 190, Disposition::StopNumber),
        (500, 131_045, Disposition::StopNumber),
        (200, 131_026, Disposition::Permanent),
    ] {
        let error = json!({"error": {"message": "No", "code": code, "fbtrace_id": "A1"}});
        let server = Server::start(vec![json_answer(status, &error)]).await;
        let Err(SendError::Refused(refusal)) = send(&server.graph).await else {
            panic!("{code} is no refusal")
        };
        assert_eq!((refusal.disposition(), refusal.http_status), (expected, status));
    }
}

#[tokio::test]
async fn the_wait_of_a_rate_limit_is_read_from_the_headers() {
    let body = r#"{"error":{"code":80007,"message":"Rate"}}"#;
    let usage = "X-Business-Use-Case-Usage: {\"9\":[{\"estimated_time_to_regain_access\":30}]}\r\n";
    let server = Server::start(vec![answer(400, usage, body)]).await;
    let Err(SendError::Refused(refusal)) = send(&server.graph).await else { panic!("no refusal") };
    assert_eq!(refusal.retry_after, Some(Duration::from_mins(30)));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    for base_url in [format!("http://{address}"), "http://graph.invalid".to_owned()] {
        let error = send(&graph(&base_url)).await.unwrap_err();
        assert!(matches!(error, SendError::NotSent(GraphError::NotConnected { .. })), "{error:?}");
    }
}

#[tokio::test]
async fn without_tls_nothing_was_sent() {
    let server = Server::start(vec![Act::HangUp]).await;
    let base_url = server.graph.inner.root.replace("http://", "https://");
    let error = send(&graph(base_url.trim_end_matches("/v23.0"))).await.unwrap_err();
    assert!(matches!(error, SendError::NotSent(_)), "{error:?}");
}

#[tokio::test]
async fn what_happens_after_the_connection_leaves_the_outcome_open() {
    let cut = Act::Answer("HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n{\"messages\":[{\"id\":".to_owned());
    let page = answer(500, "content-type: text/html\r\n", "<html>Sorry, something went wrong.</html>");
    let bare = json_answer(503, &json!({"error": {"message": "no code"}}));
    let moved = answer(302, "location: /elsewhere\r\n", "");
    let without_id = json_answer(200, &json!({"messages": []}));
    let broken = answer(200, "", "{\"messages\"");
    let long = answer(200, "", &" ".repeat(MAX_ANSWER_BYTES + 1));
    for act in [Act::Close, Act::Silence, Act::HangUp, cut, page, bare, moved, without_id, broken, long] {
        let server = Server::start(vec![act, accepted()]).await;
        let result = send(&server.graph).await;
        assert!(is_unknown(&result), "{result:?}");
        assert!(server.count() <= 1, "a lost answer is never asked for again");
    }
}

#[tokio::test]
async fn a_page_with_a_status_of_the_400s_is_a_refusal_without_a_code() {
    let server = Server::start(vec![answer(429, "retry-after: 90\r\n", "<html>Slow down</html>")]).await;
    let Err(SendError::Refused(refusal)) = send(&server.graph).await else { panic!("no refusal") };
    assert_eq!((refusal.code, refusal.http_status), (NO_CODE, 429));
    assert_eq!(refusal.disposition().next(0), crate::Next::Again(Duration::from_secs(90)));
}

#[tokio::test]
async fn a_token_that_no_header_can_carry_is_refused_without_a_call() {
    let server = Server::start(vec![]).await;
    for bad in ["EAA\nHost: x", "", " "] {
        let error = server.graph.phone_number(&SecretString::from(bad), &number()).await.unwrap_err();
        assert_eq!(error.refusal().map(|refusal| refusal.code), Some(190), "{error:?}");
    }
}

#[tokio::test]
async fn a_number_is_asked_for_by_its_fields_and_with_fewer_where_one_is_unknown() {
    let refusal = json!({"error": {"code": 100, "message": "(#100) Tried accessing nonexisting field (health_status)"}});
    let fields = json!({"id": "1", "display_phone_number": "+1 631-555-5555", "quality_rating": "NA"});
    let server = Server::start(vec![json_answer(400, &refusal), json_answer(200, &fields)]).await;
    let info = server.graph.phone_number(&token(), &number()).await.unwrap();
    assert_eq!(info.number.quality_rating, QualityRating::Unknown);
    assert!(server.request(0).contains("messaging_limit_tier"));
    assert!(!server.request(1).contains("health_status"));
}

#[tokio::test]
async fn the_version_decides_how_the_limit_is_called() {
    let server = Server::start(vec![json_answer(200, &json!({}))]).await;
    let config = GraphConfig { version: "v24.0".to_owned(), ..server.graph.inner.config.clone() };
    let result = Graph::new(config).unwrap().phone_number(&token(), &number()).await;
    assert!(matches!(result, Err(GraphError::Unreadable { http_status: 200 })));
    assert!(server.request(0).contains("whatsapp_business_manager_messaging_limit"));
}

#[tokio::test]
async fn an_app_is_subscribed_to_an_account_unless_graph_says_that_it_is_not() {
    let answers = [json!({"success": true}), json!({"success": false})];
    let server = Server::start(answers.map(|body| json_answer(200, &body)).to_vec()).await;
    let account = "77".parse().unwrap();
    let results = [
        server.graph.subscribe(&token(), &account).await.is_ok(),
        server.graph.subscribe(&token(), &account).await.is_ok(),
    ];
    assert_eq!(results, [true, false]);
    assert!(server.request(0).starts_with("POST /v23.0/77/subscribed_apps "));
}

#[tokio::test]
async fn tokens_are_inspected_and_exchanged() {
    let data = json!({"data": {"app_id": "7", "is_valid": true, "expires_at": 0, "scopes": []}});
    let new = json!({"access_token": "EAAlong", "token_type": "bearer", "expires_in": 60});
    let server = Server::start(vec![json_answer(200, &data), json_answer(200, &new)]).await;
    let secret = SecretString::from("app&secret");
    assert!(server.graph.debug_token("7", &secret, &token()).await.unwrap().is_valid);
    assert!(server.request(0).starts_with("GET /v23.0/debug_token?input_token=EAAtest "));
    assert!(server.request(0).contains("authorization: Bearer 7|app&secret\r\n"));
    let exchanged = server.graph.exchange_token("7", &secret, &token()).await.unwrap();
    assert_eq!(
        (exchanged.token.expose_secret(), exchanged.expires_in),
        ("EAAlong", Some(Duration::from_mins(1)))
    );
    assert!(server.request(1).contains("client_secret=app%26secret&fb_exchange_token=EAAtest"));
}

#[tokio::test]
async fn no_error_prints_a_secret() {
    let server = Server::start(vec![Act::Close]).await;
    let error = server.graph.exchange_token("7", &SecretString::from("s3cret"), &token()).await.unwrap_err();
    let mut printed = format!("{error:?}");
    let mut source: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = source {
        printed.push_str(&error.to_string());
        source = error.source();
    }
    assert!(!printed.contains("s3cret") && !printed.contains("EAAtest"), "{printed}");
}

#[test]
fn a_configuration_that_cannot_work_is_refused_at_once() {
    for (base_url, version, expected) in [
        ("graph.facebook.com", "v23.0", ConfigError::BaseUrl),
        ("ftp://graph.facebook.com", "v23.0", ConfigError::BaseUrl),
        ("https://graph.facebook.com/?x=1", "v23.0", ConfigError::BaseUrl),
        ("https://graph.facebook.com", "23.0", ConfigError::Version),
        ("https://graph.facebook.com", "v23.0/../x", ConfigError::Version),
        ("https://graph.facebook.com", "v23.+1", ConfigError::Version),
    ] {
        assert_eq!(
            Graph::new(GraphConfig::new(base_url, version)).err(),
            Some(expected),
            "{base_url} {version}"
        );
    }
    let slow = GraphConfig {
        connect_timeout: Duration::from_mins(1),
        ..GraphConfig::new("https://graph.facebook.com", "v23.0")
    };
    assert_eq!(Graph::new(slow).err(), Some(ConfigError::Timeouts));
}
