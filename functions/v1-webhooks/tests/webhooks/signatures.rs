//! Forms of signatures.

use serde_json::json;
use switchboard_model::id::spelling::uuid;
use switchboard_model::signing::document;
use switchboard_testkit::Call;

use crate::stage::{PATH, Stage, call_by, signed_by};

/// As axios sends it: `JSON.stringify`.
const NODE: &str =
    "{\"action\":\"send_message\",\"data\":{\"channelId\":\"general\",\"content\":\"Done é 🚀\",\"load\":1}}";
/// As `requests` sends it: `json.dumps`.
const PYTHON: &str = r#"{"action": "send_message", "data": {"channelId": "general", "content": "Done \u00e9 \ud83d\ude80", "load": 1.0}}"#;
/// As httpx sends what Python has, and as a person writes it by hand.
const COMPACT: &str = "{\"action\":\"send_message\",\"data\":{\"channelId\":\"general\",\"content\":\"Done é 🚀\",\"load\":1.0}}";
const PRETTY: &str = "{\n  \"action\": \"send_message\",\n  \"data\": { \"channelId\": \"general\", \"content\": \"Done \\u00E9 🚀\", \"load\": 1.0 }\n}\n";

#[tokio::test]
async fn a_body_may_be_signed_as_it_is_sent() {
    let stage = Stage::new().await;
    for body in [NODE, PYTHON, COMPACT, PRETTY] {
        let answer = stage.answer(stage.call(body)).await;
        assert_eq!(answer.status, 200, "{body}: {answer}");
    }
    assert_eq!(stage.messages().await, 4);
}

#[tokio::test]
async fn a_body_may_be_signed_as_javascript_or_python_writes_it() {
    let stage = Stage::new().await;
    for signed in [NODE, PYTHON] {
        for sent in [COMPACT, PRETTY] {
            let signature = document(&stage.secret, signed);
            let call = call_by(&stage.webhook, sent).header("X-Webhook-Signature", &signature);
            let answer = stage.answer(call).await;
            assert_eq!(answer.status, 200, "{signed} as {sent}: {answer}");
        }
    }
}

#[tokio::test]
async fn the_prefix_may_be_left_out_and_ids_may_be_spelled_as_uuids() {
    let stage = Stage::new().await;
    let signature = document(&stage.secret, NODE);
    let bare = signature.trim_start_matches("sha256=");
    for header in [bare.to_owned(), bare.to_uppercase(), format!(" {signature} ")] {
        let call = Call::post(PATH).header("X-Webhook-Id", &uuid::spell(stage.webhook.id)).body(NODE);
        let answer = stage.answer(call.header("X-Webhook-Signature", &header)).await;
        assert_eq!(answer.status, 200, "{header}: {answer}");
    }
}

#[tokio::test]
async fn signatures_of_any_length_that_are_wrong_are_refused_alike() {
    let stage = Stage::new().await;
    let right = document(&stage.secret, NODE);
    let (longer, shorter) = (format!("{right}00"), right[..right.len() - 2].to_owned());
    let long = "0".repeat(8_000);
    let wrong = [
        "",
        "sha256=",
        "sha256=0",
        "sha256=00",
        "sha256=zz",
        "sha1=00",
        "0",
        &longer,
        &shorter,
        &long,
        &document("another secret", NODE),
        &document(&stage.secret, "{}"),
        "v1,AAAA",
    ];
    for header in wrong {
        let answer = stage.answer(call_by(&stage.webhook, NODE).header("X-Webhook-Signature", header)).await;
        assert_eq!(answer.status, 401, "{header}: {answer}");
        assert_eq!(answer.json(), json!({"error": "Invalid signature", "code": "INVALID_SIGNATURE"}));
    }
    let missing = stage.answer(call_by(&stage.webhook, NODE)).await;
    assert_eq!((missing.status.as_u16(), missing.str("/code")), (401, "INVALID_SIGNATURE".to_owned()));
    let deep = "[".repeat(100_000);
    let answer = stage.answer(signed_by(&stage.webhook, "another secret", &deep)).await;
    assert_eq!(answer.status, 401, "{answer}");
    assert_eq!(stage.messages().await, 0);
}

