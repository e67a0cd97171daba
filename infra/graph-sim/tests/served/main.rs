//! Drives a served simulator over HTTP, with a receiver that checks signatures.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "helpers of tests may panic, and JSON literals read better by value"
)]

mod faults;
mod management;
mod program;
mod sending;
mod support;
mod uploads;
mod webhooks;
