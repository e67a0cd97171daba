//! Webhooks: every event reaches every receiver that takes any, whatever others do and the deliverer suffers.

use std::time::Duration;

use system_tests::{Kills, Stack, alone, deliver};

#[tokio::test(flavor = "multi_thread")]
async fn every_event_reaches_every_healthy_receiver_though_others_misbehave_and_the_deliverer_is_killed() {
    const EVENTS: u32 = 20;
    const PER_SECOND: u32 = 2;
    const KILLS: u32 = 3;
    let _turn = alone().await;
    let stack = Stack::running();

    let kills = Kills { each: KILLS, pause: Duration::from_secs(2) };
    let report = deliver(&stack, EVENTS, PER_SECOND, kills, Duration::from_mins(3)).await;

    eprintln!("{report}");
    report.check(KILLS);
}
