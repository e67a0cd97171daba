//! What can be set, at start and at run time.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::ids;

/// The simulator's settings. [`Config::default`] is what a local stack needs, less the webhook address.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where webhooks are posted; none: they are not sent.
    pub webhook_url: Option<String>,
    /// The Meta app that tokens belong to.
    pub app_id: String,
    /// Key of webhook signatures and of token exchange.
    pub app_secret: String,
    /// What the webhook's owner expects as `hub.verify_token`.
    pub verify_token: String,
    /// Waiting times.
    pub delays: Delays,
    /// How often and how fast a webhook that was not answered with 200 is tried again.
    pub retry: Retry,
    /// Webhook requests under way at the same time.
    pub webhook_concurrency: usize,
    /// Accepted messages per second of one phone number id, which is also the burst.
    pub throughput_per_second: f64,
    /// Throughput of single phone number ids.
    pub throughput_of: HashMap<String, f64>,
    /// The limit of one sender to one recipient; none: off.
    pub pair_limit: Option<PairLimit>,
    /// Whether free-form messages outside the 24-hour window are refused with 131047.
    pub service_window: bool,
    /// What becomes of templates in review.
    pub template_review: Review,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            webhook_url: None,
            app_id: "100000000000001".to_owned(),
            app_secret: "simulated-app-secret".to_owned(),
            verify_token: "simulated-verify-token".to_owned(),
            delays: Delays::default(),
            retry: Retry::default(),
            webhook_concurrency: 32,
            throughput_per_second: 80.0,
            throughput_of: HashMap::new(),
            pair_limit: Some(PairLimit::default()),
            service_window: false,
            template_review: Review::Approve,
        }
    }
}

impl Config {
    /// The settings as the control endpoint shows them, without secrets.
    pub(crate) fn shown(&self) -> Value {
        json!({
            "webhook_url": self.webhook_url,
            "app_id": self.app_id,
            "app_secret": ids::tail(&self.app_secret),
            "delays": self.delays,
            "webhook_tries": self.retry.tries,
            "webhook_concurrency": self.webhook_concurrency,
            "throughput_per_second": self.throughput_per_second,
            "throughput_of": self.throughput_of,
            "pair_limit": self.pair_limit,
            "service_window": self.service_window,
            "template_review": self.template_review,
        })
    }
}

/// Waiting times, in milliseconds. Those of statuses count from acceptance.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Delays {
    /// Until the `sent` status.
    pub sent: u64,
    /// Until the `delivered` status, and `failed` after `sent`.
    pub delivered: u64,
    /// Until the `read` status.
    pub read: u64,
    /// Until a template's review ends.
    pub template_review: u64,
    /// Until the answer to a recipient or token that is slow.
    pub slow_answer: u64,
}

impl Default for Delays {
    fn default() -> Self {
        Self { sent: 100, delivered: 300, read: 600, template_review: 500, slow_answer: 3000 }
    }
}

/// Retries of webhooks: the pause doubles from `first_pause_ms` up to `longest_pause_ms`.
#[derive(Clone, Copy, Debug)]
pub struct Retry {
    /// Tries in all, at least 1.
    pub tries: u32,
    /// Pause after the first try, in milliseconds.
    pub first_pause_ms: u64,
    /// Upper bound of the pause, in milliseconds.
    pub longest_pause_ms: u64,
}

impl Default for Retry {
    fn default() -> Self {
        Self { tries: 20, first_pause_ms: 200, longest_pause_ms: 5000 }
    }
}

/// Limit of one sender to one recipient (Meta, Cloud API pair rate limits).
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct PairLimit {
    /// Messages that may be sent at once.
    pub burst: u32,
    /// Milliseconds until one more may be sent.
    pub interval_ms: u64,
}

impl Default for PairLimit {
    fn default() -> Self {
        Self { burst: 45, interval_ms: 6000 }
    }
}

/// What becomes of templates in review, unless their content or name says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Review {
    /// They are approved.
    Approve,
    /// They are rejected.
    Reject,
    /// They stay in review.
    Never,
}

/// A change of settings at run time; what is absent stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfigPatch {
    webhook_url: Option<String>,
    throughput_per_second: Option<f64>,
    phone_number_id: Option<String>,
    pair_limit: Option<PairLimitPatch>,
    delays: Option<DelaysPatch>,
    service_window: Option<bool>,
    template_review: Option<Review>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum PairLimitPatch {
    Switch(bool),
    Limit(PairLimit),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct DelaysPatch {
    sent: Option<u64>,
    delivered: Option<u64>,
    read: Option<u64>,
    template_review: Option<u64>,
    slow_answer: Option<u64>,
}

impl ConfigPatch {
    /// Changes the settings, or says what is wrong and changes nothing.
    pub fn apply(self, config: &mut Config) -> Result<(), String> {
        self.check()?;
        if let Some(url) = self.webhook_url {
            config.webhook_url = (!url.is_empty()).then_some(url);
        }
        match (self.throughput_per_second, self.phone_number_id) {
            (Some(rate), Some(number)) => drop(config.throughput_of.insert(number, rate)),
            (Some(rate), None) => {
                config.throughput_per_second = rate;
                config.throughput_of.clear();
            }
            (None, _) => {}
        }
        match self.pair_limit {
            Some(PairLimitPatch::Switch(on)) => config.pair_limit = on.then(PairLimit::default),
            Some(PairLimitPatch::Limit(limit)) => config.pair_limit = Some(limit),
            None => {}
        }
        if let Some(delays) = self.delays {
            delays.apply(&mut config.delays);
        }
        config.service_window = self.service_window.unwrap_or(config.service_window);
        config.template_review = self.template_review.unwrap_or(config.template_review);
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        if self.throughput_per_second.is_some_and(|rate| !(0.01..=1e6).contains(&rate)) {
            return Err("throughput_per_second must be from 0.01 to 1000000".to_owned());
        }
        if self.phone_number_id.is_some() && self.throughput_per_second.is_none() {
            return Err("phone_number_id goes with throughput_per_second".to_owned());
        }
        if let Some(PairLimitPatch::Limit(limit)) = &self.pair_limit
            && (limit.burst == 0 || limit.interval_ms == 0)
        {
            return Err("burst and interval_ms of pair_limit must be positive".to_owned());
        }
        if self.webhook_url.as_deref().is_some_and(|url| !url.is_empty() && !url.starts_with("http://")) {
            return Err("webhook_url must be a plain http:// address, or empty for none".to_owned());
        }
        Ok(())
    }
}

impl DelaysPatch {
    fn apply(&self, delays: &mut Delays) {
        delays.sent = self.sent.unwrap_or(delays.sent);
        delays.delivered = self.delivered.unwrap_or(delays.delivered);
        delays.read = self.read.unwrap_or(delays.read);
        delays.template_review = self.template_review.unwrap_or(delays.template_review);
        delays.slow_answer = self.slow_answer.unwrap_or(delays.slow_answer);
    }
}
