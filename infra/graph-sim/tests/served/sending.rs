//! What is accepted and refused on `/messages`, limits, and the control endpoints that tell of it.

use serde_json::{Value, json};

use crate::support::{self, NUMBER, TOKEN, WABA, World, template, text};

async fn code(world: &World, body: &Value) -> u64 {
    let response = world.send(body).await.unwrap();
    if response.status() == 200 {
        return 200;
    }
    let body: Value = response.json().await.unwrap();
    body["error"]["code"].as_u64().unwrap()
}

fn message(kind: &str, content: Value) -> Value {
    json!({"messaging_product": "whatsapp", "recipient_type": "individual", "to": "+16505550100", "type": kind, kind: content})
}

#[tokio::test]
async fn all_types_are_accepted() {
    let world = World::new().await;
    let reply = json!({"type": "reply", "reply": {"id": "yes", "title": "Yes"}});
    let button = json!({"type": "button", "body": {"text": "?"}, "action": {"buttons": [reply]}});
    let rows = json!([{"title": "All", "rows": [{"id": "1", "title": "One", "description": "First"}]}]);
    let list = json!({"type": "list", "body": {"text": "?"}, "action": {"button": "Open", "sections": rows}});
    let link = json!({"link": "https://example.com/a"});
    let cases = [
        message("text", json!({"body": "x".repeat(4096), "preview_url": true})),
        message("image", json!({"link": "https://example.com/a.png", "caption": "x".repeat(1024)})),
        message("video", link.clone()),
        message("audio", link.clone()),
        message("sticker", link),
        message("document", json!({"link": "https://example.com/a.pdf", "filename": "a.pdf"})),
        message("interactive", button),
        message("interactive", list),
        message("location", json!({"latitude": 52.5, "longitude": "13.4"})),
        message("contacts", json!([{"name": {"formatted_name": "A"}}])),
        message("reaction", json!({"message_id": "wamid.x", "emoji": ""})),
        json!({"messaging_product": "whatsapp", "to": "16505550100", "text": {"body": "no type"}}),
        json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x", "typing_indicator": {"type": "text"}}),
    ];
    for body in &cases {
        assert_eq!(code(&world, body).await, 200, "{body}");
    }
    assert_eq!(world.look("/_sim/messages").await["total"], cases.len() - 1);
}

#[tokio::test]
async fn wrong_messages_are_refused_with_their_codes() {
    let world = World::new().await;
    let own: Value = world.look(&format!("/{NUMBER}?fields=display_phone_number")).await;
    let with = |field: &str, value: Value| {
        let mut body = text("+16505550100", "x");
        body[field] = value;
        body
    };
    let cases = [
        (100, json!({"to": "+16505550100", "type": "text", "text": {"body": "x"}})),
        (100, json!({"messaging_product": "whatsapp", "text": {"body": "x"}})),
        (100, json!([])),
        (100, message("text", json!({"body": "x".repeat(4097)}))),
        (100, message("image", json!({"link": "https://example.com/a", "caption": "x".repeat(1025)}))),
        (100, with("biz_opaque_callback_data", "x".repeat(513).into())),
        (100, with("recipient_type", "other".into())),
        (100, with("context", json!({}))),
        (100, with("to", 16_505_550_100_u64.into())),
        (100, json!({"messaging_product": "whatsapp", "status": "unread", "message_id": "wamid.x"})),
        (100, json!({"messaging_product": "whatsapp", "status": "read"})),
        (131_008, message("text", json!({"body": ""}))),
        (131_008, json!({"messaging_product": "whatsapp", "to": "+16505550100", "type": "image"})),
        (131_008, message("image", json!({"caption": "x"}))),
        (131_008, message("reaction", json!({"message_id": "wamid.x"}))),
        (131_008, message("template", json!({"name": "x"}))),
        (131_009, with("to", "nobody".into())),
        (131_009, message("image", json!({"link": "ftp://example.com/a"}))),
        (131_009, message("image", json!({"id": "1", "link": "https://example.com"}))),
        (131_009, message("image", json!({"id": "8000000000000001"}))),
        (131_009, message("audio", json!({"link": "https://example.com", "caption": "x"}))),
        (131_009, message("location", json!({"latitude": 91, "longitude": 0}))),
        (131_009, message("contacts", json!([]))),
        (
            131_009,
            json!({"messaging_product": "whatsapp", "recipient": "us.1", "type": "text", "text": {"body": "x"}}),
        ),
        (131_021, with("to", own["display_phone_number"].clone())),
        (131_051, message("order", json!({}))),
    ];
    for (expected, body) in &cases {
        assert_eq!(code(&world, body).await, *expected, "{body}");
    }
    assert_eq!(world.look("/_sim/messages").await["total"], 0);
    let named: Value =
        world.post("/v25.0/me/messages", &text("+16505550100", "x")).await.json().await.unwrap();
    assert_eq!((&named["error"]["code"], &named["error"]["error_subcode"]), (&json!(100), &json!(33)));
}

