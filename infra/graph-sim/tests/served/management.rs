//! Templates, media, numbers, tokens.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::support::{self, NUMBER, TOKEN, WABA, World, template, text};

async fn error(response: reqwest::Response) -> (u16, u64, Option<u64>) {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap();
    let error = &body["error"];
    (status, error["code"].as_u64().unwrap(), error["error_subcode"].as_u64())
}

#[tokio::test]
async fn templates_are_reviewed_edited_and_deleted() {
    let world = World::new().await;
    let path = format!("/v25.0/{WABA}/message_templates");
    let created: Value = world.post(&path, &template("order")).await.json().await.unwrap();
    assert_eq!((&created["status"], &created["category"]), (&json!("PENDING"), &json!("UTILITY")));
    let updates = |inbox: &support::Inbox| inbox.values("message_template_status_update");
    world.inbox.until("the review", |inbox| updates(inbox).len() == 1).await;
    let update = &updates(&world.inbox)[0];
    assert_eq!(update["event"], "APPROVED");
    assert_eq!(update["message_template_language"], "en-US");
    assert_eq!(update["message_template_id"].to_string(), created["id"].as_str().unwrap());
    assert!(world.inbox.payloads()[0]["entry"][0]["time"].is_u64());

    let id = created["id"].as_str().unwrap();
    let seen = world.look(&format!("/v25.0/{id}?fields=status,components")).await;
    assert_eq!(seen["status"], "APPROVED");
    assert_eq!(seen["components"][0]["type"], "BODY");
    assert!(seen.get("name").is_none());
    let again = world.post(&path, &template("order")).await;
    assert_eq!(error(again).await, (400, 100, Some(2_388_024)));

    let edit = json!({"components": [{"type": "BODY", "text": "Another text"}]});
    assert_eq!(world.post(&format!("/v25.0/{id}"), &edit).await.status(), 200);
    world.inbox.until("another review", |inbox| updates(inbox).len() == 2).await;
    assert_eq!(error(world.post(&format!("/v25.0/{id}"), &edit).await).await.1, 100);
    let category = json!({"category": "MARKETING"});
    assert_eq!(error(world.post(&format!("/v25.0/{id}"), &category).await).await.1, 100);

    let listed = world.look(&format!("{path}?name=order&status=approved&limit=1")).await;
    assert_eq!(listed["data"][0]["id"], id);
    assert_eq!(world.delete(&format!("{path}?name=order&hsm_id={id}")).await.status(), 200);
    assert_eq!(error(world.get(&format!("/v25.0/{id}")).await).await, (400, 100, Some(33)));
    let blocked = world.post(&path, &template("order")).await;
    assert_eq!(error(blocked).await, (400, 100, Some(2_388_023)));
    assert_eq!(error(world.delete(&format!("{path}?name=order")).await).await.1, 100);
}

#[tokio::test]
async fn review_rejects_what_it_should() {
    let world = World::new().await;
    let path = format!("/{WABA}/message_templates");
    let mut same = template("second");
    same["components"] = template("first")["components"].clone();
    let mut adjacent = template("adjacent");
    adjacent["components"][0]["text"] = "Your order {{1}}{{2}} arrives here at noon today.".into();
    let updates = |inbox: &support::Inbox| inbox.values("message_template_status_update");
    let cases = [
        (template("first"), "APPROVED", "NONE"),
        (same, "REJECTED", "INVALID_FORMAT"),
        (adjacent, "REJECTED", "INVALID_FORMAT"),
        (template("sim_reject_this"), "REJECTED", "PROMOTIONAL"),
    ];
    for (index, (new, event, reason)) in cases.iter().enumerate() {
        assert_eq!(world.post(&path, new).await.status(), 200, "{new}");
        world.inbox.until("the review", |inbox| updates(inbox).len() == index + 1).await;
        let update = &updates(&world.inbox)[index];
        assert_eq!((&update["event"], &update["reason"]), (&json!(event), &json!(reason)), "{new}");
    }
    world.control("/_sim/config", json!({"template_review": "reject"})).await;
    world.post(&path, &template("sim_pending_this")).await;
    world.post(&path, &template("fifth")).await;
    world.inbox.until("the review", |inbox| updates(inbox).len() == 5).await;
    assert_eq!(updates(&world.inbox)[4]["event"], "REJECTED");
    let pending = world.look(&format!("{path}?status=PENDING")).await;
    assert_eq!(pending["data"][0]["name"], "sim_pending_this");
}

