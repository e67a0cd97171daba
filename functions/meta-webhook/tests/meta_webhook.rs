//! Meta's webhook, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::BodyExt;
use insta::assert_snapshot;
use meta_webhook::{Webhook, router};
use secrecy::SecretString;
use serde_json::{Value, json};
use switchboard_graph::webhook::{Kind, Update, sign, verify_signature};
use switchboard_model::Timestamp;
use switchboard_model::clock::FixedClock;
use switchboard_runtime::parcel;
use switchboard_runtime::queue::Queue;
use switchboard_testkit::{Answer, Call, LocalAws, LocalQueue};
use switchboard_vault::Secret;
use tower::ServiceExt;

const APP_SECRET: &str = "app secret of tests";

struct Meta {
    aws: LocalAws,
    secret: String,
    clock: Arc<FixedClock>,
    events: LocalQueue,
    router: Router,
}

impl Meta {
    async fn new() -> Self {
        Self::looking_for_its_queue_at(str::to_owned).await
    }

    async fn looking_for_its_queue_at(address: impl Fn(&str) -> String) -> Self {
        let aws = LocalAws::new();
        let events = aws.create_queue("meta-events").await;
        let queue = Queue::new(events.client.clone(), address(&events.url));
        let secret = aws.create_secret("meta", &secrets(APP_SECRET)).await;
        let clock = Arc::new(FixedClock::at(Timestamp::UNIX_EPOCH));
        let secrets = Arc::new(Secret::new(aws.secrets_manager(), secret.clone()));
        let router = router(Webhook::new(secrets, queue, clock.clone()));
        Self { aws, secret, clock, events, router }
    }

    /// Gives the app another secret.
    async fn replace_secret(&self, app_secret: &str) {
        let client = self.aws.secrets_manager();
        let request = client.put_secret_value().secret_id(&self.secret);
        request.secret_string(secrets(app_secret).to_string()).send().await.unwrap();
    }

    async fn post(&self, body: impl Into<Vec<u8>>) -> Answer {
        let body = body.into();
        let signature = signature(&body);
        self.post_signed(Some(&signature), body).await
    }

    async fn post_signed(&self, signature: Option<&str>, body: impl Into<Vec<u8>>) -> Answer {
        let mut call = Call::post("/webhook").header("content-type", "application/json").body(body);
        if let Some(signature) = signature {
            call = call.header("X-Hub-Signature-256", signature);
        }
        call.to(&self.router).await
    }

    /// Everything in the queue, which is empty then.
    async fn updates(&self) -> Vec<Update> {
        let mut updates = Vec::new();
        loop {
            let bodies = self.events.take().await;
            if bodies.is_empty() {
                return updates;
            }
            updates.extend(
                bodies.into_iter().map(|body| serde_json::from_str(&parcel::unpack(body).unwrap()).unwrap()),
            );
        }
    }
}

fn secrets(app_secret: &str) -> Value {
    json!({"app_secret": app_secret, "verify_token": "verify token of tests"})
}

fn signature(body: &[u8]) -> String {
    sign(&SecretString::from(APP_SECRET), body)
}

fn status(id: &str) -> Value {
    json!({"id": id, "status": "delivered", "timestamp": "1767225600", "recipient_id": "16505551234"})
}

fn message(id: &str, text: &str) -> Value {
    json!({"from": "16505551234", "id": id, "timestamp": "1767225600", "type": "text", "text": {"body": text}})
}

fn posted(changes: &Value) -> Value {
    json!({"object": "whatsapp_business_account", "entry": [{"id": "102290129340398", "changes": changes}]})
}

fn messages_value(messages: &Value, statuses: &Value) -> Value {
    json!([{"field": "messages", "value": {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": "106540352242922"},
        "messages": messages,
        "statuses": statuses,
    }}])
}

async fn verify(query: &str) -> Answer {
    let meta = Meta::new().await;
    Call::get(format!("/webhook?{query}")).to(&meta.router).await
}

