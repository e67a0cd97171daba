//! Recipients who were planned, and may not be written to when their turn comes.

use switchboard_model::message::Status;
use switchboard_model::recipient::{RecipientStatus, SkipReason};
use switchboard_service::campaign_sends::CampaignSend;

use crate::stage::Stage;

const SKIPPED: RecipientStatus = RecipientStatus::Skipped;

impl Stage {
    /// Delivers what must send nothing, and leaves the one recipient out for this reason.
    async fn leaves_out(&self, send: &CampaignSend, reason: SkipReason) {
        assert_eq!(self.deliver(&[send]).await, 0);
        let row = self.row(send).await;
        assert_eq!((row.status, row.skip), (SKIPPED, Some(reason)));
        assert_eq!(self.counts(1).await.skipped_for(reason), 1);
        assert_eq!(self.accepted(send).await.len(), 0);
    }
}

#[tokio::test]
async fn whoever_opts_out_while_the_campaign_is_paused_gets_nothing() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    let resumed = stage.resume_after(&send, stage.opt_out(&send)).await;

    stage.leaves_out(&resumed, SkipReason::NotOptedIn).await;
}

#[tokio::test]
async fn whoever_is_deleted_after_they_were_planned_gets_nothing() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    stage.delete_contact(&send).await;

    stage.leaves_out(&send, SkipReason::ContactDeleted).await;
}

#[tokio::test]
async fn whoever_opts_out_before_they_are_tried_again_gets_nothing() {
    let stage = Stage::new().await;
    let send = stage.plan("155500131026").await;
    stage.deliver(&[&send]).await;
    stage.follow(&send).await;
    stage.opt_out(&send).await;

    stage.world.store().replan_failed_recipients(stage.campaign_id, None, 10).await.unwrap();

    stage.leaves_out(&send, SkipReason::NotOptedIn).await;
}

#[tokio::test]
async fn a_message_that_waits_since_its_campaign_was_held_fails_where_its_recipient_opts_out() {
    let stage = Stage::new().await;
    // The first call is refused with 131048, which pauses the campaign; the message waits for the next run.
    let send = stage.plan("1555210131048").await;
    stage.deliver(&[&send]).await;
    stage.opt_out(&send).await;
    let now = stage.world.resources.now();
    stage.change(|campaign| assert!(campaign.start(now).unwrap())).await;
    let resumed = CampaignSend { run: 2, ..send };

    stage.leaves_out(&resumed, SkipReason::NotOptedIn).await;

    let failed = stage.message(&resumed).await.progress;
    assert_eq!((failed.status, failed.failure.unwrap().code), (Status::Failed, 131_050));
    // What the ledger hears of the message is no other reason, and no news of the contact.
    let consent = stage.contact(&resumed).await.consent;
    stage.follow(&resumed).await;
    let row = stage.row(&resumed).await;
    assert_eq!((row.status, row.skip), (SKIPPED, Some(SkipReason::NotOptedIn)));
    assert_eq!(stage.contact(&resumed).await.consent, consent);
}

#[tokio::test]
async fn a_message_that_may_be_on_its_way_is_waited_for_and_not_sent_again() {
    let stage = Stage::new().await;
    // Behaviour 4, on the first call only: HTTP 500 with a page instead of an error.
    let send = stage.plan("1555810000004").await;
    stage.deliver(&[&send]).await;
    stage.opt_out(&send).await;

    let meanwhile = (stage.deliver(&[&send]).await, stage.row(&send).await.status);
    stage.world.wait(301);

    assert_eq!(meanwhile, (1, RecipientStatus::Planned));
    stage.leaves_out(&send, SkipReason::NotOptedIn).await;
}

#[tokio::test]
async fn whoever_had_enough_marketing_is_left_out_by_other_campaigns_for_a_day() {
    let mut stage = Stage::new().await;
    // The first call is refused with 131049.
    let send = stage.plan("1555210131049").await;
    stage.deliver(&[&send]).await;
    stage.follow(&send).await;
    stage.world.wait(24 * 3_600 - 10);

    stage.another_campaign().await;
    let too_soon = stage.plan(send.customer.as_str()).await;
    stage.leaves_out(&too_soon, SkipReason::MarketingLimit).await;

    stage.world.wait(11);
    stage.another_campaign().await;
    let later = stage.plan(send.customer.as_str()).await;
    assert_eq!(stage.deliver(&[&later]).await, 0);
    assert_eq!(stage.accepted(&later).await.len(), 1);
}
