//! Workspaces and their members, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod changes;
mod contract;
mod costs;
mod invitations;
mod limits;
mod members;
mod secrets;
mod strangers;
mod support;
mod surface;
