//! Recipients of campaigns on the wire.

use serde::{Deserialize, Serialize};
use switchboard_model::Timestamp;
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::page::{Page, Slice};
use switchboard_model::recipient::{Recipient, RecipientStatus};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::messages::MessageErrorOut;
use crate::page::Filter;

/// Which recipients to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RecipientFilter {
    /// Only those with this status: `pending`, `sent`, `delivered`, `read`, `failed` or `skipped`.
    #[param(example = "failed")]
    status: Option<String>,
}

impl Filter for RecipientFilter {
    type Checked = Option<RecipientStatus>;

    fn check(self, checks: &mut Checks) -> Option<Self::Checked> {
        checks.query("status", self.status.as_deref().map(status).transpose())
    }
}

fn status(text: &str) -> Result<RecipientStatus, Refusal> {
    match text {
        "pending" => Ok(RecipientStatus::Planned),
        "sent" => Ok(RecipientStatus::Sent),
        "delivered" => Ok(RecipientStatus::Delivered),
        "read" => Ok(RecipientStatus::Read),
        "failed" => Ok(RecipientStatus::Failed),
        "skipped" => Ok(RecipientStatus::Skipped),
        _ => {
            let message = "Input should be 'pending', 'sent', 'delivered', 'read', 'failed' or 'skipped'";
            Err(Refusal::new(Reason::NotAllowed, message))
        }
    }
}

/// What a status is called.
pub(super) fn spelled(status: RecipientStatus) -> &'static str {
    match status {
        RecipientStatus::Planned => "pending",
        RecipientStatus::Sent => "sent",
        RecipientStatus::Delivered => "delivered",
        RecipientStatus::Read => "read",
        RecipientStatus::Failed => "failed",
        RecipientStatus::Skipped => "skipped",
    }
}

/// A page of a campaign's recipients.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecipientPageOut {
    /// The recipients of this page.
    pub data: Vec<RecipientOut>,
    /// The number of recipients in the whole list.
    #[schema(example = 1)]
    pub total: usize,
    /// The most recipients of a page.
    #[schema(example = 20)]
    pub limit: usize,
    /// Recipients that were passed over.
    #[schema(example = 0)]
    pub offset: usize,
    /// True, and only there, where the campaign has more recipients than are looked at for a page, so that some may be
    /// missing from it. `results.csv` has all.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl RecipientPageOut {
    /// The page that `slice` asked for.
    pub fn new(page: Page<Recipient>, truncated: bool, slice: Slice) -> Self {
        let data = page.items.into_iter().map(RecipientOut::from).collect();
        Self { data, total: page.total, limit: slice.limit, offset: slice.offset, truncated }
    }
}

/// A recipient of a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecipientOut {
    /// The contact.
    pub contact_id: Option<WireId>,
    /// The number in E.164, or the business-scoped user id where WhatsApp hides the number.
    #[schema(example = "+1234567890")]
    pub phone_number: String,
    /// What they were called when the campaign was started.
    #[schema(example = "John Doe")]
    pub name: Option<String>,
    /// `pending`, `sent`, `delivered`, `read`, `failed` or `skipped`.
    #[schema(example = "delivered")]
    pub status: &'static str,
    /// Why they were left out, if they were.
    #[schema(example = "not_opted_in")]
    pub skip_reason: Option<String>,
    /// The message.
    pub message_id: Option<WireId>,
    /// When Meta accepted it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// When it arrived.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// When it was opened.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_at: Option<Timestamp>,
    /// When it failed.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failed_at: Option<Timestamp>,
    /// Why it failed.
    pub error: Option<MessageErrorOut>,
}

impl From<Recipient> for RecipientOut {
    fn from(recipient: Recipient) -> Self {
        Self {
            contact_id: recipient.contact_id.map(WireId::from),
            phone_number: recipient.customer.display(),
            status: spelled(recipient.status),
            skip_reason: recipient.skip.map(|reason| reason.to_string()),
            message_id: recipient.claim.map(|claim| claim.message_id.into()),
            sent_at: recipient.sent_at,
            delivered_at: recipient.arrived_at(),
            read_at: recipient.read_at,
            failed_at: recipient.failed_at,
            error: recipient.failure.as_ref().map(MessageErrorOut::from),
            name: recipient.name,
        }
    }
}
