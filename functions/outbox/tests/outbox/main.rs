//! From changes of the tables to the queues.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod changes;
mod stage;
mod team;
mod webhooks;