#[tokio::test]
async fn a_body_of_no_text_can_be_signed_and_is_refused_as_such() {
    let stage = Stage::new().await;
    for body in ["", " ", "[]", "null", "{", "\"send_message\"", &"[".repeat(100_000)] {
        let answer = stage.answer(stage.call(body)).await;
        assert_eq!(answer.status, 400, "{answer}");
        assert_eq!(answer.str("/code"), "INVALID_REQUEST_BODY");
    }
    let large = format!("\"{}\"", "x".repeat(1024 * 1024));
    let answer = stage.answer(stage.call(&large)).await;
    assert_eq!((answer.status.as_u16(), answer.str("/code")), (413, "INVALID_REQUEST_BODY".to_owned()));
}

#[tokio::test]
async fn standard_webhooks_sign_too() {
    let stage = Stage::new().await;
    let now = stage.world.resources.now().as_second();
    let signed = |id: &str, at: i64, body: &str| {
        let signer = standardwebhooks::Webhook::new(&stage.secret).unwrap();
        let signature = signer.sign(id, at, body.as_bytes()).unwrap();
        call_by(&stage.webhook, body)
            .header("webhook-id", id)
            .header("webhook-timestamp", &at.to_string())
            .header("webhook-signature", &format!("v1,AAAA {signature}"))
    };
    assert_eq!(stage.answer(signed("msg_1", now, NODE)).await.status, 200);
    let repeated = stage.answer(signed("msg_1", now, NODE)).await;
    assert_eq!((repeated.status.as_u16(), repeated.str("/code")), (409, "DELIVERY_REPEATED".to_owned()));
    for at in [now - 301, now + 301] {
        let stale = stage.answer(signed("msg_2", at, NODE)).await;
        assert_eq!((stale.status.as_u16(), stale.str("/code")), (401, "INVALID_SIGNATURE".to_owned()));
    }
    // Headers that are not signed take the place of none that are.
    let forged = [
        signed("msg_1", now, NODE).header("X-Webhook-Delivery", "msg_4"),
        signed("msg_1", now, NODE).header("Idempotency-Key", "msg_4"),
    ];
    for call in forged {
        assert_eq!(stage.answer(call).await.str("/code"), "DELIVERY_REPEATED");
    }
    let late = signed("msg_5", now - 301, NODE).header("X-Webhook-Timestamp", &now.to_string());
    assert_eq!(stage.answer(late).await.str("/code"), "INVALID_SIGNATURE");
    let other = call_by(&stage.webhook, NODE)
        .header("webhook-id", "msg_3")
        .header("webhook-timestamp", &now.to_string())
        .header("webhook-signature", "v1,AAAA");
    assert_eq!(stage.answer(other).await.status, 401);
    assert_eq!(stage.messages().await, 1);
}

#[tokio::test]
async fn an_old_secret_is_good_until_its_overlap_ends() {
    let stage = Stage::new().await;
    let (workspace_id, id) = (stage.business.workspace.id, stage.webhook.id);
    let send =
        async |secret: &str| stage.answer(signed_by(&stage.webhook, secret, NODE)).await.status.as_u16();
    assert_eq!(send(&stage.secret).await, 200);

    let rotated = stage.administration.rotate(&stage.permit(), workspace_id, id, 3_600).await.unwrap();

    assert_eq!((send(&stage.secret).await, send(&rotated.secret).await), (200, 200));
    let old = document(&stage.secret, COMPACT);
    let call = call_by(&stage.webhook, PRETTY).header("X-Webhook-Signature", &old);
    assert_eq!(stage.answer(call).await.status, 401);
    let old = document(&stage.secret, NODE);
    let call = call_by(&stage.webhook, PRETTY).header("X-Webhook-Signature", &old);
    assert_eq!(stage.answer(call).await.status, 200);
    stage.world.wait(3_600);
    assert_eq!((send(&stage.secret).await, send(&rotated.secret).await), (401, 200));
}
