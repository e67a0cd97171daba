//! Whatever fails, each message is sent once, or has failed with its reason.

use std::time::Duration;

use serde_json::json;
use system_tests::{Business, Stack, alone, beside_others, eventually, eventually_within, key_of, kill};

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_killed_between_acceptance_and_record_sends_nothing_twice() {
    let _turn = alone().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let simulator = stack.simulator();
    simulator.hold(&business.meta_id).await;

    let id = business.send("+15550001111", "Hello").await;
    eventually("meta to have the message", || async {
        simulator.holds(&business.meta_id).await.then_some(())
    })
    .await;
    let killed = kill(stack.output("WhatsappSenderFunctionName"));
    simulator.release().await;

    assert!(killed > 0);
    business.reaches(&id, "read").await;
    settled(&stack).await;
    assert_eq!(simulator.acceptances(&id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_queue_message_three_times_sends_once() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;

    let id = business.send("+15550001111", "Hello").await;
    let conversation =
        json!({"phone_number_id": key_of(&business.phone_number_id), "customer": "15550001111"});
    let body = json!({"conversation": conversation, "id": key_of(&id)}).to_string();
    for n in 0..3 {
        let deduplication_id = format!("{id}-{n}");
        stack.aws().send_message(stack.output("WhatsappSendsQueueUrl"), &body, &id, &deduplication_id).await;
    }

    business.reaches(&id, "read").await;
    settled(&stack).await;
    assert_eq!(stack.simulator().acceptances(&id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_stream_sends_nothing_twice() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let id = business.send("+15550001111", "Hello").await;
    business.reaches(&id, "read").await;

    let records = stack.aws().stream_records(stack.output("MessagesTableName")).await;
    let ours: Vec<_> =
        records.into_iter().filter(|record| record.to_string().contains(&key_of(&id))).collect();
    assert!(!ours.is_empty());
    let result = stack.aws().invoke(stack.output("OutboxFunctionName"), &json!({"Records": ours})).await;

    // A function that has failed would tell its error.
    assert_eq!(result, json!(null));
    settled(&stack).await;
    assert_eq!(stack.simulator().acceptances(&id).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_is_throttled_or_loses_answers_for_a_while_loses_nothing() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let number = key_of(&business.phone_number_id);
    let mut ids = Vec::new();
    for n in 0..6 {
        ids.push(business.send(&business.customer(n), "Hello").await);
    }

    let faults = stack.faults();
    faults.add("UpdateItem", &number, json!("throttle"), 12).await;
    faults.add("UpdateItem", &number, json!("drop_after"), 3).await;
    faults.add("UpdateItem", &number, json!("drop_before"), 3).await;

    for id in &ids {
        business.reaches(id, "read").await;
    }
    settled(&stack).await;
    for id in &ids {
        assert_eq!(stack.simulator().acceptances(id).await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unanswered_request_stores_all_or_nothing() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let number = key_of(&business.phone_number_id);

    stack.faults().add("TransactWriteItems", &number, json!("drop_after"), 1).await;
    let answer = business.try_send("+15550001111", "Hello").await;

    // The client of the store asks again under the same token, so nothing is stored twice.
    assert_eq!(answer.status, 201, "{}", answer.text);
    business.reaches(&answer.str("id"), "read").await;
    assert_eq!(stack.simulator().accepted_texts(&business.meta_id, "15550001111").await, ["Hello"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_graph_answers_a_message_is_sent_once() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    // 130429, 131056, 131016 and 2 on the first call; a page instead of an error; no answer before and after
    // acceptance; a status before the answer; an answer that is cut off.
    let recipients = [
        "+1555210130429",
        "+1555210131056",
        "+1555210131016",
        "+1555210000002",
        "+1555810000004",
        "+1555810000002",
        "+155590000001",
        "+155590000008",
        "+1555810000013",
    ];
    let mut sent = Vec::new();
    for to in recipients {
        sent.push((to, business.send(to, "Hello").await));
    }

    for (to, id) in &sent {
        let what = format!("{to} to be read");
        eventually_within(Duration::from_secs(90), &what, || async {
            (business.status(id).await["status"] == "read").then_some(())
        })
        .await;
    }
    settled(&stack).await;
    for (to, id) in &sent {
        assert_eq!(stack.simulator().acceptances(id).await, 1, "{to}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reordered_and_repeated_webhooks_end_in_the_same_state() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;

    for to in ["+155590000005", "+155590000006", "+155590000011"] {
        let id = business.send(to, "Hello").await;
        let status = business.reaches(&id, "read").await;
        assert!(status["delivered_at"].is_string(), "{to}: {status}");
    }
}

/// Waits until nothing is on its way; nothing may have been given up.
async fn settled(stack: &Stack) {
    for queue in ["WhatsappSendsQueueUrl", "MetaEventsQueueUrl"] {
        let what = format!("{queue} to be empty");
        eventually(&what, || async {
            (stack.aws().queue_depth(stack.output(queue)).await == 0).then_some(())
        })
        .await;
    }
    assert_eq!(stack.dead_letters().await, 0);
}
