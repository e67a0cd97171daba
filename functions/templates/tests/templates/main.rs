//! Templates, through the function's router, with the simulator in Graph's place.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod access;
mod changes;
mod creation;
mod deletion;
mod faults;
mod gaps;
mod lists;
mod rules;
mod samples;
mod support;
mod sync;
