//! A small host that runs a function as Lambda does: it starts the program, speaks the Runtime API with it, and
//! measures.
//!
//! One [`Function`] is one execution environment: it handles one event at a time.

mod api;
mod function;
mod usage;

pub use function::{Function, HostError, Invocation};
