//! Campaigns through the router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod access;
mod audience;
mod contract;
mod many;
mod results;
mod running;
mod schedule;
mod support;
