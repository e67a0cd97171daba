//! Phone numbers, through the function's router, with the simulator in Graph's place.

mod access;
mod changes;
mod events;
mod lists;
mod registration;
mod secrecy;
mod support;
mod sync;
mod tokens;
