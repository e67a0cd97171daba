//! Campaigns: each recipient is told once, whatever is killed meanwhile.

use std::time::Duration;

use system_tests::{Kills, Stack, TestCampaign, alone, beside_others, eventually};
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_tells_each_recipient_once_though_its_functions_are_killed() {
    const RECIPIENTS: u32 = 300;
    // Slow enough that every function is invoked more often than it is killed.
    const PER_SECOND: u32 = 6;
    const KILLS: Kills = Kills { each: 10, pause: Duration::from_secs(2) };
    let _turn = alone().await;
    let stack = Stack::running();
    let campaign = TestCampaign::new(&stack, RECIPIENTS, PER_SECOND).await;

    let report = campaign.run(&stack, PER_SECOND, KILLS, Duration::from_mins(5)).await;

    eprintln!("{report}");
    report.check(KILLS.each);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_stops_the_sending_within_two_seconds_and_a_resumption_sends_only_what_was_not_sent() {
    const RECIPIENTS: u32 = 60;
    const PER_SECOND: u32 = 10;
    let _turn = alone().await;
    let stack = Stack::running();
    let campaign = TestCampaign::new(&stack, RECIPIENTS, PER_SECOND).await;
    let accepted = || async {
        let (sent, _) = campaign.sent(&stack).await;
        sent.values().sum::<u32>()
    };

    campaign.ask("start").await;
    eventually("some messages to be sent", || async { (accepted().await >= 5).then_some(()) }).await;
    campaign.ask("pause").await;
    sleep(Duration::from_secs(2)).await;
    let stopped = accepted().await;
    sleep(Duration::from_secs(5)).await;

    assert_eq!(accepted().await, stopped);
    assert!(stopped < RECIPIENTS, "{stopped} were sent before the pause");
    assert_eq!(campaign.state().await["status"], "scheduled");
    campaign.ask("start").await;
    eventually("the campaign to be completed", || async {
        (campaign.state().await["status"] == "completed").then_some(())
    })
    .await;
    let (sent, _) = campaign.sent(&stack).await;
    assert_eq!(sent.len(), RECIPIENTS as usize);
    assert!(sent.values().all(|count| *count == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campaign_that_met_a_paused_template_goes_on_when_meta_lets_it_be_sent_again() {
    const RECIPIENTS: u32 = 40;
    const PER_SECOND: u32 = 10;
    let _turn = beside_others().await;
    let stack = Stack::running();
    let campaign = TestCampaign::new(&stack, RECIPIENTS, PER_SECOND).await;
    let template = campaign.business.api.get(&format!("/api/templates/{}", campaign.template_id)).await;
    let meta_id = template.str("meta_template_id");

    campaign.ask("start").await;
    stack.simulator().set_template_status(&meta_id, "PAUSED").await;
    eventually("the campaign to be paused", || async {
        (campaign.state().await["paused"]["code"] == 132_015).then_some(())
    })
    .await;
    let before = campaign.sent(&stack).await.0.len();
    // Meta tells when something changed in whole seconds, and keeps a template paused for hours.
    sleep(Duration::from_secs(2)).await;
    stack.simulator().set_template_status(&meta_id, "APPROVED").await;

    eventually("the campaign to be completed", || async {
        (campaign.state().await["status"] == "completed").then_some(())
    })
    .await;
    let (sent, _) = campaign.sent(&stack).await;
    assert!(before < sent.len());
    assert_eq!(sent.len(), RECIPIENTS as usize);
    assert!(sent.values().all(|count| *count == 1));
}
