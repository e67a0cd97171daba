//! Posting one webhook until it is answered with 200.

use std::time::Duration;

use serde_json::Value;

use super::sign;
use crate::state::Simulator;
use crate::stats::Counters;

/// One webhook on its way.
pub struct Delivery {
    /// The business account it belongs to, which may have an address of its own.
    pub waba_id: String,
    /// The number whose counters it goes to.
    pub number: Option<String>,
    /// The payload.
    pub body: Value,
    /// The epoch it was made in.
    pub epoch: u64,
}

struct Target {
    url: String,
    secret: String,
    tries: u32,
    first_pause_ms: u64,
    longest_pause_ms: u64,
}

impl Delivery {
    /// Posts the webhook with retries. Whether it was answered with 200; false at once if the app is not subscribed to
    /// the account, or there is no address.
    pub async fn run(&self, simulator: &Simulator) -> bool {
        if !simulator.store().subscriptions.contains_key(&self.waba_id) {
            self.count(simulator, |counters| counters.webhooks_unsubscribed += 1);
            return false;
        }
        let body = sign::encode(&self.body);
        let mut tried = 0;
        loop {
            // Looked up each time, so that a changed address is used at once.
            let Some(target) = self.target(simulator) else { return false };
            if post(simulator, &target, body.clone()).await {
                self.count(simulator, |counters| counters.webhooks_sent += 1);
                return true;
            }
            tried += 1;
            if tried >= target.tries {
                self.count(simulator, |counters| counters.webhooks_failed += 1);
                tracing::warn!(tried, "webhook given up");
                return false;
            }
            tokio::time::sleep(pause(&target, tried)).await;
            self.count(simulator, |counters| counters.webhooks_retried += 1);
        }
    }

    /// Counts, unless there was a reset meanwhile.
    fn count(&self, simulator: &Simulator, change: impl Fn(&mut Counters)) {
        let mut store = simulator.store();
        if store.epoch == self.epoch {
            store.stats.count(self.number.as_deref(), change);
        }
    }

    fn target(&self, simulator: &Simulator) -> Option<Target> {
        let store = simulator.store();
        if store.epoch != self.epoch {
            return None;
        }
        let own = store.subscriptions.get(&self.waba_id)?.clone();
        let retry = store.config.retry;
        Some(Target {
            url: own.or_else(|| store.config.webhook_url.clone())?,
            secret: store.config.app_secret.clone(),
            tries: retry.tries.max(1),
            first_pause_ms: retry.first_pause_ms,
            longest_pause_ms: retry.longest_pause_ms,
        })
    }
}

fn pause(target: &Target, tried: u32) -> Duration {
    let doubled = target.first_pause_ms.saturating_mul(1 << (tried - 1).min(16));
    Duration::from_millis(doubled.min(target.longest_pause_ms))
}

async fn post(simulator: &Simulator, target: &Target, body: Vec<u8>) -> bool {
    let Ok(_permit) = simulator.deliveries().acquire().await else { return false };
    let request = simulator
        .http()
        .post(&target.url)
        .header("content-type", "application/json")
        .header("user-agent", "facebookexternalua")
        .header("x-hub-signature-256", sign::signature(&target.secret, &body))
        .body(body);
    request.send().await.is_ok_and(|response| response.status() == reqwest::StatusCode::OK)
}
