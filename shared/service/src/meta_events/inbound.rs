//! Messages of customers.

use switchboard_graph::webhook::{InboundMessage, Update};
use switchboard_model::Id;
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{Attachment, Content, Direction, Message, Progress, Status};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_store::{Condition, StoreError};

use super::{Handled, MetaEvents, fitted};
use crate::conversations::filing::file;

/// Most characters of a customer's name that are kept.
const PROFILE_NAME_MAX_LENGTH: usize = 256;

impl MetaEvents {
    /// Stores a customer's message once, in the conversation of the number and the customer. One that does not
    /// say between whom it is is kept as an event, and so is one that was written to a group.
    pub(super) async fn receive(
        &self,
        update: &Update,
        inbound: InboundMessage,
    ) -> Result<Handled, StoreError> {
        let (Some(customer), Some(meta_id)) = (inbound.customer.clone(), &update.origin.phone_number_id)
        else {
            return self.keep(update).await;
        };
        if inbound.group_id.is_some() {
            return self.keep(update).await;
        }
        let store = &self.resources.store;
        let Some(phone_number_id) = store.phone_number_id_by_meta_id(meta_id).await? else {
            return Ok(Handled::UnknownNumber);
        };
        let key = ConversationKey { phone_number_id, customer };
        let (number, conversation) =
            futures::try_join!(store.phone_number(phone_number_id), store.conversation(&key))?;
        let Some(number) = number else { return Ok(Handled::UnknownNumber) };
        switchboard_meter::current().note_workspace(number.workspace_id);
        let profile_name: Option<String> =
            inbound.profile_name.as_ref().map(|name| name.chars().take(PROFILE_NAME_MAX_LENGTH).collect());
        let (resources, customer) = futures::try_join!(
            self.resources.watched_in(number.workspace_id),
            self.addressed(number.workspace_id, &key.customer),
        )?;
        let (key, conversation) = if customer == key.customer {
            (key, conversation)
        } else {
            let key = ConversationKey { customer: customer.clone(), ..key };
            let conversation = store.conversation(&key).await?;
            (key, conversation)
        };
        let message = self.message(&number, key, &inbound);
        // Whoever dies between the two is followed by a repetition of the event, which does both again.
        let (filed, heard) = futures::join!(
            Box::pin(file(&resources, message, profile_name.as_deref(), conversation)),
            Box::pin(self.hear(number.workspace_id, &customer, &inbound)),
        );
        heard?;
        match filed {
            Ok(_) => Ok(Handled::Stored),
            Err(StoreError::ConditionFailed(Condition::AlreadyStored)) => Ok(Handled::StoredBefore),
            Err(error) => Err(error),
        }
    }

    /// The customer as the workspace wrote to them, who may be called otherwise by WhatsApp. Business-scoped ids lead to
    /// their contacts by themselves.
    pub(super) async fn addressed(
        &self,
        workspace_id: Id,
        customer: &Customer,
    ) -> Result<Customer, StoreError> {
        if customer.is_scoped_id() {
            return Ok(customer.clone());
        }
        let addressed = self.resources.store.addressed_as(workspace_id, customer).await?;
        Ok(addressed.unwrap_or_else(|| customer.clone()))
    }

    fn message(
        &self,
        number: &PhoneNumber,
        conversation: ConversationKey,
        inbound: &InboundMessage,
    ) -> Message {
        Message {
            id: Id::NONE,
            workspace_id: number.workspace_id,
            conversation,
            wa_message_id: Some(inbound.wa_message_id.clone()),
            direction: Direction::Inbound,
            business_number: number.phone_number.as_str().to_owned(),
            content: Content::Received {
                kind: inbound.kind.clone(),
                attachment: Attachment::announced_in(&inbound.kind, &inbound.raw),
                text: inbound.text.clone().map(fitted::words),
                raw: fitted::value(inbound.raw.clone()),
            },
            sent_by: None,
            created_at: inbound.at.unwrap_or_else(|| self.resources.now()),
            progress: Progress { status: Status::Received, ..Progress::default() },
            attempt: None,
            refusals: None,
            slot: None,
            campaign: None,
        }
    }
}
