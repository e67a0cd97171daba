//! Messages on the wire.

mod incoming;
mod outgoing;

pub(crate) use incoming::channel;
pub use incoming::{ActionIn, AttachmentIn, SendMessage, SendMessageIn};
pub use outgoing::{ActionOut, AttachmentOut, MessageOut, SentMessageOut};
