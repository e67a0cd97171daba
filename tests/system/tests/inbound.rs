//! What Meta tells us.

use serde_json::{Value, json};
use system_tests::{Business, Stack, beside_others, eventually};

/// The message that Meta calls `wamid`, as it is stored.
async fn stored(stack: &Stack, wamid: &str) -> Option<Value> {
    let table = stack.output("MessagesTableName");
    let pointer = stack.aws().item(table, &format!("WAMID#{wamid}"), "WAMID").await?;
    let text = |name: &str| pointer[name]["S"].as_str().unwrap().to_owned();
    let partition = format!("CONVERSATION#{}#{}", text("phone_number_id"), text("customer"));
    stack.aws().item(table, &partition, &text("id")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_writes_is_stored_with_its_raw_form() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;

    let body = json!({"phone_number_id": business.meta_id, "from": "4915112345678", "text": "Grüße 👋 a/b"});
    let wamids = stack.simulator().write_in(body).await;

    let message = eventually("the message to be stored", || stored(&stack, &wamids[0])).await;
    assert_eq!(message["direction"]["S"], "inbound");
    assert_eq!(message["content"]["M"]["text"]["S"], "Grüße 👋 a/b");
    let raw: Value = serde_json::from_str(message["content"]["M"]["raw"]["S"].as_str().unwrap()).unwrap();
    assert_eq!(raw["id"], wamids[0]);
    assert_eq!(raw["text"]["body"], "Grüße 👋 a/b");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_that_comes_three_times_is_stored_once() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let wamid = format!("wamid.{}", business.meta_id);
    let webhook = json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550001111", "phone_number_id": business.meta_id},
            "messages": [{"from": "4915112345678", "id": wamid, "timestamp": "1767225600", "type": "text",
                "text": {"body": "once"}}],
        }}]}],
    });

    for _ in 0..3 {
        let answer = stack.simulator().post_webhook(webhook.clone()).await;
        assert_eq!(answer["status"], 200, "{answer}");
    }

    let message = eventually("the message to be stored", || stored(&stack, &wamid)).await;
    eventually("the queue to be empty", || async {
        (stack.aws().queue_depth(stack.output("MetaEventsQueueUrl")).await == 0).then_some(())
    })
    .await;
    let partition =
        format!("CONVERSATION#{}#4915112345678", message["phone_number_id"]["S"].as_str().unwrap());
    assert_eq!(stack.aws().count(stack.output("MessagesTableName"), &partition).await, 1);
    assert_eq!(stack.dead_letters().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_unknown_numbers_messages_and_kinds_fail_nothing() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let wamid = format!("wamid.{}", business.meta_id);
    let value = |phone_number_id: &str, messages: Value, statuses: Value| {
        json!({
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550001111", "phone_number_id": phone_number_id},
            "messages": messages,
            "statuses": statuses,
        })
    };
    let unknown_status = json!([{"id": "wamid.nobody", "status": "delivered", "timestamp": "1767225600"}]);
    let odd = json!([{"id": wamid, "from": "4915112345678", "timestamp": 1_767_225_600, "type": "hologram"}]);
    let webhook = json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "time": 1, "changes": [
            {"field": "messages", "value": value("999", json!([{"id": "wamid.x", "type": "text"}]), json!([]))},
            {"field": "messages", "value": value(&business.meta_id, odd, unknown_status)},
            {"field": "telepathy", "value": {"thought": true}},
        ]}],
    });

    let answer = stack.simulator().post_webhook(webhook).await;

    assert_eq!(answer["status"], 200, "{answer}");
    let message = eventually("the odd message to be stored", || stored(&stack, &wamid)).await;
    assert_eq!(message["content"]["M"]["kind"]["S"], "hologram");
    eventually("the queue to be empty", || async {
        (stack.aws().queue_depth(stack.output("MetaEventsQueueUrl")).await == 0).then_some(())
    })
    .await;
    assert_eq!(stack.dead_letters().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_meta_is_believed() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let api = stack.api();
    let forged = format!("sha256={}", "0".repeat(64));

    let unsigned = api.post_bytes("/webhook", &[], b"{}".to_vec()).await;
    let wrong = api.post_bytes("/webhook", &[("x-hub-signature-256", &forged)], b"{}".to_vec()).await;
    let token = &stack.meta.verify_token;
    let query = |token: &str| {
        format!("/webhook?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={token}")
    };
    let verified = api.get(&query(token)).await;
    let refused = api.get(&query("guessed")).await;

    assert_eq!((unsigned.status.as_u16(), wrong.status.as_u16()), (401, 401));
    assert_eq!((verified.status.as_u16(), verified.text.as_str()), (200, "1158201444"));
    assert_eq!(refused.status, 403);
}
