//! Messages of customers.

use switchboard_graph::webhook::{InboundMessage, Update};
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{Content, Direction, Message, Progress, Status};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::{Condition, StoreError};

use super::{Handled, MetaEvents, fitted};

impl MetaEvents {
    /// Stores a customer's message once, in the conversation of the number and the customer. One that does not
    /// say between whom it is is kept as an event.
    pub(super) async fn receive(
        &self,
        update: &Update,
        inbound: InboundMessage,
    ) -> Result<Handled, StoreError> {
        let (Some(customer), Some(meta_id)) = (inbound.customer.clone(), &update.origin.phone_number_id)
        else {
            return self.keep(update).await;
        };
        let Some(number) = self.resources.store.phone_number_by_meta_id(meta_id).await? else {
            return Ok(Handled::UnknownNumber);
        };
        switchboard_meter::current().note_workspace(number.workspace_id);
        let message = self.message(&number, customer, inbound);
        let created = self.resources.create(|id| {
            let message = Message { id, ..message.clone() };
            async move { self.resources.store.create_inbound_message(&message).await }
        });
        match created.await {
            Ok(()) => Ok(Handled::Stored),
            Err(StoreError::ConditionFailed(Condition::AlreadyStored)) => Ok(Handled::StoredBefore),
            Err(error) => Err(error),
        }
    }

    fn message(&self, number: &PhoneNumber, customer: Customer, inbound: InboundMessage) -> Message {
        Message {
            id: self.resources.ids.next_id(),
            workspace_id: number.workspace_id,
            conversation: ConversationKey { phone_number_id: number.id, customer },
            wa_message_id: Some(inbound.wa_message_id),
            direction: Direction::Inbound,
            business_number: number.phone_number.as_str().to_owned(),
            content: Content::Received {
                kind: inbound.kind,
                text: inbound.text.map(fitted::words),
                raw: fitted::value(inbound.raw),
            },
            sent_by: None,
            created_at: inbound.at.unwrap_or_else(|| self.resources.now()),
            progress: Progress { status: Status::Received, ..Progress::default() },
            attempt: None,
            refusals: 0,
            slot: None,
            campaign: None,
        }
    }
}
