//! What Meta posts to us.
//!
//! A POST goes through three steps, each on its own: [`verify_signature`] over the bytes as they came,
//! [`split`] into single updates, one queue message each, and [`Update::read`] by the worker that acts on it.
//! Splitting looks at no more than it must, so that an odd item never costs its neighbours.

mod account;
mod message;
mod raw;
mod signature;
mod split;
mod status;
mod template;
#[cfg(test)]
mod tests;
mod update;

pub use account::{AccountChange, AccountEffect, Capability, NumberQuality, Preference, UserIdChange, Wish};
pub use message::InboundMessage;
pub use raw::Raw;
pub use signature::{SignatureError, sign, verify_signature};
pub use split::{NotJson, split};
pub use status::Status;
pub use template::{TemplateChange, TemplateName, TemplateUpdate};
pub use update::{Event, Kind, Origin, Update};
