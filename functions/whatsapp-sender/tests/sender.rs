//! From the queue of sends to Meta, against the Graph simulator.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod files;
mod receipts;
mod refusals;
mod stage;

use std::time::Duration;

use serde_json::json;
use stage::Stage;
use switchboard_model::contact::ConsentSource;
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Report, ReportKind, Status};
use switchboard_model::phone_number::PhoneNumberStatus;
use switchboard_store::{Claim, Orphan};
use switchboard_testkit::{cost, metered};

const RECONCILE_SECONDS: u64 = 300;

#[tokio::test]
async fn a_queued_text_is_sent_and_recorded() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;

    let left = stage.deliver(&[&key]).await;

    let message = stage.message(&key).await;
    assert_eq!(left, 0);
    assert_eq!(message.progress.status, Status::Sent);
    assert_eq!(message.progress.sent_at, Some(stage.world.resources.now()));
    assert_eq!(stage.times_accepted(&key).await, 1);
    let by_wa_id =
        stage.world.store().message_by_wa_id(&message.wa_message_id.unwrap()).await.unwrap().unwrap();
    assert_eq!(by_wa_id.key, key);
}

#[tokio::test]
async fn the_same_queue_message_three_times_sends_once() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;

    for _ in 0..3 {
        stage.deliver(&[&key]).await;
    }

    assert_eq!(stage.times_accepted(&key).await, 1);
}

#[tokio::test]
async fn a_message_that_another_sender_claimed_waits_for_its_outcome() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;
    let now = stage.world.resources.now();
    let claim =
        stage.world.store().claim_message(&key, now, Duration::from_secs(RECONCILE_SECONDS)).await.unwrap();
    assert!(matches!(claim, Claim::Taken(_)));

    let meanwhile = stage.deliver(&[&key]).await;
    let sent_meanwhile = stage.times_accepted(&key).await;
    stage.world.wait(RECONCILE_SECONDS + 1);
    let afterwards = stage.deliver(&[&key]).await;

    assert_eq!((meanwhile, sent_meanwhile), (1, 0));
    assert_eq!((afterwards, stage.times_accepted(&key).await), (0, 1));
}

#[tokio::test]
async fn a_lost_answer_is_settled_by_the_status_that_follows() {
    let stage = Stage::new().await;
    // Behaviour 1: the answer is lost after acceptance.
    let key = stage.queue("155590000001", "Hello").await;

    let lost = stage.deliver(&[&key]).await;
    let report = Report { kind: ReportKind::Sent, at: stage.world.resources.now() };
    stage.world.store().report_progress(&key, &report, Some("wamid.of.status")).await.unwrap();
    stage.world.wait(RECONCILE_SECONDS + 1);
    let settled = stage.deliver(&[&key]).await;

    assert_eq!((lost, settled), (1, 0));
    assert_eq!(stage.message(&key).await.wa_message_id.as_deref(), Some("wamid.of.status"));
    assert_eq!(stage.times_accepted(&key).await, 1);
}

#[tokio::test]
async fn an_answer_that_is_no_answer_is_tried_again_after_the_reconcile_delay() {
    let stage = Stage::new().await;
    // Behaviour 4, on the first call only: HTTP 500 with a page instead of an error.
    let key = stage.queue("1555810000004", "Hello").await;

    let unknown = stage.deliver(&[&key]).await;
    let too_soon = stage.deliver(&[&key]).await;
    stage.world.wait(RECONCILE_SECONDS + 2);
    let again = stage.deliver(&[&key]).await;

    assert_eq!((unknown, too_soon, again), (1, 1, 0));
    assert_eq!(stage.times_accepted(&key).await, 1);
}

#[tokio::test]
async fn a_permanent_refusal_fails_the_message_with_metas_reason() {
    let stage = Stage::new().await;
    let key = stage.queue("155500131026", "Hello").await;

    let left = stage.deliver(&[&key]).await;

    let progress = stage.message(&key).await.progress;
    assert_eq!(left, 0);
    assert_eq!(progress.status, Status::Failed);
    assert_eq!(progress.failure.unwrap().code, 131_026);
}

