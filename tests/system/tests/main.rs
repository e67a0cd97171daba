//! Whole-system tests against the deployed template.

mod faults;
mod inbound;
mod journey;
mod pace;
mod strangers;
