//! News of our messages.

use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;
use switchboard_model::Timestamp;
use switchboard_model::message::{Failure, Message, Progress, Report, ReportKind, Status};
use switchboard_service::meta_events::Handled;
use switchboard_store::{Claim, MessageKey, Release};
use switchboard_testkit::queue;

use crate::stage::{ACCOUNT, CUSTOMER, NOW, Stage, message, status, update_of, with_callback};

const RECONCILE: Duration = Duration::from_mins(5);

fn after(seconds: i64) -> Option<Timestamp> {
    Timestamp::from_second(NOW + seconds).ok()
}

fn undeliverable() -> Failure {
    Failure { code: 131_026, title: "Message undeliverable".to_owned(), details: None }
}

impl Stage {
    /// A message of ours that Meta accepted under this id.
    async fn sent(&self, wa_message_id: &str) -> Message {
        let message = self.sending().await;
        let report = Report { kind: ReportKind::Sent, at: self.world.resources.now() };
        self.store().accept_message(&message, wa_message_id, &report).await.unwrap();
        message
    }
}

#[tokio::test]
async fn a_status_finds_its_message_by_what_was_sent_along() {
    let stage = Stage::new().await;
    let message = stage.sending().await;

    let handled = stage.report(&with_callback(status("wamid.A", "delivered", 5), &message)).await;

    let stored = stage.message(&message).await;
    assert_eq!(handled, Handled::Reported);
    assert_eq!((stored.progress.status, stored.progress.delivered_at), (Status::Delivered, after(5)));
    assert_eq!(stored.wa_message_id.as_deref(), Some("wamid.A"));
}

#[tokio::test]
async fn a_status_finds_its_message_by_metas_id() {
    let stage = Stage::new().await;
    let message = stage.sent("wamid.A").await;
    let mut foreign = status("wamid.A", "read", 7);
    foreign["biz_opaque_callback_data"] = json!("order-17");

    let handled = [stage.report(&status("wamid.A", "delivered", 5)).await, stage.report(&foreign).await];

    let progress = stage.message(&message).await.progress;
    assert_eq!(handled, [Handled::Reported, Handled::Reported]);
    assert_eq!(
        (progress.status, progress.delivered_at, progress.read_at),
        (Status::Read, after(5), after(7))
    );
}

/// Every order in which `items` can stand.
fn orders<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let starts = items.iter().enumerate();
    starts
        .flat_map(|(at, first)| {
            let rest = [&items[..at], &items[at + 1..]].concat();
            orders(&rest).into_iter().map(move |rest| [vec![first.clone()], rest].concat())
        })
        .collect()
}

#[tokio::test]
async fn the_order_of_statuses_does_not_matter() {
    let stage = Stage::new().await;
    let reports = [("sent", 1), ("delivered", 2), ("read", 3), ("failed", 4)];
    let expected = Progress {
        status: Status::Read,
        sent_at: after(1),
        delivered_at: after(2),
        read_at: after(3),
        failed_at: after(4),
        failure: Some(undeliverable()),
    };
    for order in orders(&reports) {
        let message = stage.sending().await;
        let wa_message_id = format!("wamid.{}", message.id);
        for (name, seconds) in &order {
            stage.report(&with_callback(status(&wa_message_id, name, *seconds), &message)).await;
        }
        assert_eq!(stage.message(&message).await.progress, expected, "{order:?}");
    }
}

