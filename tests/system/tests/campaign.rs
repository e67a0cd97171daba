//! Campaigns: each recipient is told once, whatever is killed meanwhile.

use std::time::Duration;

use system_tests::{Kills, Stack, TestCampaign, alone, eventually};
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

    let report = campaign.run(&stack, PER_SECOND, KILLS, Duration::from_mins(3)).await;

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
