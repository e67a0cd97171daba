//! Statuses that come before Meta's id of their message is recorded.

use std::time::Duration;

use switchboard_model::message::{Message, Report, ReportKind, Status};
use switchboard_service::meta_events::Handled;
use switchboard_store::MessageKey;

use crate::stage::{Stage, status};

impl Stage {
    /// What the sender does once Meta has accepted a message.
    async fn record(&self, message: &Message, wa_message_id: &str) {
        let report = Report { kind: ReportKind::Sent, at: self.world.resources.now() };
        let store = self.store();
        store.accept_message(message, wa_message_id, &report).await.unwrap();
        for orphan in store.orphans(wa_message_id).await.unwrap() {
            store.report_progress(&MessageKey::from(message), &orphan.report, None).await.unwrap();
            store.drop_orphan(wa_message_id, &orphan).await.unwrap();
        }
    }

    async fn waiting(&self, wa_message_id: &str) -> usize {
        self.store().orphans(wa_message_id).await.unwrap().len()
    }
}

#[tokio::test]
async fn a_status_that_comes_first_waits_for_its_message() {
    let stage = Stage::new().await;
    let message = stage.sending().await;

    let handled = [
        stage.report(&status("wamid.A", "delivered", 5)).await,
        stage.report(&status("wamid.A", "sent", 1)).await,
        stage.report(&status("wamid.A", "delivered", 5)).await,
    ];
    let waiting = stage.waiting("wamid.A").await;
    stage.record(&message, "wamid.A").await;

    let progress = stage.message(&message).await.progress;
    assert_eq!((handled, waiting), ([Handled::Waiting; 3], 2));
    assert_eq!(progress.status, Status::Delivered);
    assert!(progress.delivered_at.is_some());
    assert_eq!(stage.waiting("wamid.A").await, 0);
}

#[tokio::test]
async fn a_failure_that_comes_first_keeps_its_reason() {
    let stage = Stage::new().await;
    let message = stage.sending().await;

    stage.report(&status("wamid.A", "failed", 5)).await;
    stage.record(&message, "wamid.A").await;

    let progress = stage.message(&message).await.progress;
    assert_eq!((progress.status, progress.failure.unwrap().code), (Status::Failed, 131_026));
}

#[tokio::test]
async fn a_status_that_comes_after_the_record_does_not_wait() {
    let stage = Stage::new().await;
    let message = stage.sending().await;

    stage.record(&message, "wamid.A").await;
    let handled = stage.report(&status("wamid.A", "delivered", 5)).await;

    assert_eq!((handled, stage.waiting("wamid.A").await), (Handled::Reported, 0));
    assert_eq!(stage.message(&message).await.progress.status, Status::Delivered);
}

#[tokio::test]
async fn no_interleaving_with_the_sender_loses_a_status() {
    let stage = Stage::new().await;
    for at in 0..60_u64 {
        let message = stage.sending().await;
        let wa_message_id = format!("wamid.{at}");
        let item = status(&wa_message_id, "delivered", 5);
        let (ahead, behind) = (Duration::from_micros(at % 12 * 400), Duration::from_micros(at / 12 * 400));

        let report = async {
            tokio::time::sleep(behind).await;
            stage.report(&item).await
        };
        let record = async {
            tokio::time::sleep(ahead).await;
            stage.record(&message, &wa_message_id).await;
        };
        futures::join!(report, record);

        assert_eq!(stage.message(&message).await.progress.status, Status::Delivered, "round {at}");
        assert_eq!(stage.waiting(&wa_message_id).await, 0, "round {at}");
    }
}
