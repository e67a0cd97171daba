//! The domain: ids, entities, rules and errors.
//!
//! Nothing here does IO, speaks HTTP or knows AWS. Time and randomness are passed in.

pub mod access;
pub mod address;
pub mod api_token;
pub mod audit;
pub mod campaign;
pub mod channel;
pub mod channel_message;
pub mod clock;
pub mod contact;
pub mod conversation;
pub mod delivery;
pub mod department;
pub mod error;
pub mod event;
pub mod field;
pub mod id;
pub mod incoming_webhook;
pub mod invitation;
pub mod keyword;
pub mod lazy;
pub mod media;
pub mod message;
pub mod messaging;
pub mod pace;
pub mod page;
pub mod phone_number;
pub mod plan;
pub mod random;
pub mod recipient;
pub mod session;
pub mod signing;
pub mod template;
pub mod user;
pub mod webhook;
pub mod workspace;

pub use clock::Clock;
pub use error::{DomainError, ErrorKind};
pub use id::{Id, IdGenerator};
pub use jiff::Timestamp;
pub use random::Randomness;