#[tokio::test]
async fn template_rules_have_their_subcodes() {
    let world = World::new().await;
    let path = format!("/{WABA}/message_templates");
    let body = |text: &str| json!({"type": "BODY", "text": text, "example": {"body_text": [["a"]]}});
    let plain = body("A plain text");
    let cases = [
        (Some(2_388_072), json!([{"type": "FOOTER", "text": "x"}])),
        (Some(2_388_040), json!([body(&"x".repeat(1025))])),
        (Some(2_388_299), json!([body("{{1}} is your order number")])),
        (Some(2_388_299), json!([body("Your order number is {{1}}")])),
        (Some(2_388_293), json!([body("Hi {{1}}!")])),
        (Some(2_388_072), json!([body("Your order {{2}} is here")])),
        (Some(2_388_072), json!([{"type": "BODY", "text": "Your order {{1}} is here"}])),
        (Some(2_388_072), json!([body("Your order {{a#}} is here")])),
        (Some(2_388_047), json!([{"type": "HEADER", "format": "TEXT", "text": "*Bold*"}, plain])),
        (Some(2_388_047), json!([{"type": "HEADER", "format": "IMAGE"}, plain])),
        (Some(2_388_047), json!([{"type": "HEADER", "format": "TEXT", "text": "{{1}} {{2}}"}, plain])),
        (Some(2_388_040), json!([{"type": "HEADER", "format": "TEXT", "text": "x".repeat(61)}, plain])),
        (Some(2_388_073), json!([plain, {"type": "FOOTER", "text": "Hi {{1}}"}])),
        (Some(2_388_040), json!([plain, {"type": "FOOTER", "text": "x".repeat(61)}])),
        (None, json!([plain, plain])),
        (None, json!([plain, {"type": "BUTTONS", "buttons": []}])),
        (None, json!([])),
    ];
    for (subcode, components) in cases {
        let mut new = template("rules");
        new["components"] = components;
        assert_eq!(error(world.post(&path, &new).await).await, (400, 100, subcode), "{new}");
    }
    for (field, value) in [("name", "No Spaces"), ("language", "english"), ("category", "OTHER")] {
        let mut new = template("rules");
        new[field] = value.into();
        assert_eq!(error(world.post(&path, &new).await).await.1, 100, "{field}");
    }
    let otp = json!([{"type": "BODY", "add_security_recommendation": true},
        {"type": "BUTTONS", "buttons": [{"type": "OTP", "otp_type": "copy_code"}]}]);
    let new = json!({"name": "otp", "language": "en", "category": "authentication", "components": otp});
    assert_eq!(world.post(&path, &new).await.status(), 200);
}

async fn upload(world: &World, mime_type: &str, bytes: Vec<u8>) -> reqwest::Response {
    let file = Part::bytes(bytes).file_name("file").mime_str(mime_type).unwrap();
    let form = Form::new()
        .text("messaging_product", "whatsapp")
        .text("type", mime_type.to_owned())
        .part("file", file);
    let url = format!("{}/v25.0/{NUMBER}/media", world.base);
    world.client.post(url).bearer_auth(TOKEN).multipart(form).send().await.unwrap()
}

