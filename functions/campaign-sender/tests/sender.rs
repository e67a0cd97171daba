//! From the queue of campaigns' sends to Meta.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod consent;
mod stage;

use std::time::Duration;

use switchboard_model::Timestamp;
use switchboard_model::campaign::{Campaign, CampaignStatus, HaltReason};
use switchboard_model::message::{Slot, Status};
use switchboard_model::recipient::{RecipientStatus, SkipReason};
use switchboard_model::template::TemplateStatus;
use switchboard_service::campaign_sends::CampaignSend;
use switchboard_service::sending::Step;
use switchboard_store::Release;
use switchboard_testkit::{cost, metered};

use stage::Stage;

#[tokio::test]
async fn a_recipient_is_sent_to_once_however_often_the_queue_delivers() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;

    assert_eq!(stage.deliver(&[&send]).await, 0);
    assert_eq!(stage.deliver(&[&send, &send]).await, 0);

    let accepted = stage.accepted(&send).await;
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0]["payload"]["template"]["components"][0]["parameters"][0]["text"], "Grace");
    let message = stage.message(&send).await;
    assert_eq!(message.progress.status, Status::Sent);
    assert_eq!(message.content.text(), Some("Hello Grace, welcome back."));
    stage.follow(&send).await;
    assert_eq!(stage.row(&send).await.status, RecipientStatus::Sent);
}

#[tokio::test]
async fn the_same_recipient_twice_at_the_same_time_is_claimed_once() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;

    let again = stage.deliver(&[&send, &send, &send]).await;

    assert!(again <= 2, "whoever comes second looks again later");
    assert_eq!(stage.deliver(&[&send]).await, 0);
    assert_eq!(stage.accepted(&send).await.len(), 1);
}

#[tokio::test]
async fn a_paused_campaign_and_an_older_run_send_nothing() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    let now = stage.world.resources.now();

    stage
        .change(|campaign| {
            campaign.pause(now, HaltReason::Requested).unwrap();
        })
        .await;
    assert_eq!(stage.deliver(&[&send]).await, 0);
    stage
        .change(|campaign| {
            campaign.start(now).unwrap();
        })
        .await;
    assert_eq!(stage.deliver(&[&send]).await, 0);
    assert_eq!(stage.accepted(&send).await.len(), 0);

    let resumed = CampaignSend { run: 2, ..send };
    assert_eq!(stage.deliver(&[&resumed]).await, 0);
    assert_eq!(stage.accepted(&resumed).await.len(), 1);
}

#[tokio::test]
async fn a_refusal_of_the_recipient_fails_the_recipient_alone() {
    let stage = Stage::new().await;
    let send = stage.plan("155500131026").await;

    assert_eq!(stage.deliver(&[&send]).await, 0);
    stage.follow(&send).await;

    let row = stage.row(&send).await;
    assert_eq!((row.status, row.failure.unwrap().code), (RecipientStatus::Failed, 131_026));
    assert_eq!(stage.campaign().await.status, CampaignStatus::Sending);
}

#[tokio::test]
async fn marketing_that_meta_holds_back_leaves_the_recipient_out() {
    let stage = Stage::new().await;
    for (to, reason) in
        [("155500131049", SkipReason::MarketingLimit), ("155500131050", SkipReason::MarketingStopped)]
    {
        let send = stage.plan(to).await;
        assert_eq!(stage.deliver(&[&send]).await, 0);
        stage.follow(&send).await;
        let row = stage.row(&send).await;
        assert_eq!((row.status, row.skip), (RecipientStatus::Skipped, Some(reason)));
        let contact = stage
            .world
            .store()
            .contact_of_customer(stage.business.workspace.id, &send.customer)
            .await
            .unwrap();
        let opted_out = contact.is_some_and(|contact| !contact.opted_in && contact.consent.is_some());
        assert_eq!(opted_out, reason == SkipReason::MarketingStopped);
    }
}

#[tokio::test]
async fn what_concerns_the_whole_campaign_pauses_it_and_the_recipient_waits() {
    for code in [131_048, 132_015, 131_042, 190] {
        let stage = Stage::new().await;
        let send = stage.plan(&format!("15552 1{code:07}").replace(' ', "")).await;

        assert_eq!(stage.deliver(&[&send]).await, 0, "{code}");

        let campaign = stage.campaign().await;
        assert!(campaign.is_paused(), "{code}");
        assert_eq!(campaign.pause.unwrap().reason.code(), Some(code));
        let template = stage.world.store().template(campaign.template_id.unwrap()).await.unwrap().unwrap();
        assert_eq!(template.status == TemplateStatus::Paused, code == 132_015);
        let (row, message) = (stage.row(&send).await, stage.message(&send).await);
        assert_eq!(
            (row.status, message.progress.status),
            (RecipientStatus::Planned, Status::Queued),
            "{code}"
        );

        // Whoever mends it resumes the campaign, and the recipient's own message goes out.
        let mut number = stage.world.store().phone_number(stage.business.number.id).await.unwrap().unwrap();
        number.stopped = None;
        number.version += 1;
        stage.world.store().update_phone_number(&number).await.unwrap();
        stage.world.wait(20);
        let now = stage.world.resources.now();
        stage
            .change(|campaign| {
                campaign.start(now).unwrap();
            })
            .await;
        let at = stage.world.resources.now().as_microsecond();
        let resumed = CampaignSend { run: 2, slot: Slot { at, epoch: 0 }, ..send };
        assert_eq!(stage.deliver(&[&resumed]).await, 0, "{code}");
        assert_eq!(stage.accepted(&resumed).await.len(), 1, "{code}");
        let sent = stage.message(&resumed).await;
        assert_eq!((sent.id, sent.refusals), (message.id, None), "{code}");
    }
}

