//! News of our messages.

use switchboard_graph::webhook::{Origin, Status, Update};
use switchboard_model::Id;
use switchboard_model::message::Report;
use switchboard_store::{MessagePointer, Orphan, StoreError};

use super::{Handled, MetaEvents};
use crate::conversations::wishes::heed;

impl MetaEvents {
    /// Adds a status to what is known of its message: the one whose id came back with it, or else the one that
    /// Meta's id leads to. One that tells nothing of progress is kept as an event.
    pub(super) async fn report(&self, update: &Update, status: Status) -> Result<Handled, StoreError> {
        let Some(kind) = status.report.clone() else {
            return self.keep(update).await;
        };
        let report = Report { kind, at: status.at.unwrap_or_else(|| self.resources.now()) };
        let (phone_number_id, claimed) =
            futures::try_join!(self.phone_number_id(&update.origin), self.claimed(&status))?;
        let mut pointer = self.only_of(claimed, phone_number_id, &update.origin).await?;
        if pointer.is_none() && status.callback.is_some() {
            let named = self.resources.store.message_by_wa_id(&status.wa_message_id).await?;
            pointer = self.only_of(named, phone_number_id, &update.origin).await?;
        }
        match (pointer, phone_number_id) {
            (Some(pointer), _) => self.tell(&pointer, &report, &status.wa_message_id).await,
            (None, Some(phone_number_id)) => {
                self.wait_for_claim(Orphan { phone_number_id, report }, &status.wa_message_id).await
            }
            (None, None) => Ok(Handled::UnknownNumber),
        }
    }

    async fn phone_number_id(&self, origin: &Origin) -> Result<Option<Id>, StoreError> {
        match &origin.phone_number_id {
            Some(meta_id) => self.resources.store.phone_number_id_by_meta_id(meta_id).await,
            None => Ok(None),
        }
    }

    /// The message that a status claims to be of.
    async fn claimed(&self, status: &Status) -> Result<Option<MessagePointer>, StoreError> {
        match &status.callback {
            Some(callback) => self.resources.store.message_pointer(callback.message_id).await,
            None => self.resources.store.message_by_wa_id(&status.wa_message_id).await,
        }
    }

    /// The message, if it was sent from the number that the status came for: whoever shares our Meta app chooses
    /// what comes back with a status. A number that was deleted since is asked for its old id.
    async fn only_of(
        &self,
        pointer: Option<MessagePointer>,
        phone_number_id: Option<Id>,
        origin: &Origin,
    ) -> Result<Option<MessagePointer>, StoreError> {
        let Some(pointer) = pointer else { return Ok(None) };
        let sender = pointer.key.conversation.phone_number_id;
        if phone_number_id == Some(sender) {
            return Ok(Some(pointer));
        }
        let number = self.resources.store.phone_number(sender).await?;
        let same = number.is_some_and(|number| Some(&number.meta_id) == origin.phone_number_id.as_ref());
        Ok(same.then_some(pointer))
    }

    async fn tell(
        &self,
        pointer: &MessagePointer,
        report: &Report,
        wa_id: &str,
    ) -> Result<Handled, StoreError> {
        switchboard_meter::current().note_workspace(pointer.workspace_id);
        self.resources.store.report_progress(&pointer.key, report, Some(wa_id)).await?;
        let customer = &pointer.key.conversation.customer;
        heed(&self.resources, pointer.workspace_id, customer, report).await?;
        Ok(Handled::Reported)
    }

    /// Keeps a status for the sender, who looks for it after recording Meta's id. So one of the two sees the
    /// other: if the id was recorded before this was kept, it is found here.
    async fn wait_for_claim(&self, orphan: Orphan, wa_id: &str) -> Result<Handled, StoreError> {
        let store = &self.resources.store;
        store.keep_orphan(wa_id, &orphan, self.resources.now()).await?;
        match store.message_by_wa_id(wa_id).await? {
            Some(pointer) if pointer.key.conversation.phone_number_id == orphan.phone_number_id => {
                self.tell(&pointer, &orphan.report, wa_id).await?;
                store.drop_orphan(wa_id, &orphan).await?;
                Ok(Handled::Reported)
            }
            _ => Ok(Handled::Waiting),
        }
    }
}
