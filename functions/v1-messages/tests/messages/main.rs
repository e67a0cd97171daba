//! Messages of a team and the answers to them, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod answers;
mod sending;
mod support;
