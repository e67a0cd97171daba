//! Phone numbers on the wire.

use serde::{Deserialize, Serialize};
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::phone_number::{
    NewPhoneNumber, PhoneNumber, PhoneNumberChange, PhoneNumberStatus, Stop, display_name,
};
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

/// A number to register.
#[derive(Deserialize, ToSchema)]
pub struct RegisterIn {
    /// The workspace that will send from it.
    workspace_id: WireId,
    /// Meta's id of the number.
    #[schema(example = "1234567890")]
    phone_number_id: String,
    /// A Meta access token with `whatsapp_business_messaging` and `whatsapp_business_management`.
    #[schema(example = "EAAxxxxxxxxx")]
    access_token: String,
    /// What to call it, 1 to 128 characters; by default the name that Meta verified.
    #[schema(example = "Customer Support")]
    display_name: Option<String>,
    /// Meta's id of the WhatsApp business account; by default what Meta says.
    #[schema(example = "102290129340398")]
    business_id: Option<String>,
}

impl TryFrom<RegisterIn> for NewPhoneNumber {
    type Error = DomainError;

    fn try_from(wire: RegisterIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let meta_id = checks.body("phone_number_id", wire.phone_number_id.parse());
        let token = checks.body("access_token", wire.access_token.parse());
        let name = checks.body("display_name", wire.display_name.as_deref().map(display_name).transpose());
        let business_id = checks.body("business_id", wire.business_id.map(|id| id.parse()).transpose());
        let checked = meta_id.zip(token).zip(name).zip(business_id);
        let (((meta_id, token), display_name), business_id) = checks.finish(checked)?;
        let workspace_id = wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        Ok(Self { workspace_id, meta_id, token, display_name, business_id })
    }
}

/// What to change of a number; what is left out stays.
#[derive(Deserialize, ToSchema)]
pub struct UpdateIn {
    /// Another name, 1 to 128 characters.
    #[schema(example = "Sales Team")]
    display_name: Option<String>,
    /// Another Meta access token. It is checked as on registration.
    #[schema(example = "EAAyyyyyyyyy")]
    access_token: Option<String>,
    /// `pending`, `active` or `disabled`.
    #[schema(example = "active")]
    status: Option<String>,
}

impl TryFrom<UpdateIn> for PhoneNumberChange {
    type Error = DomainError;

    fn try_from(wire: UpdateIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("display_name", wire.display_name.as_deref().map(display_name).transpose());
        let token = checks.body("access_token", wire.access_token.map(|token| token.parse()).transpose());
        let status = checks.body("status", wire.status.as_deref().map(status).transpose());
        let change = name.zip(token).zip(status);
        checks.finish(change.map(|((display_name, token), status)| Self { display_name, token, status }))
    }
}

/// Which numbers to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PhoneNumberFilter {
    /// Only those with this status: `pending`, `active` or `disabled`.
    #[param(example = "active")]
    status: Option<String>,
}

impl Filter for PhoneNumberFilter {
    type Checked = Option<PhoneNumberStatus>;

    fn check(self, checks: &mut Checks) -> Option<Self::Checked> {
        checks.query("status", self.status.as_deref().map(status).transpose())
    }
}

fn status(text: &str) -> Result<PhoneNumberStatus, Refusal> {
    let refusal = |_| Refusal::new(Reason::NotAllowed, "Input should be 'pending', 'active' or 'disabled'");
    text.parse().map_err(refusal)
}

/// The id of a number in the path.
pub fn phone_number_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("phone_number_id", text, DomainError::PhoneNumberNotFound)
}