/// What may happen to a message of ours, at so many seconds after now.
#[derive(Clone, Copy, Debug)]
enum Event {
    Claimed,
    GivenBack,
    Accepted(i64),
    Reported(&'static str, i64),
}

/// What reports add up to: the earliest time of each kind, and the furthest status; where there are none, it is as the
/// sender left it.
fn expected(reports: &[(&'static str, i64)], left: Status) -> Progress {
    let earliest = |kind: &str| {
        reports.iter().filter(|(name, _)| *name == kind).map(|(_, at)| *at).min().and_then(after)
    };
    let mut progress = Progress {
        status: left,
        sent_at: earliest("sent"),
        delivered_at: earliest("delivered"),
        read_at: earliest("read"),
        failed_at: earliest("failed"),
        failure: earliest("failed").map(|_| undeliverable()),
    };
    let reached = [
        (progress.sent_at, Status::Sent),
        (progress.failed_at, Status::Failed),
        (progress.delivered_at, Status::Delivered),
        (progress.read_at, Status::Read),
    ];
    progress.status =
        reached.into_iter().filter_map(|(at, status)| at.map(|_| status)).max().unwrap_or(progress.status);
    progress
}

impl Stage {
    /// Lets these happen to a new message, each in its turn: the message, and what should be known of it.
    async fn go_through(&self, events: &[Event]) -> (Progress, Progress) {
        let message = self.business.says(&self.world, CUSTOMER, "Good morning").await;
        let (key, now) = (MessageKey::from(&message), self.world.resources.now());
        let (mut left, mut attempt, mut reports) = (Status::Queued, 0, Vec::new());
        for event in events {
            let waits = |status: Status| reports.is_empty() && left == status;
            match *event {
                Event::Claimed => {
                    let claim = self.store().claim_message(&key, now, RECONCILE).await.unwrap();
                    assert_eq!(matches!(claim, Claim::Taken(_)), waits(Status::Queued), "{events:?}");
                    if let Claim::Taken(taken) = claim {
                        (left, attempt) = (Status::Sending, taken.attempt.unwrap().number);
                    }
                }
                Event::GivenBack => {
                    let given = self.store().release_message(&key, attempt, Release::default()).await;
                    assert_eq!(given.is_ok(), waits(Status::Sending), "{events:?}");
                    if given.is_ok() {
                        left = Status::Queued;
                    }
                }
                Event::Accepted(seconds) => {
                    let report = Report { kind: ReportKind::Sent, at: after(seconds).unwrap() };
                    self.store().accept_message(&message, "wamid.A", &report).await.unwrap();
                    reports.push(("sent", seconds));
                }
                Event::Reported(name, seconds) => {
                    self.report(&with_callback(status("wamid.A", name, seconds), &message)).await;
                    reports.push((name, seconds));
                }
            }
        }
        (self.message(&message).await.progress, expected(&reports, left))
    }
}

#[test]
fn any_reports_in_any_order_and_number_add_up_whatever_the_sender_does() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let stage = runtime.block_on(Stage::new());
    let kind = prop_oneof![Just("sent"), Just("delivered"), Just("read"), Just("failed")];
    let event = prop_oneof![
        2 => Just(Event::Claimed),
        1 => Just(Event::GivenBack),
        1 => (0..4_i64).prop_map(Event::Accepted),
        3 => (kind, 0..4_i64).prop_map(|(kind, at)| Event::Reported(kind, at)),
    ];
    let events = proptest::collection::vec(event, 0..10);
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 96, ..ProptestConfig::default() });
    let result = runner.run(&events, |events| {
        let (stored, expected) = runtime.block_on(stage.go_through(&events));
        prop_assert_eq!(stored, expected);
        Ok(())
    });
    result.unwrap();
}

#[tokio::test]
async fn a_failed_message_is_not_brought_back_by_a_late_sent() {
    let stage = Stage::new().await;
    let message = stage.sending().await;

    stage.report(&with_callback(status("wamid.A", "failed", 5), &message)).await;
    stage.report(&with_callback(status("wamid.A", "sent", 1), &message)).await;

    let progress = stage.message(&message).await.progress;
    assert_eq!((progress.status, progress.sent_at, progress.failed_at), (Status::Failed, after(1), after(5)));
    assert_eq!(progress.failure, Some(undeliverable()));
}

#[tokio::test]
async fn a_message_that_failed_on_one_device_and_arrived_on_another_has_arrived() {
    let stage = Stage::new().await;
    let message = stage.sending().await;

    stage.report(&with_callback(status("wamid.A", "failed", 5), &message)).await;
    stage.report(&with_callback(status("wamid.A", "delivered", 6), &message)).await;

    let progress = stage.message(&message).await.progress;
    assert_eq!(
        (progress.status, progress.delivered_at, progress.failed_at),
        (Status::Delivered, after(6), after(5))
    );
}

