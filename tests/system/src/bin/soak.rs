//! A long run on the stack that `SWITCHBOARD_TEST_STACK` names: `soak campaign <recipients> <messages a second>` or
//! `soak webhooks <events>` or `soak import-<csv or xlsx> <rows> <characters of notes> <kills>`.

use std::time::Duration;

use system_tests::{
    ContactFile, FileKind, Kills, Stack, TestCampaign, TestImport, deliver, measure_neighbours,
};

/// Events a second whose deliveries the deliverer is killed at.
const DELIVERED_PER_SECOND: u32 = 1;
/// How often each function is killed at least, and the seconds between two kills on average.
const KILLS: u32 = 10;
const SECONDS_BETWEEN_KILLS: u32 = 30;
/// Events of each measurement of what a tenant waits, and how many come in a second.
const MEASURED_EVENTS: u32 = 300;
const MEASURED_PER_SECOND: u32 = 3;
/// What a tenant waits beside a neighbour that hangs, in relation to what it waits alone.
const RATIO_MAX: f64 = 1.5;

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let what = arguments.next().unwrap_or_default();
    let numbers: Vec<u32> = arguments.map_while(|argument| argument.parse().ok()).collect();
    let stack = Stack::running();
    match (what.as_str(), numbers.as_slice()) {
        ("campaign", [recipients, per_second]) => campaign(&stack, *recipients, *per_second).await,
        ("webhooks", [events]) => webhooks(&stack, *events).await,
        ("import-csv", [rows, notes, kills]) => import(&stack, FileKind::Csv, *rows, *notes, *kills).await,
        ("import-xlsx", [rows, notes, kills]) => import(&stack, FileKind::Xlsx, *rows, *notes, *kills).await,
        other => panic!("there is no soak {other:?}"),
    }
}

async fn campaign(stack: &Stack, recipients: u32, per_second: u32) {
    let campaign = TestCampaign::new(stack, recipients, per_second).await;
    // Four fifths of the pace are the campaign's; what is killed takes its time to come back.
    let patience = Duration::from_secs(u64::from(recipients / per_second.max(1)) * 6 + 600);
    let least = recipients / per_second.max(1);
    let kills = Kills {
        each: KILLS.max(least / SECONDS_BETWEEN_KILLS),
        // Half of it on average, and a function is killed only once it is invoked again.
        pause: Duration::from_secs(u64::from(SECONDS_BETWEEN_KILLS)),
    };
    let report = campaign.run(stack, per_second, kills, patience).await;
    eprintln!("{report}");
    report.check(KILLS);
}

async fn webhooks(stack: &Stack, events: u32) {
    let neighbours = measure_neighbours(stack, MEASURED_EVENTS, MEASURED_PER_SECOND).await;
    eprintln!("{neighbours}");
    let kills = Kills { each: KILLS, pause: Duration::from_secs(u64::from(SECONDS_BETWEEN_KILLS)) };
    let report = deliver(stack, events, DELIVERED_PER_SECOND, kills, Duration::from_mins(30)).await;
    eprintln!("{report}");
    report.check(KILLS);
    assert!(neighbours.ratio() <= RATIO_MAX, "{neighbours}");
}

async fn import(stack: &Stack, kind: FileKind, rows: u32, notes: u32, kills: u32) {
    let file = ContactFile { kind, rows, notes: notes as usize };
    // The local AWS does at least 20 rows a second; what is killed takes its time to come back.
    let patience = Duration::from_secs(u64::from(rows / 20 + kills * 60 + 300));
    let report = TestImport::new(stack, file).await.run(stack, kills, patience).await;
    eprintln!("{report}");
    report.check(kills);
}
