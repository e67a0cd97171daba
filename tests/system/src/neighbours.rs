//! How long a tenant waits for its events whose neighbour's receivers hang.

use std::fmt;
use std::time::Duration;

use crate::{Manner, Stack, Tenant, eventually_within};

/// Everything must have arrived by then.
const PATIENCE: Duration = Duration::from_mins(3);
/// Events before those that are measured.
const WARM_UP: u32 = 20;
/// Turns in which the three are measured one after the other: what else the machine does is the same for all.
const ROUNDS: u32 = 5;

/// What a tenant waited from event to receipt: sorted.
#[derive(Clone, Debug)]
pub struct Latencies(Vec<Duration>);

/// What a healthy tenant waited, alone and beside a neighbour whose receiver hangs.
#[derive(Clone, Debug)]
pub struct Neighbours {
    /// Alone.
    pub alone: Latencies,
    /// Beside a neighbour as busy whose receiver answers.
    pub beside_a_healthy_one: Latencies,
    /// Beside a neighbour as busy whose receiver hangs.
    pub beside_a_hanging_one: Latencies,
}

/// Measures what a tenant with `per_second` events a second waits for `events` of them.
pub async fn measure_neighbours(stack: &Stack, events: u32, per_second: u32) -> Neighbours {
    let tenant = Tenant::new(stack, &[Manner::Takes]).await;
    let healthy = Tenant::new(stack, &[Manner::Takes]).await;
    let hanging = Tenant::new(stack, &[Manner::Hangs]).await;
    latencies(&tenant, WARM_UP, per_second).await;
    let [mut alone, mut beside_a_healthy_one, mut beside_a_hanging_one] = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        let events = events / ROUNDS;
        let waited = latencies(&tenant, events, per_second);
        alone.extend(waited.await);
        let waited = latencies(&tenant, events, per_second);
        beside_a_healthy_one.extend(tokio::join!(waited, healthy.say_all(events, per_second)).0);
        let waited = latencies(&tenant, events, per_second);
        beside_a_hanging_one.extend(tokio::join!(waited, hanging.say_all(events, per_second)).0);
    }
    Neighbours {
        alone: Latencies::of(alone),
        beside_a_healthy_one: Latencies::of(beside_a_healthy_one),
        beside_a_hanging_one: Latencies::of(beside_a_hanging_one),
    }
}

async fn latencies(tenant: &Tenant, events: u32, per_second: u32) -> Vec<Duration> {
    let said = tenant.say_all(events, per_second).await;
    let receiver = &tenant.hooks[0].receiver;
    eventually_within(PATIENCE, "all events to arrive", || async {
        let messages = receiver.messages();
        said.iter().all(|id| messages.contains(id)).then_some(())
    })
    .await;
    let receipts = receiver.receipts();
    let ours = receipts.iter().filter(|receipt| said.contains(&receipt.message_id));
    ours.map(|receipt| receipt.latency).collect()
}

impl Latencies {
    fn of(mut latencies: Vec<Duration>) -> Self {
        latencies.sort_unstable();
        Self(latencies)
    }

    /// What so many of a hundred did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1]
    }
}

impl Neighbours {
    /// The 99th percentile beside a neighbour that hangs, in relation to that without any.
    pub fn ratio(&self) -> f64 {
        self.beside_a_hanging_one.percentile(99).as_secs_f64() / self.alone.percentile(99).as_secs_f64()
    }
}

impl fmt::Display for Neighbours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = [
            ("alone", &self.alone),
            ("beside a healthy neighbour", &self.beside_a_healthy_one),
            ("beside a hanging neighbour", &self.beside_a_hanging_one),
        ];
        writeln!(f, "from event to receipt, ms:")?;
        for (name, latencies) in rows {
            let [p50, p90, p99] = [50, 90, 99].map(|percent| latencies.percentile(percent).as_millis());
            writeln!(f, "  {name:<27} p50 {p50:>5}  p90 {p90:>5}  p99 {p99:>5}  of {}", latencies.0.len())?;
        }
        writeln!(f, "  p99 beside a hanging neighbour is {:.2} times that alone", self.ratio())
    }
}
