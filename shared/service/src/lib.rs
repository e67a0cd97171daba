//! Use cases, shared by all dialects.
//!
//! Each aggregate has a module with a service of its own. A use case authorises, applies a rule and stores;
//! the same one serves every dialect, so none can drift from the others. Nothing here knows HTTP.

pub mod accounts;
pub mod api_tokens;
pub mod audit_logs;
pub mod campaign_sends;
pub mod campaigns;
pub mod contacts;
pub mod conversations;
pub mod deliveries;
pub mod gate;
pub mod incoming_webhooks;
mod keyrings;
pub mod media;
pub mod media_jobs;
pub mod media_library;
mod memory;
pub mod messages;
pub mod meta_events;
pub mod outbox;
mod password;
pub mod phone_numbers;
mod resources;
pub mod sending;
pub mod team;
pub mod templates;
mod token;
pub mod token_gate;
mod watching;
pub mod webhooks;
pub mod workspaces;

pub use accounts::Accounts;
pub use api_tokens::ApiTokens;
pub use audit_logs::AuditLogs;
pub use campaigns::Campaigns;
pub use contacts::Contacts;
pub use conversations::Conversations;
pub use deliveries::Deliveries;
pub use gate::Gate;
pub use incoming_webhooks::IncomingWebhooks;
pub use media::MediaFiles;
pub use media_jobs::MediaJobs;
pub use media_library::MediaLibrary;
pub use messages::Messages;
pub use meta_events::MetaEvents;
pub use outbox::Outbox;
pub use phone_numbers::PhoneNumbers;
pub use resources::Resources;
pub use sending::Sending;
pub use team::Team;
pub use templates::Templates;
pub use token_gate::TokenGate;
pub use webhooks::Webhooks;
pub use workspaces::Workspaces;
