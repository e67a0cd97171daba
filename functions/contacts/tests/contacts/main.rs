//! Contacts, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod access;
mod changes;
mod costs;
mod creation;
mod events;
mod files;
mod imports;
mod lists;
mod many;
mod support;
