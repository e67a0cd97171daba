//! Phone numbers, through the function's router, with the simulator in Graph's place.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod access;
mod changes;
mod events;
mod lists;
mod registration;
mod secrecy;
mod support;
mod sync;
mod tokens;
