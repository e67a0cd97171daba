//! Deliveries to receivers half of which misbehave, while the deliverer is killed, and what must hold of them.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::time::Duration;

use serde_json::Value;
use switchboard_model::Timestamp;
use switchboard_model::delivery::WAITS;
use tokio::time::{Instant, sleep};

use crate::receiver::RETRY_AFTER_SECONDS;
use crate::{Hook, Kills, Manner, Stack, Tenant, eventually_within, kill_at_random};

/// Ten receivers, five of which misbehave.
const MANNERS: [Manner; 10] = [
    Manner::Takes,
    Manner::Takes,
    Manner::Takes,
    Manner::Takes,
    Manner::Takes,
    Manner::Hangs,
    Manner::Fails,
    Manner::Redirects,
    Manner::Floods,
    Manner::IsBusy,
];
/// Attempts that a receiver sees of each event, at least, that refuses them all.
const REFUSED_AT_LEAST: usize = 3;
/// Messages of one batch, which a worker that is killed leaves to be worked on again.
const BATCH: usize = 10;
/// Half of the events reach a receiver that takes them at once within this time, whatever is killed meanwhile.
const MEDIAN_MAX: Duration = Duration::from_secs(30);
/// An answer is cut off after 64 KiB; what the sockets hold on the way is more.
const ANSWER_MAX_BYTES: u64 = 32 << 20;
/// The log has milliseconds, and clocks are read at different moments.
const TOLERANCE_MS: i64 = 10;

/// What came of the deliveries.
#[derive(Debug)]
pub struct DeliveryReport {
    events: usize,
    took: Duration,
    kills: u32,
    dead_letters: u64,
    hooks: Vec<HookReport>,
}

#[derive(Debug)]
struct HookReport {
    manner: Manner,
    told: BTreeSet<String>,
    missing: usize,
    attempts: usize,
    /// From the events to their receipts, sorted.
    latencies: Vec<Duration>,
    unverified: usize,
    elsewhere: usize,
    largest_answer: u64,
    log: Vec<Value>,
    /// By how many milliseconds attempts came later than they were due; negative ones were too early.
    late: Vec<i64>,
}

/// Tells of so many events, at this pace, while the deliverer is killed, until every receiver that can be told of all of them was, and
/// those that refuse were asked several times.
pub async fn deliver(
    stack: &Stack,
    events: u32,
    per_second: u32,
    kills: Kills,
    patience: Duration,
) -> DeliveryReport {
    let tenant = Tenant::new(stack, &MANNERS).await;
    let (started, killed) = (Instant::now(), Cell::new(0));
    let telling = async {
        let said: BTreeSet<String> = tenant.say_all(events, per_second).await.into_iter().collect();
        eventually_within(patience, "every event to reach its receivers", || async {
            let done = tenant.hooks.iter().all(|hook| is_done(hook, &said));
            if !done {
                sleep(Duration::from_secs(1)).await;
            }
            done.then_some(())
        })
        .await;
        said
    };
    let killing = kill_at_random(stack.output("WebhookDelivererFunctionName"), kills, &killed);
    let (said, ()) = futures::join!(telling, killing);
    eventually_within(patience, "every delivery to be recorded", || async {
        for hook in tenant.hooks.iter().filter(|hook| takes(hook)) {
            if delivered(&tenant.log(hook).await) < said.len() {
                sleep(Duration::from_secs(1)).await;
                return None;
            }
        }
        Some(())
    })
    .await;
    let took = started.elapsed();
    let divisor: u32 = stack.parameter("DeliveryWaitDivisor").parse().expect("a number");
    let mut hooks = Vec::new();
    for hook in &tenant.hooks {
        hooks.push(HookReport::new(hook, &said, tenant.log(hook).await, divisor));
    }
    let dead_letters = stack.dead_letters().await;
    DeliveryReport { events: said.len(), took, kills: killed.get(), dead_letters, hooks }
}

fn takes(hook: &Hook) -> bool {
    matches!(hook.receiver.manner, Manner::Takes | Manner::Floods)
}

fn delivered(log: &[Value]) -> usize {
    log.iter().filter(|delivery| delivery["status"] == "delivered").count()
}

/// Whether a receiver was told of all events, and several times of each where it refuses.
fn is_done(hook: &Hook, said: &BTreeSet<String>) -> bool {
    let receipts = hook.receiver.receipts();
    match hook.receiver.manner {
        Manner::Hangs => true,
        Manner::Takes | Manner::Floods => said.is_subset(&hook.receiver.messages()),
        Manner::Fails | Manner::Redirects | Manner::IsBusy => {
            let mut times = BTreeMap::<&str, usize>::new();
            for receipt in &receipts {
                *times.entry(&receipt.message_id).or_default() += 1;
            }
            said.iter().all(|id| times.get(id.as_str()).is_some_and(|times| *times >= REFUSED_AT_LEAST))
        }
    }
}

