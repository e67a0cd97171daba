//! Webhooks: addresses of a workspace that are told what happens in it.

mod address;
mod health;
mod secret;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::event::{EventType, Watched};
use crate::field::{Refusal, check_length};

pub use address::{Network, WebAddress, is_public};
pub use health::{Admission, Finding, Health, PATIENCE, Receiver, Sign};
pub use secret::{Keyring, MAX_OVERLAP_SECONDS, OVERLAP_SECONDS, SigningSecret};

/// Most webhooks of a workspace.
pub const MAX_PER_WORKSPACE: usize = 50;
/// Most characters of a webhook's description.
pub const DESCRIPTION_MAX_LENGTH: usize = 500;

/// An address that is told what happens in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// Where events are posted to.
    pub url: WebAddress,
    /// What the workspace says of it.
    pub description: Option<String>,
    /// What it is told of.
    pub events: Watched,
    /// How the body is written that `X-Webhook-Signature` signs.
    pub signature_format: SignatureFormat,
    /// Whether it is told anything.
    pub status: EndpointStatus,
    /// Why it was disabled, where it was not the workspace that did.
    pub disabled: Option<Disabled>,
    /// The [`Keyring`], encrypted.
    pub sealed_keyring: Vec<u8>,
    /// The newest secret as it may be shown.
    pub masked_secret: String,
    /// Who made it, where a person did.
    pub created_by: Option<Id>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

impl Endpoint {
    /// Whether it is to be told of this. A ping is for whoever it was sent to.
    pub fn wants(&self, event: EventType) -> bool {
        self.status == EndpointStatus::Active && self.events.includes(event)
    }
}

/// What the active ones of `endpoints` are told of.
pub fn watched(endpoints: &[Endpoint]) -> Watched {
    let active = |endpoint: &&Endpoint| endpoint.status == EndpointStatus::Active;
    let wanted =
        |event: &EventType| endpoints.iter().filter(active).any(|found| found.events.includes(*event));
    EventType::VARIANTS.iter().copied().filter(wanted).collect()
}

/// Whether a webhook is told anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum EndpointStatus {
    /// It is.
    Active,
    /// It is not, until somebody makes it active again.
    Disabled,
}

/// Why a webhook was disabled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// The reason.
    pub reason: DisabledReason,
    /// Since when, in Unix milliseconds.
    pub at: i64,
}

/// A reason to disable a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DisabledReason {
    /// It answered with 410.
    Gone,
    /// Every attempt for five days failed.
    Failing,
}

/// How the body is written that the document's own header signs. The receivers printed in the document parse what
/// they get and serialise it again, in JavaScript or in Python, and no signature fits both.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum SignatureFormat {
    /// As JavaScript writes it, and as Python does where that is refused with 401.
    #[default]
    Auto,
    /// As `JSON.stringify` writes it.
    Node,
    /// As `json.dumps` writes it.
    Python,
    /// The bytes that are sent.
    Raw,
}

/// A webhook to make.
#[derive(Clone, Debug)]
pub struct NewEndpoint {
    /// The workspace.
    pub workspace_id: Id,
    /// Where events are posted to.
    pub url: WebAddress,
    /// What the workspace says of it.
    pub description: Option<String>,
    /// What it is told of.
    pub events: Watched,
    /// How the body is written that the document's header signs.
    pub signature_format: SignatureFormat,
}

/// What is to become of a webhook; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct EndpointChange {
    /// Another address.
    pub url: Option<WebAddress>,
    /// Another description; an empty one is none.
    pub description: Option<String>,
    /// What it is told of.
    pub events: Option<Watched>,
    /// How the body is written that the document's header signs.
    pub signature_format: Option<SignatureFormat>,
    /// Whether it is told anything.
    pub status: Option<EndpointStatus>,
}

/// A description without surrounding space.
pub fn description(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    check_length(text, 0, DESCRIPTION_MAX_LENGTH)?;
    Ok(text.to_owned())
}