#[tokio::test]
async fn what_was_read_or_played_has_arrived() {
    let stage = Stage::new().await;
    for name in ["read", "played"] {
        let message = stage.sending().await;

        stage.report(&with_callback(status("wamid.A", name, 5), &message)).await;

        let progress = stage.message(&message).await.progress;
        assert_eq!(
            (progress.status, progress.delivered_at, progress.arrived_at()),
            (Status::Read, None, after(5))
        );
    }
}

#[tokio::test]
async fn a_message_that_waited_to_be_sent_again_is_sent_when_a_status_says_so() {
    let stage = Stage::new().await;
    let mut message = stage.sending().await;
    message.progress.status = Status::Queued;
    message.id = stage.world.resources.ids.next_id();
    queue(&stage.world, &message).await;

    stage.report(&with_callback(status("wamid.A", "sent", 5), &message)).await;

    assert_eq!(stage.message(&message).await.progress.status, Status::Sent);
}

#[tokio::test]
async fn words_that_say_nothing_of_progress_are_kept_as_events() {
    let stage = Stage::new().await;
    let message = stage.sent("wamid.A").await;
    for name in ["warning", "deleted", "teleported"] {
        let item = status("wamid.A", name, 5);
        let handled = [stage.report(&item).await, stage.report(&item).await];
        assert_eq!(handled, [Handled::Stored, Handled::StoredBefore], "{name}");
    }
    assert_eq!(stage.message(&message).await.progress.status, Status::Sent);
    assert_eq!(stage.kept(ACCOUNT).await.len(), 3);
}

#[tokio::test]
async fn nobody_reports_for_the_number_of_another() {
    let stage = Stage::new().await;
    let message = stage.sent("wamid.A").await;
    let stranger = stage.business.another(&stage.world).await.number;
    for item in [with_callback(status("wamid.X", "read", 5), &message), status("wamid.A", "read", 5)] {
        let handled = stage.handle(&update_of(&stranger, "statuses", &item)).await;
        assert_eq!(handled, Handled::Waiting);
    }

    let stored = stage.message(&message).await;
    assert_eq!((stored.progress.status, stored.wa_message_id.as_deref()), (Status::Sent, Some("wamid.A")));
}

#[tokio::test]
async fn a_status_of_an_unknown_number_is_acknowledged() {
    let stage = Stage::new().await;
    let message = stage.sending().await;
    let mut number = stage.business.number.clone();
    number.meta_id = "999".parse().unwrap();
    for item in [status("wamid.A", "read", 5), with_callback(status("wamid.A", "read", 5), &message)] {
        let handled = stage.handle(&update_of(&number, "statuses", &item)).await;
        assert_eq!(handled, Handled::UnknownNumber);
    }
    assert_eq!(stage.message(&message).await.progress.status, Status::Sending);
}

#[tokio::test]
async fn news_of_a_message_arrive_after_its_number_is_deleted() {
    let stage = Stage::new().await;
    let message = stage.sent("wamid.A").await;
    let mut number = stage.business.number.clone();
    number.deleted_at = Some(stage.world.resources.now());
    number.version += 1;
    stage.store().delete_phone_number(&number).await.unwrap();

    let handled = [
        stage.report(&status("wamid.A", "delivered", 5)).await,
        stage.report(&with_callback(status("wamid.A", "read", 6), &message)).await,
    ];

    assert_eq!(handled, [Handled::Reported, Handled::Reported]);
    assert_eq!(stage.message(&message).await.progress.status, Status::Read);
}

#[tokio::test]
async fn a_status_of_a_customers_message_changes_nothing() {
    let stage = Stage::new().await;
    stage.receive(&message("wamid.A", json!({"type": "text", "text": {"body": "hi"}}))).await;

    stage.report(&status("wamid.A", "read", 5)).await;

    let stored = stage.message_by_wa_id("wamid.A").await.unwrap();
    assert_eq!((stored.progress.status, stored.progress.read_at), (Status::Received, None));
}

#[tokio::test]
async fn a_status_without_a_time_happened_when_we_got_it() {
    let stage = Stage::new().await;
    let message = stage.sending().await;
    let mut item = with_callback(status("wamid.A", "delivered", 5), &message);
    item["timestamp"] = json!(null);

    stage.report(&item).await;

    assert_eq!(stage.message(&message).await.progress.delivered_at, after(0));
}