/// A number.
#[derive(Debug, Serialize, ToSchema)]
pub struct PhoneNumberOut {
    /// Our id of it.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The number in E.164.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// Meta's id of it.
    #[schema(example = "1234567890")]
    pub phone_number_id: String,
    /// What the workspace calls it.
    #[schema(example = "Customer Support")]
    pub display_name: String,
    /// Meta's id of the WhatsApp business account; null where it is not known, so that nothing is heard from Meta of
    /// the number: a sync or another token may tell it.
    #[schema(example = "102290129340398")]
    pub business_id: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    #[schema(example = "GREEN")]
    pub quality_rating: String,
    /// Users that may be messaged first in 24 hours; null is without limit.
    #[schema(example = 1000)]
    pub message_limit: Option<u32>,
    /// Meta's throughput level.
    #[schema(example = "STANDARD")]
    pub tier: String,
    /// `pending` until Meta has connected it, `active` or `disabled`.
    #[schema(example = "active")]
    pub status: String,
    /// Why Meta made us stop sending from it, if it did.
    pub stopped: Option<StopOut>,
    /// When the access token expires; null is never.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub token_expires_at: Option<Timestamp>,
    /// When Meta confirmed it.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub verified_at: Timestamp,
    /// When Meta was last asked.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub synced_at: Timestamp,
    /// When it was registered.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

/// Why nothing is sent from a number.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopOut {
    /// Meta's error code.
    #[schema(example = 190)]
    pub code: i64,
    /// Meta's words.
    #[schema(example = "Access token has expired")]
    pub message: String,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub since: Option<Timestamp>,
}

impl From<&Stop> for StopOut {
    fn from(stop: &Stop) -> Self {
        let since = Timestamp::from_millisecond(stop.at).ok();
        Self { code: stop.code, message: stop.message.clone(), since }
    }
}

impl From<&PhoneNumber> for PhoneNumberOut {
    fn from(number: &PhoneNumber) -> Self {
        Self {
            id: number.id.into(),
            workspace_id: number.workspace_id.into(),
            phone_number: number.phone_number.as_str().to_owned(),
            phone_number_id: number.meta_id.to_string(),
            display_name: number.display_name.clone(),
            business_id: number.business_id.as_ref().map(ToString::to_string),
            quality_rating: number.quality_rating.to_string(),
            message_limit: number.message_limit,
            tier: number.tier.clone(),
            status: number.status.to_string(),
            stopped: number.stopped.as_ref().map(StopOut::from),
            token_expires_at: number.token_expires_at,
            verified_at: number.verified_at,
            synced_at: number.synced_at,
            created_at: number.created_at,
            updated_at: number.updated_at,
        }
    }
}

/// A number in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedPhoneNumber {
    /// Our id of it.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// The number in E.164.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// What the workspace calls it.
    #[schema(example = "Customer Support")]
    pub display_name: String,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    #[schema(example = "GREEN")]
    pub quality_rating: String,
    /// Users that may be messaged first in 24 hours; null is without limit.
    #[schema(example = 1000)]
    pub message_limit: Option<u32>,
    /// `pending`, `active` or `disabled`.
    #[schema(example = "active")]
    pub status: String,
}

impl From<PhoneNumber> for ListedPhoneNumber {
    fn from(number: PhoneNumber) -> Self {
        Self {
            id: number.id.into(),
            workspace_id: number.workspace_id.into(),
            phone_number: number.phone_number.as_str().to_owned(),
            display_name: number.display_name,
            quality_rating: number.quality_rating.to_string(),
            message_limit: number.message_limit,
            status: number.status.to_string(),
        }
    }
}

/// What a sync found.
#[derive(Debug, Serialize, ToSchema)]
pub struct SyncOut {
    /// Our id of the number.
    pub id: WireId,
    /// When Meta was asked.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub synced_at: Timestamp,
    /// The number in E.164.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    #[schema(example = "GREEN")]
    pub quality_rating: String,
    /// Users that may be messaged first in 24 hours; null is without limit.
    #[schema(example = 1000)]
    pub message_limit: Option<u32>,
    /// Meta's throughput level.
    #[schema(example = "STANDARD")]
    pub tier: String,
    /// `pending`, `active` or `disabled`.
    #[schema(example = "active")]
    pub status: String,
}

impl From<&PhoneNumber> for SyncOut {
    fn from(number: &PhoneNumber) -> Self {
        Self {
            id: number.id.into(),
            synced_at: number.synced_at,
            phone_number: number.phone_number.as_str().to_owned(),
            quality_rating: number.quality_rating.to_string(),
            message_limit: number.message_limit,
            tier: number.tier.clone(),
            status: number.status.to_string(),
        }
    }
}
