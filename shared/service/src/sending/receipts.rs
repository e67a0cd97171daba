//! Telling WhatsApp that a customer's message is read.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_graph::{GraphError, Next};
use switchboard_store::MessageKey;

use super::{Sending, SendingError, Step};

/// What WhatsApp is to be told of a customer's message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The message.
    pub key: MessageKey,
    /// Meta's id of it.
    pub wa_message_id: String,
    /// Whether an answer is being written.
    pub typing: bool,
    /// When it was read.
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    pub at: Timestamp,
}

/// So long a receipt is tried. The conversation's messages wait behind it, so it must not be long.
const TRIED_FOR: Duration = Duration::from_mins(1);
/// The pause before it is tried again.
const PAUSE: Duration = Duration::from_secs(2);
/// So long an answer may still be being written (Meta, typing indicators).
const TYPING_FOR: Duration = Duration::from_secs(25);

impl Sending {
    /// Tells WhatsApp. It may be told twice, so nothing is claimed; and nothing depends on it, so it is given up where
    /// the number can't send or Meta keeps refusing.
    pub(super) async fn receipt(&self, receipt: &Receipt) -> Result<Step, SendingError> {
        let now = self.resources.now();
        let sender = self.senders.get(receipt.key.conversation.phone_number_id).await?;
        let Some(sender) = sender.filter(|sender| sender.number.may_send()) else { return Ok(Step::Done) };
        switchboard_meter::current().note_workspace(sender.number.workspace_id);
        let typing = receipt.typing && now < receipt.at + TYPING_FOR;
        let (token, number) = (&sender.token, &sender.number.meta_id);
        let Err(error) = self.graph.mark_read(token, number, &receipt.wa_message_id, typing).await else {
            return Ok(Step::Done);
        };
        let passing = match &error {
            GraphError::Refused(refusal) => matches!(refusal.disposition().next(0), Next::Again(_)),
            GraphError::NotConnected { .. } | GraphError::Lost { .. } | GraphError::Unreadable { .. } => true,
        };
        let again = passing && now < receipt.at + TRIED_FOR;
        tracing::warn!(
            message.id = %receipt.key.id,
            error = &error as &dyn std::error::Error,
            again,
            "a read receipt was not taken"
        );
        Ok(if again { Step::Later(PAUSE) } else { Step::Done })
    }
}
