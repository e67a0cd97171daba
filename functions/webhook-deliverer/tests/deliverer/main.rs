//! Deliveries against receivers that behave in all sorts of ways.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod callbacks;
mod faults;
mod hanging;
mod receiver;
mod replays;
mod signatures;
mod stage;
mod worker;
