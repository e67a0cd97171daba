//! Signed webhooks back to the receiver.

pub mod deliver;
pub mod payload;
pub mod sign;
pub mod statuses;
pub mod verify;
