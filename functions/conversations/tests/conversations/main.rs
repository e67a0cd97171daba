//! Conversations, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod changes;
mod inbox;
mod many;
mod stage;
mod timeline;
