//! From the queue of Meta's events into the store.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod accounts;
mod costs;
mod hearing;
mod inbound;
mod orphans;
mod stage;
mod statuses;
mod templates;
mod worker;
