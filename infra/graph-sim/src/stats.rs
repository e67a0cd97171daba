//! Counters, in total and per phone number id.

use std::collections::BTreeMap;

use serde::Serialize;

/// Counters of one phone number id, or of all calls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counters {
    /// Calls of Graph endpoints.
    pub calls: u64,
    /// Messages accepted.
    pub accepted: u64,
    /// Refused calls by error code; `html` for a web page instead of an error.
    pub refused: BTreeMap<String, u64>,
    /// Connections closed without an answer.
    pub lost_answers: u64,
    /// Webhooks answered with 200.
    pub webhooks_sent: u64,
    /// Webhooks given up after the last try.
    pub webhooks_failed: u64,
    /// Webhooks of accounts that the app is not subscribed to, which are not sent.
    pub webhooks_unsubscribed: u64,
    /// Further tries of webhooks.
    pub webhooks_retried: u64,
}

/// All counters.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stats {
    total: Counters,
    numbers: BTreeMap<String, Counters>,
}

impl Stats {
    /// Applies a change to the total and, if there is one, to the number's own counters.
    pub fn count(&mut self, number: Option<&str>, change: impl Fn(&mut Counters)) {
        change(&mut self.total);
        if let Some(number) = number {
            change(self.numbers.entry(number.to_owned()).or_default());
        }
    }
}
