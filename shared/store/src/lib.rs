//! DynamoDB: the only crate that knows it.
//!
//! Every function serves one access pattern of `docs/data-model.md` and names it. Keys are built in [`keys`]
//! alone, and items are turned to entities in the module of their aggregate. Time and ids are passed in.

mod account_events;
mod api_tokens;
mod audit_log;
mod calls;
mod campaigns;
mod channel_messages;
mod channels;
mod contact_imports;
mod contacts;
mod conversations;
mod cursor;
mod deliveries;
mod departments;
mod endpoint_health;
mod endpoints;
mod error;
mod events;
mod expression;
mod happenings;
mod incoming_requests;
mod incoming_webhooks;
mod item;
pub mod keys;
mod ledger;
mod media;
mod members;
mod messages;
mod metering;
mod orphans;
mod paces;
mod parked;
mod phone_numbers;
mod progress;
mod requests;
mod sessions;
mod sign_ins;
mod slice;
mod surroundings;
mod tables;
mod template_sync;
mod templates;
mod transaction;
mod uploads;
mod users;
mod workspaces;

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use switchboard_model::audit::AuditEntry;
use switchboard_model::event::Watched;

pub use audit_log::AuditPage;
pub use aws_sdk_dynamodb as dynamodb;
pub use campaigns::CampaignNews;
pub use channel_messages::ChannelMessagePointer;
pub use contacts::{ContactPage, ContactWrite, SEARCH_MAX};
pub use conversations::{ConversationPointer, InboxPage};
pub use deliveries::{DeliveryClaim, Replay, ReplayScope};
pub use error::{Condition, StoreError};
pub use happenings::happening;
pub use incoming_requests::{CarriedOut, RequestClaim};
pub use ledger::{
    DispatchCheckpoint, NewUsersAsked, NewUsersGranted, Omission, RecipientNews, RecipientPage,
    SoughtRecipients, Unsent,
};
pub use messages::{Claim, MessageKey, MessagePointer, ReadReceipt, stream};
pub use metering::UnitMeter;
pub use orphans::Orphan;
pub use paces::VersionedPace;
pub use progress::Release;
pub use sessions::RefreshTokenDigest;
pub use surroundings::{Surroundings, Wanted};
pub use tables::{Schema, Table, TableNames};
pub use template_sync::{SyncRound, SyncedAccount};
pub use templates::TemplatePointer;
pub use workspaces::Access;

/// An item as DynamoDB has it.
pub(crate) type Attributes = HashMap<String, AttributeValue>;

/// The tables of one deployment.
#[derive(Clone, Debug)]
pub struct Store {
    client: Client,
    names: Arc<TableNames>,
    /// What the next write tells the audit log.
    telling: Option<Arc<AuditEntry>>,
    /// The request that the next write carries out.
    claiming: Option<Arc<RequestClaim>>,
    /// What webhooks of the workspace that is written to are told of.
    watched: Option<Arc<str>>,
}

impl Store {
    /// The tables called `names`, reached through `client`.
    pub fn new(client: Client, names: TableNames) -> Self {
        Self { client, names: Arc::new(names), telling: None, claiming: None, watched: None }
    }

    /// The same tables, for writing to a workspace whose webhooks are told of `watched`: what they may be told of is
    /// marked, so that the stream shows it.
    #[must_use]
    pub fn watched_by(&self, watched: &Watched) -> Self {
        let names: Vec<String> = watched.clone().into();
        let watched = (!names.is_empty()).then(|| names.join(",").into());
        Self { watched, ..self.clone() }
    }
}
