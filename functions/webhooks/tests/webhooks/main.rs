//! Webhooks through the router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod access;
mod contract;
mod incoming;
mod log;
mod refusals;
mod stage;
