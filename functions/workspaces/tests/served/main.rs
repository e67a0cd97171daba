//! Workspaces and their members, through the function's router.

mod contract;
mod costs;
mod limits;
mod members;
mod secrets;
mod strangers;
mod support;
