//! Meta's Graph API: the client, what its errors mean for a sender, and the reader of Meta's webhooks.
//!
//! [`Graph`] makes the calls, one file per family of endpoints. [`disposition`] is the one table of what each
//! error code asks of us. [`webhook`] checks signatures and cuts a POST into single updates.
//!
//! Nothing here retries, and nothing here logs: tokens come with each call and go nowhere else, and no error
//! prints a token, a body or a phone number.

pub mod callback;
pub mod client;
pub mod disposition;
pub mod error;
mod loose;
pub mod media;
pub mod number;
pub mod outgoing;
mod refusal;
pub mod send;
mod subscription;
pub mod template;
pub mod token;
mod upload;
pub mod webhook;

pub use callback::CallbackData;
pub use client::transfer::Download;
pub use client::{ConfigError, Graph, GraphConfig};
pub use disposition::{Disposition, Next};
pub use error::GraphError;
pub use media::{MediaInfo, MediaUpload};
pub use number::{MessageLimit, NumberInfo};
pub use outgoing::{Outgoing, Payload};
pub use refusal::{NO_CODE, Refusal};
pub use send::{Accepted, SendError};
pub use template::{CreatedTemplate, TemplateFault, TemplatePage};
pub use token::{GranularScope, NewToken, TokenInfo};