fn parameters(values: &[&str]) -> Value {
    values.iter().map(|value| json!({"type": "text", "text": value})).collect()
}

fn order(parameters: Value) -> Value {
    let body = json!({"type": "body", "parameters": parameters});
    message("template", json!({"name": "order", "language": {"code": "en_US"}, "components": [body]}))
}

#[tokio::test]
async fn templates_must_exist_be_approved_and_fit() {
    let world = World::new().await;
    let sent = order(parameters(&["7", "Monday"]));
    assert_eq!(world.send(&sent).await.unwrap().status(), 404);
    let mut seeded = template("order");
    seeded["waba_id"] = WABA.into();
    let id = world.control("/_sim/templates", seeded).await["id"].as_str().unwrap().to_owned();
    let answer: Value = world.send(&sent).await.unwrap().json().await.unwrap();
    assert_eq!(answer["messages"][0]["message_status"], "accepted");
    let cases = [
        (132_000, order(parameters(&["7"]))),
        (132_005, order(parameters(&["7", &"x".repeat(1024)]))),
        (132_012, order(json!([{"type": "image"}, {"type": "text", "text": "x"}]))),
        (132_018, order(parameters(&["a\nb", "x"]))),
        (132_001, message("template", json!({"name": "order", "language": {"code": "de"}}))),
    ];
    for (expected, body) in &cases {
        assert_eq!(code(&world, body).await, *expected, "{body}");
    }
    for (status, expected) in [("PAUSED", 132_015), ("DISABLED", 132_016), ("REJECTED", 132_001)] {
        world.control(&format!("/_sim/templates/{id}/status"), json!({ "status": status })).await;
        assert_eq!(code(&world, &sent).await, expected);
    }
    let priced = |inbox: &support::Inbox| {
        inbox.values("messages").iter().any(|value| value["statuses"][0]["pricing"]["category"] == "utility")
    };
    world.inbox.until("a priced status", priced).await;
    world
        .inbox
        .until("three changes", |inbox| inbox.values("message_template_status_update").len() == 3)
        .await;
}

#[tokio::test]
async fn headers_buttons_and_named_parameters_are_checked() {
    let world = World::new().await;
    let components = json!([
        {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["4::a"]}},
        {"type": "BODY", "text": "Your order {{order_id}} is on its way.",
         "example": {"body_text_named_params": [{"param_name": "order_id", "example": "7"}]}},
        {"type": "BUTTONS", "buttons": [
            {"type": "URL", "text": "Track", "url": "https://example.com/{{1}}", "example": ["https://example.com/7"]},
            {"type": "COPY_CODE", "example": "25OFF"},
        ]},
    ]);
    let new = json!({"waba_id": WABA, "name": "rich", "language": "en_US", "category": "MARKETING",
        "parameter_format": "named", "components": components});
    world.control("/_sim/templates", new).await;
    let header = json!({"type": "header", "parameters": [{"type": "image", "image": {"link": "https://example.com/a.png"}}]});
    let body =
        json!({"type": "body", "parameters": [{"type": "text", "parameter_name": "order_id", "text": "7"}]});
    let url = json!({"type": "button", "sub_type": "url", "index": "0", "parameters": [{"type": "text", "text": "7"}]});
    let coupon = json!({"type": "button", "sub_type": "copy_code", "index": 1,
        "parameters": [{"type": "coupon_code", "coupon_code": "25OFF"}]});
    let rich = |components: &[&Value]| {
        message("template", json!({"name": "rich", "language": {"code": "en_US"}, "components": components}))
    };
    let unnamed = json!({"type": "body", "parameters": [{"type": "text", "text": "7"}]});
    let cases = [
        (200, rich(&[&header, &body, &url, &coupon])),
        (132_000, rich(&[&body, &url, &coupon])),
        (132_012, rich(&[&header, &unnamed, &url, &coupon])),
        (131_008, rich(&[&header, &body, &coupon])),
        (131_008, rich(&[&header, &body, &url])),
        (132_012, rich(&[&header, &body, &url, &coupon, &json!({"type": "button", "index": "9"})])),
        (
            132_012,
            rich(&[
                &json!({"type": "header", "parameters": [{"type": "video", "video": {"id": "1"}}]}),
                &body,
            ]),
        ),
    ];
    for (expected, body) in &cases {
        assert_eq!(code(&world, body).await, *expected, "{body}");
    }
}

