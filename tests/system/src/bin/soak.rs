//! A long run on the stack that `SWITCHBOARD_TEST_STACK` names: `soak <recipients> <messages a second>`.

use std::time::Duration;

use system_tests::{Kills, Stack, TestCampaign};

/// How often each function is killed at least, and the seconds between two kills on average.
const KILLS: u32 = 10;
const SECONDS_BETWEEN_KILLS: u32 = 30;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map_while(|argument| argument.parse::<u32>().ok());
    let recipients = arguments.next().unwrap_or(10_000);
    let per_second = arguments.next().unwrap_or(20);
    let stack = Stack::running();
    let campaign = TestCampaign::new(&stack, recipients, per_second).await;
    // Four fifths of the pace are the campaign's; what is killed takes its time to come back.
    let patience = Duration::from_secs(u64::from(recipients / per_second.max(1)) * 3 + 300);
    let least = recipients / per_second.max(1);
    let kills = Kills {
        each: KILLS.max(least / SECONDS_BETWEEN_KILLS),
        // Half of it on average, and a function is killed only once it is invoked again.
        pause: Duration::from_secs(u64::from(SECONDS_BETWEEN_KILLS)),
    };
    let report = campaign.run(&stack, per_second, kills, patience).await;
    eprintln!("{report}");
    report.check(KILLS);
}