#[tokio::test]
async fn the_challenge_is_repeated_as_plain_text() {
    let answer =
        verify("hub.mode=subscribe&hub.challenge=1158%3C201444&hub.verify_token=verify+token+of+tests").await;

    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (200, "1158<201444"));
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[tokio::test]
async fn any_other_verification_is_refused() {
    for query in [
        "",
        "hub.mode=subscribe&hub.challenge=1",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
        "hub.mode=subscribe&hub.challenge=1&hub.verify_token=verify+token+of+test",
        "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=verify+token+of+tests",
        "hub.challenge=1&hub.verify_token=verify+token+of+tests",
        "hub.mode=subscribe&hub.verify_token=verify+token+of+tests",
    ] {
        let answer = verify(query).await;
        assert_eq!(answer.status, 403, "{query}");
    }
    assert_snapshot!(verify("hub.mode=subscribe").await, @r#"
    403 {
      "detail": "Webhook verification failed"
    }
    "#);
}

#[tokio::test]
async fn a_signed_event_is_taken() {
    let meta = Meta::new().await;

    let answer =
        meta.post(posted(&messages_value(&json!([]), &json!([status("wamid.A")]))).to_string()).await;

    assert_snapshot!(answer, @r#"
    200 {
      "status": "ok"
    }
    "#);
    let updates = meta.updates().await;
    assert_snapshot!(serde_json::to_string_pretty(&updates).unwrap(), @r#"
    [
      {
        "kind": "status",
        "origin": {
          "business_id": "102290129340398",
          "entry_time": null,
          "field": "messages",
          "phone_number_id": "106540352242922",
          "phone_number": "+15550783881"
        },
        "raw": {"id":"wamid.A","recipient_id":"16505551234","status":"delivered","timestamp":"1767225600"}
      }
    ]
    "#);
}

#[tokio::test]
async fn a_signature_that_is_missing_or_wrong_is_refused_and_nothing_is_queued() {
    let meta = Meta::new().await;
    let body = posted(&messages_value(&json!([message("wamid.A", "hi")]), &json!([]))).to_string();
    let good = signature(body.as_bytes());
    let digits = good.strip_prefix("sha256=").unwrap();
    let bad = [
        None,
        Some(String::new()),
        Some("sha256=".to_owned()),
        Some(digits.to_owned()),
        Some(format!("sha1={digits}")),
        Some(format!("SHA256={digits}")),
        Some(format!("{good}00")),
        Some(good[..good.len() - 2].to_owned()),
        Some(format!("sha256={}", "0".repeat(64))),
        Some(format!("sha256={}", "g".repeat(64))),
        Some(sign(&SecretString::from("another secret"), body.as_bytes())),
        Some(signature(b"another body")),
    ];
    for signature in &bad {
        let answer = meta.post_signed(signature.as_deref(), body.clone()).await;
        assert_eq!(answer.status, 401, "{signature:?}");
    }
    let only_sha1 =
        Call::post("/webhook").header("X-Hub-Signature", &format!("sha1={}", &digits[..40])).body(body);
    assert_snapshot!(only_sha1.to(&meta.router).await, @r#"
    401 {
      "detail": "Invalid webhook signature"
    }
    "#);
    assert!(meta.updates().await.is_empty());
}

#[tokio::test]
async fn a_secret_that_was_replaced_is_fetched_anew_once_a_minute_at_most() {
    let meta = Meta::new().await;
    let body = posted(&json!([])).to_string();
    let by_second = sign(&SecretString::from("second secret"), body.as_bytes());
    let by_third = sign(&SecretString::from("third secret"), body.as_bytes());
    assert_eq!(meta.post(body.clone()).await.status, 200);

    meta.replace_secret("second secret").await;
    let second = meta.post_signed(Some(&by_second), body.clone()).await;
    meta.replace_secret("third secret").await;
    let too_soon = meta.post_signed(Some(&by_third), body.clone()).await;
    meta.clock.advance(Duration::from_mins(1));
    let third = meta.post_signed(Some(&by_third), body.clone()).await;

    assert_eq!([second, too_soon, third].map(|answer| answer.status.as_u16()), [200, 401, 200]);
}

#[tokio::test]
async fn the_digits_of_a_signature_may_be_of_either_case() {
    let meta = Meta::new().await;
    let body = posted(&messages_value(&json!([message("wamid.A", "hi")]), &json!([]))).to_string();
    let good = signature(body.as_bytes());
    let digits = good.strip_prefix("sha256=").unwrap().to_uppercase();

    let answer = meta.post_signed(Some(&format!("sha256={digits}")), body).await;

    assert_eq!(answer.status, 200);
}

#[tokio::test]
async fn the_signature_is_looked_at_before_the_body() {
    let meta = Meta::new().await;
    for body in ["", "{", "not JSON", "{\"entry\": [}"] {
        let unsigned = meta.post_signed(Some("sha256=00"), body).await;
        let signed = meta.post(body).await;
        assert_eq!((unsigned.status.as_u16(), signed.status.as_u16()), (401, 400), "{body}");
    }
    assert_snapshot!(meta.post("{").await, @r#"
    400 {
      "detail": "Webhook body is not valid JSON"
    }
    "#);
}

#[tokio::test]
async fn what_meta_escapes_is_signed_and_carried_to_the_letter() {
    let meta = Meta::new().await;
    let body = br#"{"entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[{"id":"wamid.A","from":"16505551234","type":"text","text":{"body":"Gr\u00fc\u00dfe \ud83d\ude00 \u0040 https:\/\/x.test\/"}}]}}]}]}"#;

    let answer = meta.post(*body).await;

    let updates = meta.updates().await;
    assert_eq!(answer.status, 200);
    assert!(updates[0].raw.text().contains(r"Gr\u00fc\u00dfe \ud83d\ude00 \u0040 https:\/\/x.test\/"));
}

#[tokio::test]
async fn every_update_of_several_entries_and_changes_is_a_message_of_its_own() {
    let meta = Meta::new().await;
    let both = messages_value(
        &json!([message("wamid.A", "hi"), null]),
        &json!([status("wamid.B"), status("wamid.C")]),
    );
    let account = json!({"field": "account_update", "value": {"event": "VERIFIED_ACCOUNT"}});
    let unknown = json!({"field": "something_new", "value": [1, 2]});
    let body = json!({"entry": [
        {"id": "1", "changes": [both[0], account]},
        {"id": "2", "time": 1_767_225_600, "changes": [unknown, both[0]]},
    ]});

    let answer = meta.post(body.to_string()).await;

    let mut kinds: Vec<_> = meta.updates().await.iter().map(|update| format!("{:?}", update.kind)).collect();
    kinds.sort();
    assert_eq!(answer.status, 200);
    assert_eq!(kinds.join(" "), "Event Message Message Other Other Other Status Status Status Status");
}

#[tokio::test]
async fn what_reports_nothing_is_taken() {
    let meta = Meta::new().await;
    for body in
        [r#"{"object":"whatsapp_business_account","entry":[]}"#, r#"{"entry":[{"id":"0","changes":[]}]}"#]
    {
        assert_eq!(meta.post(body).await.status, 200, "{body}");
    }
    assert!(meta.updates().await.is_empty());
}

#[tokio::test]
async fn a_thousand_updates_are_a_thousand_messages() {
    let meta = Meta::new().await;
    let statuses: Vec<_> = (0..1_000).map(|number| status(&format!("wamid.{number}"))).collect();

    let answer = meta.post(posted(&messages_value(&json!([]), &json!(statuses))).to_string()).await;

    let updates = meta.updates().await;
    let identities: BTreeSet<_> = updates.iter().map(Update::identity).collect();
    assert_eq!(answer.status, 200);
    assert_eq!((updates.len(), identities.len()), (1_000, 1_000));
}

#[tokio::test]
async fn three_mebibytes_are_taken_and_more_is_not() {
    let meta = Meta::new().await;
    let max = 3 * 1024 * 1024;
    let empty = posted(&messages_value(&json!([message("wamid.A", "")]), &json!([]))).to_string();
    let text = "x".repeat(max - empty.len());
    let body = posted(&messages_value(&json!([message("wamid.A", &text)]), &json!([]))).to_string();
    assert_eq!(body.len(), max);

    let largest = meta.post(body.clone()).await;
    let larger = meta.post(format!("{body} ")).await;

    let updates = meta.updates().await;
    assert_eq!(largest.status, 200);
    assert_snapshot!(larger, @r#"
    413 {
      "detail": "Request body is too large: at most 3145728 bytes are allowed"
    }
    "#);
    assert_eq!((updates.len(), updates[0].kind), (1, Kind::Message));
    assert!(updates[0].raw.text().len() > max - 1_000);
}

#[tokio::test]
async fn an_update_that_no_queue_message_can_carry_does_not_cost_its_neighbours() {
    let meta = Meta::new().await;
    let mut state = 1_u64;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    });
    let noise: Vec<u8> = noise.take(1_500_000).collect();
    let large = message("wamid.A", &BASE64_STANDARD.encode(noise));

    let answer = meta
        .post(posted(&messages_value(&json!([large, message("wamid.B", "hi")]), &json!([]))).to_string())
        .await;

    let updates = meta.updates().await;
    assert_eq!(answer.status, 413);
    assert_eq!(updates.len(), 1);
    assert!(updates[0].raw.text().contains("wamid.B"));
}

#[tokio::test]
async fn a_body_in_base64_of_the_gateway_is_undone() {
    let meta = Meta::new().await;
    let body = posted(&messages_value(&json!([message("wamid.A", "Grüße")]), &json!([]))).to_string();
    for is_base64 in [true, false] {
        let event = json!({
            "version": "2.0",
            "routeKey": "POST /webhook",
            "rawPath": "/webhook",
            "rawQueryString": "",
            "headers": {"x-hub-signature-256": signature(body.as_bytes()), "content-type": "application/json"},
            "requestContext": {"http": {"method": "POST", "path": "/webhook", "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1", "userAgent": ""}, "routeKey": "POST /webhook", "stage": "$default",
                "timeEpoch": 0},
            "body": if is_base64 { BASE64_STANDARD.encode(&body) } else { body.clone() },
            "isBase64Encoded": is_base64,
        });
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();

        let response = meta.router.clone().oneshot(request).await.unwrap();

        let status = response.status();
        let answer = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!((status.as_u16(), &*answer), (200, &br#"{"status":"ok"}"#[..]), "{is_base64}");
    }
    assert_eq!(meta.updates().await.len(), 2);
}

#[tokio::test]
async fn while_the_queue_is_unavailable_meta_is_asked_to_repeat() {
    let meta = Meta::looking_for_its_queue_at(|url| format!("{url}-gone")).await;

    let answer =
        meta.post(posted(&messages_value(&json!([]), &json!([status("wamid.A")]))).to_string()).await;

    assert_snapshot!(answer, @r#"
    503 {
      "detail": "Service temporarily unavailable. Please try again later."
    }
    "#);
    assert_eq!(answer.header("retry-after"), Some("1"));
}

#[tokio::test]
async fn other_methods_keep_the_shape() {
    let meta = Meta::new().await;
    assert_snapshot!(Call::delete("/webhook").to(&meta.router).await, @r#"
    405 {
      "detail": "Method Not Allowed"
    }
    "#);
}

#[test]
fn the_sample_event_is_signed_by_the_app_of_the_local_stack() {
    let event: Value = serde_json::from_str(include_str!("../events/receive.json")).unwrap();
    let signature = event["headers"]["x-hub-signature-256"].as_str();
    let body = event["body"].as_str().unwrap().as_bytes();
    let secret = SecretString::from("local0app0secret0of0the0simulator");
    assert_eq!(verify_signature(&secret, signature, body), Ok(()));
}