#[tokio::test]
async fn a_passing_refusal_is_tried_again() {
    let stage = Stage::new().await;
    for code in ["0130429", "0131056", "0131016", "0000002"] {
        let key = stage.queue(&format!("155521{code}"), "Hello").await;

        let refused = stage.deliver(&[&key]).await;
        stage.world.wait(10);
        let accepted = stage.deliver(&[&key]).await;

        assert_eq!((refused, accepted, stage.times_accepted(&key).await), (1, 0, 1), "{code}");
    }
}

#[tokio::test]
async fn messages_of_one_conversation_keep_their_order_past_a_refusal() {
    let stage = Stage::new().await;
    let first = stage.queue("1555210131016", "first").await;
    let second = stage.queue("1555210131016", "second").await;

    let refused = stage.deliver(&[&first, &second]).await;
    stage.world.wait(10);
    let accepted = stage.deliver(&[&first, &second]).await;

    assert_eq!((refused, accepted), (2, 0));
    assert_eq!(stage.accepted_texts("1555210131016").await, ["first", "second"]);
}

#[tokio::test]
async fn a_conversation_without_time_for_all_of_a_batch_goes_on_at_once_with_the_next() {
    let stage = Stage::hurried().await;
    let first = stage.queue("15550001111", "first").await;
    let second = stage.queue("15550001111", "second").await;
    stage.enqueue(&[&first, &second]).await;

    let left = stage.work().await;
    let accepted = stage.accepted_texts("15550001111").await;
    let left_again = stage.work().await;

    assert_eq!((left, accepted), (1, vec!["first".to_owned()]));
    assert_eq!(left_again, 0);
    assert_eq!(stage.accepted_texts("15550001111").await, ["first", "second"]);
}

#[tokio::test]
async fn an_expired_token_stops_the_number_and_keeps_its_messages() {
    let stage = Stage::with_token("EAAexpired").await;
    let key = stage.queue("15550001111", "Hello").await;

    let left = stage.deliver(&[&key]).await;

    let number = stage.number().await;
    let parked = stage.world.store().parked_messages(number.id).await.unwrap();
    assert_eq!(left, 0);
    assert_eq!(number.stopped.unwrap().code, 190);
    assert_eq!(stage.message(&key).await.progress.status, Status::Queued);
    assert_eq!(parked, [key]);
}

#[tokio::test]
async fn a_message_for_a_disabled_number_is_parked() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;
    stage.change_number(|number| number.status = PhoneNumberStatus::Disabled).await;

    let left = stage.deliver(&[&key]).await;

    assert_eq!(left, 0);
    assert_eq!(stage.times_accepted(&key).await, 0);
    assert_eq!(stage.world.store().parked_messages(stage.number().await.id).await.unwrap(), [key]);
}

#[tokio::test]
async fn a_message_whose_number_is_gone_has_failed() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;
    let now = stage.world.resources.now();
    let mut deleted = stage.number().await;
    deleted.delete(now);
    deleted.version += 1;
    stage.world.store().delete_phone_number(&deleted).await.unwrap();

    stage.deliver(&[&key]).await;

    assert_eq!(stage.message(&key).await.progress.failure.unwrap().code, 33);
}

#[tokio::test]
async fn a_message_that_waited_a_day_has_failed() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;
    stage.world.wait(24 * 3_600 + 1);

    stage.deliver(&[&key]).await;

    assert_eq!(stage.message(&key).await.progress.status, Status::Failed);
    assert_eq!(stage.times_accepted(&key).await, 0);
}

