//! News of a message that was sent.

use jiff::Timestamp;
use serde_json::Value;
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Failure, ReportKind};

use crate::{CallbackData, NO_CODE, loose};

/// An item of `statuses` (Meta, status webhooks).
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    /// Meta's id of the message. It may be of another application's message, or not recorded yet.
    pub wa_message_id: String,
    /// Meta's word for what happened.
    pub name: String,
    /// What that means for the message; `None` for words that say nothing of its progress, such as `warning`.
    pub report: Option<ReportKind>,
    /// When it happened, to the second.
    pub at: Option<Timestamp>,
    /// Our message and attempt, where the message was sent with them.
    pub callback: Option<CallbackData>,
    /// The recipient, unless it is a group.
    pub recipient: Option<Customer>,
    /// The member of a group whom it concerns.
    pub participant: Option<Customer>,
}

impl Status {
    /// `None` without an id or a status.
    pub(super) fn read(item: &Value) -> Option<Self> {
        let name = loose::text(&item["status"])?;
        let is_group = item["recipient_type"] == "group";
        let recipient =
            loose::customer(&item["recipient_id"]).or_else(|| loose::customer(&item["recipient_user_id"]));
        Some(Self {
            wa_message_id: loose::text(&item["id"])?,
            report: report(&name, item),
            at: loose::time(&item["timestamp"]),
            callback: item["biz_opaque_callback_data"].as_str().and_then(CallbackData::parse),
            recipient: recipient.filter(|_| !is_group),
            participant: loose::customer(&item["recipient_participant_id"]),
            name,
        })
    }
}

/// A voice message that was played was opened, too.
fn report(name: &str, item: &Value) -> Option<ReportKind> {
    match name {
        "sent" => Some(ReportKind::Sent),
        "delivered" => Some(ReportKind::Delivered),
        "read" | "played" => Some(ReportKind::Read),
        "failed" => {
            let unexplained = || Failure { code: NO_CODE, title: "Unknown error".to_owned(), details: None };
            Some(ReportKind::Failed(loose::first_failure(item).unwrap_or_else(unexplained)))
        }
        _ => None,
    }
}