#[tokio::test]
async fn throughput_is_limited_per_number_and_can_be_set() {
    let mut config = support::quick();
    config.throughput_per_second = 1000.0;
    let world = World::with(config).await;
    world.control("/_sim/config", json!({"throughput_per_second": 0.01, "phone_number_id": NUMBER})).await;
    assert_eq!(code(&world, &text("+16505550100", "x")).await, 200);
    assert_eq!(code(&world, &text("+16505550101", "x")).await, 130_429);
    let other = world.try_post("/555002/messages", TOKEN, &text("+16505550100", "x")).await.unwrap();
    assert_eq!(other.status(), 200);
    world.control("/_sim/config", json!({"throughput_per_second": 1000})).await;
    assert_eq!(code(&world, &text("+16505550101", "x")).await, 200);
    let stats = world.look("/_sim/stats").await;
    assert_eq!(stats["numbers"][NUMBER]["refused"], json!({"130429": 1}));
    assert_eq!(stats["numbers"][NUMBER]["accepted"], 2);
    assert_eq!(stats["numbers"][NUMBER]["calls"], 3);
    assert_eq!(stats["total"]["accepted"], 3);
}

#[tokio::test]
async fn pairs_are_limited_and_can_be_let_go() {
    let world = World::new().await;
    for _ in 0..45 {
        assert_eq!(code(&world, &text("+16505550100", "x")).await, 200);
    }
    assert_eq!(code(&world, &text("+16505550100", "x")).await, 131_056);
    assert_eq!(code(&world, &text("+16505550101", "x")).await, 200);
    world.control("/_sim/config", json!({"pair_limit": false})).await;
    assert_eq!(code(&world, &text("+16505550100", "x")).await, 200);
    world.control("/_sim/config", json!({"pair_limit": {"burst": 1, "interval_ms": 60_000}})).await;
    assert_eq!(code(&world, &text("+16505550102", "x")).await, 200);
    assert_eq!(code(&world, &text("+16505550102", "x")).await, 131_056);
}

#[tokio::test]
async fn the_service_window_opens_when_the_customer_writes() {
    let world = World::new().await;
    world.control("/_sim/config", json!({"service_window": true})).await;
    assert_eq!(code(&world, &text("+16505550100", "x")).await, 131_047);
    world.control("/_sim/inbound", json!({"phone_number_id": NUMBER, "from": "+16505550100"})).await;
    assert_eq!(code(&world, &text("+16505550100", "x")).await, 200);
}

#[tokio::test]
async fn accepted_messages_are_listed_in_order_and_forgotten_on_reset() {
    let world = World::new().await;
    for index in 0..3 {
        world.send(&text("+16505550100", &format!("job:{index}"))).await.unwrap();
    }
    world.send(&text("+16505550101", "job:0")).await.unwrap();
    let all = world.look("/_sim/messages?to=%2B16505550100").await;
    let data: Vec<&Value> =
        all["messages"].as_array().unwrap().iter().map(|one| &one["callback_data"]).collect();
    assert_eq!(data, ["job:0", "job:1", "job:2"]);
    let first = &all["messages"][0];
    assert_eq!((&first["type"], &first["token_tail"]), (&json!("text"), &json!("…nary")));
    assert_eq!(first["payload"]["text"]["body"], "Hello");
    assert!(first["accepted_at"].as_u64().unwrap() > 1_700_000_000_000);
    assert_eq!(world.look("/_sim/messages?callback_data=job:0").await["total"], 2);
    assert_eq!(world.look("/_sim/messages?phone_number_id=1").await["total"], 0);
    assert_eq!(world.accepted("job:0").await, 2);
    assert_eq!(world.look("/_sim/accepted/job?prefix=true").await["accepted"], 4);
    world.control("/_sim/config", json!({"service_window": true})).await;
    world.control("/_sim/reset", json!({})).await;
    assert_eq!(world.look("/_sim/messages").await["total"], 0);
    assert_eq!(world.look("/_sim/stats").await["total"]["accepted"], 0);
    assert_eq!(world.look("/_sim/config").await["service_window"], true);
    world.control("/_sim/reset", json!({"config": true})).await;
    assert_eq!(world.look("/_sim/config").await["service_window"], false);
    let wrong = world.post("/_sim/config", &json!({"throughput_per_second": 0})).await;
    assert_eq!(wrong.status(), 400);
    assert_eq!(world.look("/_sim/health").await["status"], "ok");
}
