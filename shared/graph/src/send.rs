//! `POST /{phone_number_id}/messages`.

use secrecy::SecretString;
use serde_json::json;
use switchboard_model::DomainError;
use switchboard_model::conversation::Customer;
use switchboard_model::phone_number::MetaId;

use crate::{Graph, GraphError, Outgoing, Refusal, loose};

/// Graph took the message. That it arrives is another matter, told by webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// Meta's id of the message.
    pub wa_message_id: String,
    /// The recipient's number as WhatsApp spells it, which may differ from the one that was given; absent
    /// where a business-scoped id was given.
    pub wa_id: Option<Customer>,
    /// The recipient's business-scoped id, where Graph gives it.
    pub user_id: Option<Customer>,
    /// For templates: `accepted`, `held_for_quality_assessment` or `paused`.
    pub message_status: Option<String>,
}

/// Why there is no acceptance. Graph has no idempotency key, so the three must be told apart.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Graph refused; [`Refusal::disposition`] says what to do.
    #[error(transparent)]
    Refused(Box<Refusal>),
    /// Graph can't have seen the message: sending again is safe.
    #[error("the message was not sent")]
    NotSent(#[source] GraphError),
    /// Graph may have accepted the message: it must not be sent again until a status names it, or until none
    /// has come for long enough.
    #[error("the outcome of the send is unknown")]
    Unknown(#[source] GraphError),
}

impl From<GraphError> for SendError {
    fn from(error: GraphError) -> Self {
        match error {
            GraphError::Refused(refusal) => Self::Refused(refusal),
            GraphError::NotConnected { .. } => Self::NotSent(error),
            GraphError::Lost { .. } | GraphError::Unreadable { .. } => Self::Unknown(error),
        }
    }
}

impl From<SendError> for DomainError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Refused(refusal) => GraphError::Refused(refusal).into(),
            SendError::NotSent(error) | SendError::Unknown(error) => error.into(),
        }
    }
}

impl Graph {
    /// Tells WhatsApp that a customer's message, and all before it, are read; with `typing`, that an answer is being
    /// written, which shows until it comes, for 25 seconds at most. May be repeated.
    pub async fn mark_read(
        &self,
        token: &SecretString,
        meta_number: &MetaId,
        wa_message_id: &str,
        typing: bool,
    ) -> Result<(), GraphError> {
        let mut body =
            json!({"messaging_product": "whatsapp", "status": "read", "message_id": wa_message_id});
        if typing {
            body["typing_indicator"] = json!({"type": "text"});
        }
        self.post(token, &format!("{meta_number}/messages"), &body).await.map(drop)
    }

    /// Sends any message, once: nothing is retried here.
    pub async fn send(
        &self,
        token: &SecretString,
        meta_number: &MetaId,
        message: &Outgoing<'_>,
    ) -> Result<Accepted, SendError> {
        let answer = self.post(token, &format!("{meta_number}/messages"), message).await?;
        let (message, contact) = (&answer["messages"][0], &answer["contacts"][0]);
        // An acceptance without an id is one all the same, so the outcome can't be called a failure.
        let unreadable = GraphError::Unreadable { http_status: 200 };
        Ok(Accepted {
            wa_message_id: loose::text(&message["id"]).ok_or(SendError::Unknown(unreadable))?,
            wa_id: loose::customer(&contact["wa_id"]),
            user_id: loose::customer(&contact["user_id"]),
            message_status: loose::text(&message["message_status"]),
        })
    }
}