#[tokio::test]
async fn media_are_stored_sent_and_deleted() {
    let world = World::new().await;
    let bytes = vec![7; 3 << 20];
    let uploaded: Value = upload(&world, "image/png", bytes.clone()).await.json().await.unwrap();
    let id = uploaded["id"].as_str().unwrap();
    let seen = world.look(&format!("/v25.0/{id}?phone_number_id={NUMBER}")).await;
    assert_eq!((&seen["mime_type"], &seen["file_size"]), (&json!("image/png"), &json!(bytes.len())));
    assert_eq!(error(world.get(&format!("/{id}?phone_number_id=1")).await).await.2, Some(33));

    let url = seen["url"].as_str().unwrap();
    let file = world.client.get(url).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(file.headers()["content-type"], "image/png");
    assert_eq!(file.bytes().await.unwrap(), bytes);
    assert_eq!(world.client.get(url).send().await.unwrap().status(), 404);
    let (address, _) = url.split_once('?').unwrap();
    assert_eq!(
        world.client.get(format!("{address}?ext=1")).bearer_auth(TOKEN).send().await.unwrap().status(),
        404
    );

    let image = |kind: &str| json!({"messaging_product": "whatsapp", "to": "+16505550100", "type": kind, kind: {"id": id}});
    assert_eq!(world.send(&image("image")).await.unwrap().status(), 200);
    assert_eq!(error(world.send(&image("video")).await.unwrap()).await.1, 131_053);
    let other = world.post("/555002/messages", &image("image")).await;
    assert_eq!(error(other).await.1, 131_009);
    assert_eq!(world.delete(&format!("/{id}")).await.status(), 200);
    assert_eq!(error(world.get(&format!("/{id}")).await).await.2, Some(33));
    assert_eq!(world.client.get(url).bearer_auth(TOKEN).send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn unfit_media_are_refused() {
    let world = World::new().await;
    assert_eq!(error(upload(&world, "image/gif", vec![1]).await).await, (400, 131_053, None));
    assert_eq!(error(upload(&world, "image/png", vec![1; (5 << 20) + 1]).await).await.1, 131_053);
    assert_eq!(error(upload(&world, "application/pdf", Vec::new()).await).await.1, 131_053);
    let not_multipart = world.post(&format!("/{NUMBER}/media"), &json!({})).await;
    assert_eq!(error(not_multipart).await.1, 100);
    let url = format!("{}/{NUMBER}/media", world.base);
    let no_file = Form::new().text("messaging_product", "whatsapp");
    let response = world.client.post(url).bearer_auth(TOKEN).multipart(no_file).send().await.unwrap();
    assert_eq!(error(response).await.1, 100);
}

#[tokio::test]
async fn numbers_are_the_same_each_time_and_can_be_set() {
    let (world, other) = (World::new().await, World::new().await);
    let path = format!(
        "/v25.0/{NUMBER}?fields=id,display_phone_number,verified_name,quality_rating,throughput,messaging_limit_tier,status"
    );
    let seen = world.look(&path).await;
    assert_eq!(seen, other.look(&path).await);
    assert_eq!(seen["quality_rating"], "GREEN");
    assert_eq!(seen["throughput"]["level"], "STANDARD");
    assert_eq!(seen["messaging_limit_tier"], "TIER_1K");
    assert_eq!(error(world.get(&format!("/{NUMBER}?fields=nothing")).await).await.1, 100);

    let first = world.look(&format!("/{WABA}/phone_numbers?limit=1")).await;
    assert_eq!(first["data"][0]["id"], NUMBER);
    let next = first["paging"]["next"].as_str().unwrap().strip_prefix(&world.base).unwrap();
    assert_eq!(world.look(next).await["data"][0]["id"], "555002");

    let set = json!({"phone_number_id": "777", "waba_id": WABA, "quality_rating": "RED", "status": "BANNED"});
    assert_eq!(world.control("/_sim/numbers", set).await["waba_id"], WABA);
    assert_eq!(world.look("/777").await["quality_rating"], "RED");
    assert_eq!(world.look(&format!("/{WABA}/phone_numbers")).await["data"].as_array().unwrap().len(), 3);
    let refused = world.post("/777/messages", &text("+16505550100", "x")).await;
    assert_eq!(error(refused).await.1, 133_010);
    let pin = |pin: &str| json!({"messaging_product": "whatsapp", "pin": pin});
    assert_eq!(world.post("/777/register", &pin("123456")).await.status(), 200);
    assert_eq!(error(world.post("/777/register", &pin("654321")).await).await.1, 133_005);
    assert_eq!(error(world.post("/777/register", &pin("12")).await).await.1, 100);
    assert_eq!(world.post("/777/messages", &text("+16505550100", "x")).await.status(), 200);
}

#[tokio::test]
async fn unknown_objects_and_methods_answer_like_graph() {
    let world = World::new().await;
    for path in ["/v25.0/abc", "/abc/phone_numbers", "/8000000000000001"] {
        assert_eq!(error(world.get(path).await).await, (400, 100, Some(33)), "{path}");
    }
    assert_eq!(error(world.get(&format!("/{NUMBER}/messages")).await).await, (400, 100, Some(33)));
    assert_eq!(error(world.get("/1/2/3/4").await).await, (400, 100, Some(33)));
    let anonymous = world.client.get(format!("{}/{NUMBER}", world.base)).send().await.unwrap();
    assert_eq!(error(anonymous).await, (401, 190, None));
    let foreign =
        world.client.get(format!("{}/{NUMBER}", world.base)).bearer_auth("token").send().await.unwrap();
    assert_eq!(error(foreign).await, (401, 190, None));
    let in_query =
        world.client.get(format!("{}/{NUMBER}?access_token={TOKEN}", world.base)).send().await.unwrap();
    assert_eq!(in_query.status(), 200);
    let proof = world.get(&format!("/{NUMBER}?appsecret_proof=00")).await;
    assert_eq!(error(proof).await.1, 100);
}

#[tokio::test]
async fn tokens_are_exchanged_and_inspected() {
    let world = World::new().await;
    let config = graph_sim::Config::default();
    let client = format!("client_id={}&client_secret={}", config.app_id, config.app_secret);
    let exchange = |token: &str| {
        format!("/v25.0/oauth/access_token?grant_type=fb_exchange_token&{client}&fb_exchange_token={token}")
    };
    let long = world.look(&exchange(TOKEN)).await;
    assert_eq!((&long["token_type"], &long["expires_in"]), (&json!("bearer"), &json!(5_183_944)));
    let token = long["access_token"].as_str().unwrap();
    let app = format!("{}|{}", config.app_id, config.app_secret);
    let url = format!("{}/debug_token?input_token={token}", world.base);
    let seen: Value = world.client.get(url).bearer_auth(app).send().await.unwrap().json().await.unwrap();
    assert_eq!((&seen["data"]["is_valid"], &seen["data"]["app_id"]), (&json!(true), &json!(config.app_id)));
    assert_eq!(seen["data"]["scopes"].as_array().unwrap().len(), 2);
    let business = world.look(&format!("/oauth/access_token?{client}&code=abc")).await;
    assert!(business["access_token"].as_str().unwrap().starts_with("EAA"));
    assert_eq!(error(world.get(&exchange("EAAexpired")).await).await, (401, 190, Some(463)));
    let wrong = format!(
        "/oauth/access_token?grant_type=client_credentials&client_id={}&client_secret=x",
        config.app_id
    );
    assert_eq!(error(world.get(&wrong).await).await.1, 1);
    assert_eq!(error(world.get("/oauth/access_token?grant_type=client_credentials").await).await.1, 100);
}

#[tokio::test]
async fn call_limits_come_with_usage_headers() {
    let world = World::new().await;
    let of_account =
        world.try_post(&format!("/{NUMBER}/messages"), "EAAcode0080007", &text("+16505550100", "x")).await;
    let header = of_account.unwrap().headers()["x-business-use-case-usage"].to_str().unwrap().to_owned();
    let usage: Value = serde_json::from_str(&header).unwrap();
    assert_eq!(usage[WABA][0]["estimated_time_to_regain_access"], 1);
    let of_app =
        world.try_post(&format!("/{NUMBER}/messages"), "EAAcode0000004", &text("+16505550100", "x")).await;
    assert!(of_app.unwrap().headers().contains_key("x-app-usage"));
}