#[tokio::test]
async fn a_template_that_meta_disabled_fails_the_campaign() {
    let refused = Stage::new().await;
    let send = refused.plan("155500132016").await;
    assert_eq!(refused.deliver(&[&send]).await, 0);
    refused.follow(&send).await;

    let noted = Stage::new().await;
    let other = noted.plan("4915100000001").await;
    let template_id = noted.campaign().await.template_id.unwrap();
    let mut template = noted.world.store().template(template_id).await.unwrap().unwrap();
    template.status = TemplateStatus::Disabled;
    template.version += 1;
    noted.world.store().update_template(&template).await.unwrap();
    assert_eq!(noted.deliver(&[&other]).await, 0);

    for stage in [&refused, &noted] {
        let campaign = stage.campaign().await;
        assert_eq!((campaign.status, campaign.run), (CampaignStatus::Failed, 1));
    }
    assert_eq!(refused.campaign().await.failure.unwrap().reason.code(), Some(132_016));
    assert_eq!(refused.row(&send).await.status, RecipientStatus::Failed);
    assert_eq!(noted.row(&other).await.status, RecipientStatus::Planned);
}

#[tokio::test]
async fn a_refusal_of_an_older_run_pauses_nothing() {
    let stage = Stage::new().await;
    // It is accepted, and its failure is told by a webhook later.
    let send = stage.plan("4915100000001").await;
    assert_eq!(stage.deliver(&[&send]).await, 0);
    let now = stage.world.resources.now();
    stage
        .change(|campaign| {
            campaign.pause(now, HaltReason::Requested).unwrap();
        })
        .await;
    stage
        .change(|campaign| {
            campaign.start(now).unwrap();
        })
        .await;

    let mut message = stage.message(&send).await;
    message.progress.status = Status::Failed;
    message.progress.failed_at = Some(now);
    message.progress.failure = Some(switchboard_model::message::Failure {
        code: 131_048,
        title: "Spam rate limit hit".to_owned(),
        details: None,
    });
    let ledger = switchboard_service::campaign_sends::CampaignLedger::new(stage.world.resources.clone());
    ledger.follow(&[message]).await.unwrap();

    assert_eq!(stage.row(&send).await.status, RecipientStatus::Failed);
    assert_eq!(stage.campaign().await.status, CampaignStatus::Sending);
}

#[tokio::test]
async fn a_moment_that_is_over_is_reserved_anew_behind_what_campaigns_hold() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    let number = stage.business.number.id;
    stage.world.wait(60);
    let (store, now) = (stage.world.store(), stage.world.resources.now());
    let pace = switchboard_model::pace::Pace::at_most(80.0);
    let (pace, _) = pace.reserve_for_campaigns(now.as_microsecond(), 640);
    store.update_pace(number, pace, 0, now).await.unwrap();

    assert_eq!(stage.deliver(&[&send]).await, 1, "it comes again at its new moment");

    let slot = stage.row(&send).await.slot.unwrap();
    assert_eq!(slot.at, now.as_microsecond() + 10_000_000);
    assert_eq!(stage.accepted(&send).await.len(), 0);
    stage.world.wait(10);
    assert_eq!(stage.deliver(&[&send]).await, 0);
    assert_eq!(stage.accepted(&send).await.len(), 1);
}

#[tokio::test]
async fn a_message_whose_moment_passed_while_it_was_made_is_sent_at_another() {
    let stage = Stage::slow().await;
    let send = stage.plan("4915100000001").await;

    let late = stage.deliver(&[&send]).await;
    let sent_late = stage.accepted(&send).await.len();
    stage.world.wait(2);
    let again = stage.deliver(&[&send]).await;

    assert_eq!((late, sent_late), (1, 0));
    assert_eq!((again, stage.accepted(&send).await.len()), (0, 1));
}

