//! What is particular about sending the messages of campaigns: they are created as they are sent, they are sent at
//! the campaigns' pace, and what concerns the whole campaign is told to it instead of being waited for.

use std::time::Duration;

use switchboard_bucket::Bucket;
use switchboard_graph::Graph;
use switchboard_model::Id;
use switchboard_model::message::{Failure, Message, Slot};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::recipient::SkipReason;
use switchboard_store::{MessageKey, Release, Unsent};
use switchboard_vault::Sealer;

use super::content::Files;
use super::outcome::failure;
use super::pacer::{Pacer, Traffic};
use super::{Moment, Sending, SendingError, SendingSettings, Step};
use crate::Resources;

/// A message whose moment passed while it was made ready comes again after this.
const LATE_PAUSE: Duration = Duration::from_secs(1);

/// When a message of a campaign may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CampaignMoment {
    /// Now, with this moment.
    Now(Slot),
    /// After this time, with this moment, which replaces the one that it had.
    Later(Slot, Duration),
}

impl Sending {
    /// Sends messages of campaigns: in their share of the pace.
    #[must_use]
    pub fn for_campaigns(
        resources: Resources,
        graph: Graph,
        sealer: Sealer,
        bucket: Bucket,
        settings: SendingSettings,
    ) -> Self {
        let pacer = Pacer::new(resources.clone(), settings.per_second, Traffic::Campaigns);
        Self { pacer, ..Self::new(resources, graph, sealer, bucket, settings) }
    }

    /// Waits for a moment, if it is near.
    pub(crate) async fn campaign_moment(
        &self,
        phone_number_id: Id,
        held: Slot,
    ) -> Result<CampaignMoment, SendingError> {
        Ok(match self.moment(phone_number_id, Some(held)).await? {
            Moment::Now(slot) => CampaignMoment::Now(slot),
            Moment::Later(slot, wait) => CampaignMoment::Later(slot, wait),
        })
    }

    /// The number, if it may send; else why it may not.
    pub(crate) async fn number_for_campaign(
        &self,
        phone_number_id: Id,
    ) -> Result<Result<PhoneNumber, Failure>, SendingError> {
        let sender = self.senders.get(phone_number_id).await?;
        Ok(match sender {
            Some(sender) if sender.number.may_send() => Ok(sender.number.clone()),
            found => Err(why_not(found.as_deref().map(|sender| &sender.number))),
        })
    }

    /// Sends a message that its caller stored as being sent, at its moment. Where that is over by now, the message is
    /// given back, to be sent at another.
    pub(crate) async fn send_created(&self, message: &Message, slot: Slot) -> Result<Step, SendingError> {
        switchboard_meter::current().note_workspace(message.workspace_id);
        let phone_number_id = message.conversation.phone_number_id;
        let sender = match self.senders.get(phone_number_id).await? {
            Some(sender) if sender.number.may_send() => sender,
            found => {
                return self.hold(message, why_not(found.as_deref().map(|sender| &sender.number))).await;
            }
        };
        let files = match Box::pin(self.files(message, &sender)).await? {
            Files::There(files) => files,
            Files::NotThere(step) => return Ok(step),
        };
        if !self.pacer.lane(phone_number_id).is_in_time(slot) {
            self.release(message, Release::default()).await?;
            return Ok(Step::Later(LATE_PAUSE));
        }
        Box::pin(self.call(message, &sender, slot, files)).await
    }

    /// The message of a recipient who is left out, as [`Store::leave_out_recipient`] takes it.
    ///
    /// [`Store::leave_out_recipient`]: switchboard_store::Store::leave_out_recipient
    pub(crate) fn unsent(&self, key: MessageKey, reason: SkipReason) -> Unsent {
        let failure = match reason {
            SkipReason::ContactDeleted => failure(131_026, "Contact was deleted before the message was sent"),
            _ => failure(131_050, "Recipient opted out before the message was sent"),
        };
        Unsent { key, failure, reconcile_delay: self.reconcile_delay }
    }

    /// What follows for a message that can't be held back, since it is being sent or was.
    pub(crate) async fn outlook(&self, key: &MessageKey) -> Result<Step, SendingError> {
        let now = self.resources.now();
        Ok(self.unclaimable(self.resources.store.unclaimable(key, now).await?, now))
    }

    /// Gives a message of a campaign back for the next run, and says why nothing can be sent.
    pub(super) async fn hold(&self, message: &Message, why: Failure) -> Result<Step, SendingError> {
        self.release(message, Release::default()).await?;
        Ok(Step::Held(why))
    }
}

/// Why nothing can be sent from a number; `None` is one that was removed.
pub(super) fn why_not(number: Option<&PhoneNumber>) -> Failure {
    match number.map(|number| &number.stopped) {
        Some(Some(stop)) => failure(stop.code, &stop.message),
        Some(None) => failure(133_010, "Phone number is not active"),
        None => failure(33, "Phone number was removed from the workspace"),
    }
}
