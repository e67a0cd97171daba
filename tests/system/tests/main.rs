//! Whole-system tests against the deployed template.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod campaign;
mod campaigns;
mod clients;
mod contacts;
mod conversations;
mod dialects;
mod documents;
mod faults;
mod inbound;
mod journey;
mod media;
mod pace;
mod readme;
mod strangers;
mod webhooks;