#[tokio::test]
async fn a_template_that_may_not_be_sent_pauses_the_campaign() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    let template_id = stage.campaign().await.template_id.unwrap();
    for (status, kind, code) in
        [(TemplateStatus::Rejected, "unready", None), (TemplateStatus::Paused, "meta", Some(132_015))]
    {
        let mut template = stage.world.store().template(template_id).await.unwrap().unwrap();
        template.status = status;
        template.version += 1;
        stage.world.store().update_template(&template).await.unwrap();
        let run = stage.campaign().await.run;

        assert_eq!(stage.deliver(&[&CampaignSend { run, ..send.clone() }]).await, 0);

        let reason = stage.campaign().await.pause.unwrap().reason;
        assert_eq!((reason.kind(), reason.code()), (kind, code));
        assert_eq!(stage.row(&send).await.claim, None);
        stage.change(|campaign| assert!(campaign.start(Timestamp::UNIX_EPOCH).unwrap())).await;
    }
}

#[tokio::test]
async fn what_a_sender_remembers_does_not_hold_up_a_campaign_that_goes_on() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    let template_id = stage.campaign().await.template_id.unwrap();
    let mut template = stage.world.store().template(template_id).await.unwrap().unwrap();
    template.status = TemplateStatus::Paused;
    template.version += 1;
    stage.world.store().update_template(&template).await.unwrap();
    assert_eq!(stage.deliver(&[&send]).await, 0);
    assert!(stage.campaign().await.is_paused_with(template_id));

    // All at the same moment: nothing that is remembered has ended.
    template = stage.world.store().template(template_id).await.unwrap().unwrap();
    template.status = TemplateStatus::Approved;
    template.version += 1;
    stage.world.store().update_template(&template).await.unwrap();
    let start = |campaign: &mut Campaign| assert!(campaign.start(Timestamp::UNIX_EPOCH).unwrap());
    stage.change_at_once(start).await;
    assert_eq!(stage.deliver(&[&CampaignSend { run: 2, ..send.clone() }]).await, 0);

    assert_eq!(stage.accepted(&send).await.len(), 1);
}

#[tokio::test]
async fn a_message_whose_end_the_ledger_never_heard_of_is_told_to_it() {
    let stage = Stage::new().await;
    let send = stage.plan("4915100000001").await;
    stage.deliver(&[&send]).await;
    let unheard = stage.row(&send).await.status;

    // Its stream's record is lost, and a sweep hands the recipient out again.
    assert_eq!(stage.deliver(&[&send]).await, 0);

    assert_eq!((unheard, stage.row(&send).await.status), (RecipientStatus::Planned, RecipientStatus::Sent));
    assert_eq!(stage.counts(1).await.of(RecipientStatus::Sent), 1);
    assert_eq!(stage.accepted(&send).await.len(), 1);
}

#[tokio::test]
async fn a_pause_is_seen_while_a_message_that_was_made_before_waits_for_its_moment() {
    let stage = Stage::new().await;
    // The first call is refused for now, and the message is given back.
    let send = stage.plan("1555210131016").await;
    assert_eq!(stage.deliver(&[&send]).await, 1);
    stage.world.wait(6);
    let (store, now) = (stage.world.store(), stage.world.resources.now());
    let soon = now.as_microsecond() + 1_400_000;
    store.claim_message(&stage.message_key(&send).await, now, Duration::ZERO).await.unwrap();
    let release = Release { slot: Some(Slot { at: soon, epoch: 0 }), refused: None };
    store.release_message(&stage.message_key(&send).await, 2, release).await.unwrap();

    let pause = async {
        while stage.message(&send).await.progress.status != Status::Sending {}
        stage.world.wait(1);
        stage.change_at_once(|campaign| assert!(campaign.pause(now, HaltReason::Requested).unwrap())).await;
    };
    let batch = [&send];
    let (left, ()) = futures::join!(stage.deliver(&batch), pause);

    assert_eq!((left, stage.message(&send).await.progress.status), (0, Status::Queued));
    assert_eq!(stage.accepted(&send).await.len(), 0);
}

#[tokio::test]
async fn a_message_costs_what_the_costs_say() {
    let stage = Stage::new().await;
    let mut costs = Vec::new();
    for to in ["4915100000001", "4915100000002"] {
        let send = stage.plan(to).await;
        let (step, reading) = metered(Box::pin(stage.sender.send(&send))).await;
        assert_eq!(step.unwrap(), Step::Done);
        costs.push(cost(reading));
    }
    let left_out = stage.plan("4915100000003").await;
    stage.opt_out(&left_out).await;
    costs.push(cost(metered(Box::pin(stage.sender.send(&left_out))).await.1));

    // The first of a process reads the campaign, its number with the token, its template and the pace.
    insta::assert_snapshot!(costs.join("\n"), @"
    13 calls, 11 round trips, 9 read units, 8 write units
    6 calls, 4 round trips, 3 read units, 8 write units
    3 calls, 2 round trips, 2 read units, 4 write units
    ");
}