#[tokio::test]
async fn statuses_that_came_before_the_id_are_adopted() {
    let stage = Stage::new().await;
    let key = stage.queue("15550001111", "Hello").await;
    let at = stage.world.resources.now();
    stage.sim("hold", json!({})).await;
    let keep_orphan = async {
        let wa_message_id = stage.held().await;
        let report = Report { kind: ReportKind::Delivered, at };
        let orphan = Orphan { phone_number_id: key.conversation.phone_number_id, report };
        stage.world.store().keep_orphan(&wa_message_id, &orphan, at).await.unwrap();
        stage.sim("release", json!({})).await;
        wa_message_id
    };

    let keys = [&key];
    let (_, wa_message_id) = tokio::join!(stage.deliver(&keys), keep_orphan);

    let message = stage.message(&key).await;
    assert_eq!(message.wa_message_id, Some(wa_message_id.clone()));
    assert_eq!(message.progress.status, Status::Delivered);
    assert!(stage.world.store().orphans(&wa_message_id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_that_is_not_there_is_done_with() {
    let stage = Stage::new().await;
    let mut key = stage.queue("15550001111", "Hello").await;
    key.id = switchboard_model::Id::from_bits(1).unwrap();
    assert_eq!(stage.deliver(&[&key]).await, 0);
}

#[tokio::test]
async fn a_queue_message_that_can_not_be_read_is_left_to_the_dead_letter_queue() {
    let stage = Stage::new().await;
    assert_eq!(stage.deliver_body("{}").await, 1);
}

#[tokio::test]
async fn over_its_throughput_a_number_slows_down_after_one_refusal() {
    let stage = Stage::new().await;
    stage.sim("config", json!({"throughput_per_second": 5})).await;
    stage.pass(Duration::ZERO).await;
    let mut sent_again = 0;

    for n in 0..15 {
        let key = stage.queue(&format!("1555000{n:04}"), "Hello").await;
        stage.pass_until(stage.next_moment().await).await;
        while stage.deliver(&[&key]).await > 0 {
            sent_again += 1;
            let slot = stage.message(&key).await.slot;
            let next = stage.next_moment().await;
            stage.pass_until(slot.map_or(next, |slot| slot.at.max(next))).await;
        }
    }

    let stats = stage.stats().await;
    assert_eq!(stats["total"]["accepted"], 15);
    assert_eq!((&stats["total"]["refused"]["130429"], sent_again), (&json!(1), 1));
}

#[tokio::test]
async fn whatsapps_own_number_of_a_recipient_is_noted_where_it_is_another() {
    let stage = Stage::new().await;
    // Behaviour 14: WhatsApp calls the recipient otherwise.
    let other = stage.queue("155590000014", "Hello").await;
    let same = stage.queue("15550001111", "Hello").await;

    stage.deliver(&[&other, &same]).await;

    let (store, workspace_id) = (stage.world.store(), stage.business.workspace.id);
    let customer = |digits: &str| Customer::from_whatsapp(digits).unwrap();
    let found = [
        store.addressed_as(workspace_id, &customer("15559000001")).await.unwrap(),
        store.addressed_as(workspace_id, &customer("15550001111")).await.unwrap(),
    ];
    assert_eq!(found, [Some(customer("155590000014")), None]);
}

#[tokio::test]
async fn a_recipient_who_stopped_marketing_is_opted_out() {
    let stage = Stage::new().await;
    let keys = [stage.queue("155500131050", "Hello").await, stage.queue("155500131026", "Hello").await];

    stage.deliver(&[&keys[0], &keys[1]]).await;

    let mut consents = Vec::new();
    for key in &keys {
        assert_eq!(stage.message(key).await.progress.status, Status::Failed);
        let (workspace_id, customer) = (stage.business.workspace.id, &key.conversation.customer);
        let contact = stage.world.store().contact_of_customer(workspace_id, customer).await.unwrap();
        consents.push(contact.map(|contact| (contact.opted_in, contact.consent.unwrap().source)));
    }
    assert_eq!(consents, [Some((false, ConsentSource::Meta)), None]);
}

#[tokio::test]
async fn a_message_costs_what_the_costs_say() {
    let stage = Stage::new().await;
    let sending = stage.sending();
    let mut costs = Vec::new();
    for to in ["15550001111", "15550002222"] {
        let key = stage.queue(to, "Hello").await;
        costs.push(cost(metered(sending.send(&key)).await.1));
    }
    // The first of a process reads the number with its token, and the pace.
    insta::assert_snapshot!(costs.join("\n"), @"
    8 calls, 7 round trips, 3 read units, 4 write units
    5 calls, 4 round trips, 1 read units, 4 write units
    ");
}
