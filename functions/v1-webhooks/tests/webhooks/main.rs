//! What services do by incoming webhooks, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod actions;
mod refusals;
mod repeats;
mod signatures;
mod stage;
