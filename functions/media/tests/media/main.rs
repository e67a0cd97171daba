//! Media files, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod access;
mod contract;
mod costs;
mod direct;
mod events;
mod lists;
mod support;
mod two_steps;