impl HookReport {
    fn new(hook: &Hook, said: &BTreeSet<String>, log: Vec<Value>, divisor: u32) -> Self {
        let receiver = &hook.receiver;
        let (receipts, told) = (receiver.receipts(), receiver.messages());
        let mut latencies: Vec<_> = receipts.iter().map(|receipt| receipt.latency).collect();
        latencies.sort_unstable();
        let asked = if receiver.manner == Manner::IsBusy { RETRY_AFTER_SECONDS } else { 0 };
        Self {
            manner: receiver.manner,
            missing: said.difference(&told).count(),
            told,
            attempts: receipts.len(),
            latencies,
            unverified: receipts.iter().filter(|receipt| !receipt.verified).count(),
            elsewhere: receipts.iter().filter(|receipt| receipt.path != "/hook").count(),
            largest_answer: receiver.largest_answer(),
            late: log.iter().flat_map(|delivery| lateness(delivery, divisor, asked)).collect(),
            log,
        }
    }

    fn given_up(&self) -> usize {
        self.log.iter().filter(|delivery| delivery["status"] == "failed").count()
    }

    fn check(&self, events: usize, kills: u32) {
        assert_eq!((self.unverified, self.elsewhere), (0, 0), "{self}");
        assert_eq!(self.log.len(), events, "{self}");
        let early = self.late.iter().filter(|late| **late < -TOLERANCE_MS).count();
        assert_eq!(early, 0, "{self}");
        match self.manner {
            Manner::Takes | Manner::Floods => {
                assert_eq!((self.missing, self.told.len()), (0, events), "{self}");
                assert_eq!(delivered(&self.log), events, "{self}");
                assert!(self.largest_answer < ANSWER_MAX_BYTES, "{self}");
                // Once each, but for those that a killed worker had in hand.
                let killed = usize::try_from(kills).unwrap_or(usize::MAX);
                assert!(self.attempts <= events + killed.saturating_mul(BATCH), "{self}");
                assert!(self.latencies[self.latencies.len() / 2] <= MEDIAN_MAX, "{self}");
            }
            Manner::Fails | Manner::Redirects | Manner::IsBusy => {
                assert_eq!((self.missing, delivered(&self.log)), (0, 0), "{self}");
            }
            Manner::Hangs => {
                assert_eq!(delivered(&self.log), 0, "{self}");
                // It is spared, however often the others are asked meanwhile.
                assert!(self.attempts < events * REFUSED_AT_LEAST, "{self}");
            }
        }
    }
}

/// By how many milliseconds the attempts of a delivery came later than they were due, after the documented wait less the
/// fifth by which waits are spread.
fn lateness(delivery: &Value, divisor: u32, asked: u32) -> Vec<i64> {
    let attempts = delivery["attempts"].as_array().expect("attempts");
    for (place, attempt) in attempts.iter().enumerate() {
        assert_eq!(attempt["number"], place + 1, "{delivery}");
    }
    let at = |attempt: &Value| {
        let at: Timestamp = attempt["at"].as_str().and_then(|text| text.parse().ok()).expect("a time");
        at.as_millisecond()
    };
    let pairs = attempts.windows(2).zip(WAITS);
    let late = pairs.map(|(pair, wait)| {
        let wait = (wait / divisor * 4 / 5).max(Duration::from_secs(u64::from(asked)));
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        at(&pair[1]) - at(&pair[0]) - pair[0]["duration_ms"].as_i64().unwrap_or(0) - wait
    });
    late.collect()
}

impl DeliveryReport {
    /// Fails unless every event reached every receiver that takes any, signed, all attempts followed the schedule, and
    /// the deliverer was killed so often.
    pub fn check(&self, kills: u32) {
        for hook in &self.hooks {
            hook.check(self.events, self.kills);
        }
        assert_eq!(self.dead_letters, 0, "{self}");
        assert!(self.kills >= kills, "{self}");
    }
}

impl fmt::Display for DeliveryReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (events, kills) = (self.events, self.kills);
        writeln!(f, "{events} events, {:.1} s, deliverer killed {kills} times", self.took.as_secs_f64())?;
        self.hooks.iter().try_for_each(|hook| writeln!(f, "{hook}"))
    }
}

impl fmt::Display for HookReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut late = self.late.clone();
        late.sort_unstable();
        let (manner, told, attempts) = (format!("{:?}", self.manner), self.told.len(), self.attempts);
        write!(f, "  {manner:<9} told of {told:>4} in {attempts:>5} attempts")?;
        write!(f, ", {} delivered, {} given up", delivered(&self.log), self.given_up())?;
        write!(f, ", {} unverified, largest answer {} KiB", self.unverified, self.largest_answer >> 10)?;
        if let (Some(median), Some(most)) =
            (self.latencies.get(self.latencies.len() / 2), self.latencies.last())
        {
            write!(f, ", received after {median:.1?} in the middle, {most:.1?} at most")?;
        }
        let (least, median) = (late.first(), late.get(late.len() / 2));
        if let (Some(least), Some(median), Some(most)) = (least, median, late.last()) {
            write!(f, ", late by {least} to {most} ms, median {median}")?;
        }
        Ok(())
    }
}
