//! Sending to one recipient.

use std::sync::Arc;
use std::time::Duration;

use switchboard_model::campaign::{Campaign, HaltReason};
use switchboard_model::contact::Contact;
use switchboard_model::conversation::ConversationKey;
use switchboard_model::message::{Attempt, CampaignRef, Direction, Message, Progress, Slot, Status};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::recipient::{Recipient, RecipientStatus, SkipReason, shard_of};
use switchboard_model::template::{Category, Template, TemplateStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, MessageKey, Omission, StoreError};

use super::content::content;
use super::{CampaignLedger, CampaignSend};
use crate::Resources;
use crate::campaigns::CampaignControl;
use crate::memory::Memory;
use crate::sending::{CampaignMoment, Sending, SendingError, Step};

/// For so long a change of a campaign may go unseen. With the longest wait for a moment this is how long a pause takes
/// to stop the sending: 2 seconds.
const CONTROL_REMEMBERED: Duration = Duration::from_millis(500);
/// For so long a change of a template may go unseen.
const TEMPLATE_REMEMBERED: Duration = Duration::from_secs(10);
/// The pause before a recipient is looked at again whom somebody else has just claimed.
const CLAIMED_PAUSE: Duration = Duration::from_secs(1);

/// Sends to the recipients of campaigns.
#[derive(Debug)]
pub struct CampaignSender {
    resources: Resources,
    sending: Sending,
    control: CampaignControl,
    ledger: CampaignLedger,
    campaigns: Memory<Id, Option<Arc<Campaign>>>,
    templates: Memory<Id, Option<Arc<Template>>>,
}

impl CampaignSender {
    /// Sends by `sending`, which is made for campaigns.
    pub fn new(resources: Resources, sending: Sending) -> Self {
        Self {
            control: CampaignControl::new(resources.clone()),
            ledger: CampaignLedger::new(resources.clone()),
            resources,
            sending,
            campaigns: Memory::new(CONTROL_REMEMBERED),
            templates: Memory::new(TEMPLATE_REMEMBERED),
        }
    }

    /// Sends to a recipient, if the campaign is in the same run, they still wait for it, and nothing that they, or
    /// those who look after contacts, said since they were planned forbids it.
    pub async fn send(&self, send: &CampaignSend) -> Result<Step, SendingError> {
        let Some(campaign) = self.campaign(send).await? else { return Ok(Step::Done) };
        switchboard_meter::current().note_workspace(campaign.workspace_id);
        let store = &self.resources.store;
        let (found, contact) = futures::try_join!(
            store.recipient(send.campaign_id, &send.customer),
            store.contact_of_customer(campaign.workspace_id, &send.customer),
        )?;
        let Some(row) = found.filter(|row| row.status == RecipientStatus::Planned) else {
            return Ok(Step::Done);
        };
        let step = match (SkipReason::of_contact(contact.as_ref()), message_key(&campaign, &row)) {
            (Some(reason), key) => self.leave_out(&row, reason, key).await?,
            (None, Some(key)) => self.go_on(send, &key).await?,
            (None, None) => self.begin(send, &row, contact.as_ref()).await?,
        };
        match step {
            Step::Held(why) => {
                self.control.halt(campaign.id, campaign.run, &why).await?;
                Ok(Step::Done)
            }
            // The ledger may never have heard of it: a stream tells for a while only.
            Step::Over(message) => {
                self.ledger.follow(std::slice::from_ref(&*message)).await?;
                Ok(Step::Done)
            }
            step => Ok(step),
        }
    }

    /// Leaves a recipient out, and fails the message that was made for them. One that is being sent is waited for.
    async fn leave_out(
        &self,
        row: &Recipient,
        reason: SkipReason,
        key: Option<MessageKey>,
    ) -> Result<Step, SendingError> {
        let omission = Omission {
            campaign_id: row.campaign_id,
            customer: row.customer.clone(),
            reason,
            unsent: key.clone().map(|key| self.sending.unsent(key, reason)),
        };
        match (self.resources.store.leave_out_recipient(&omission, self.resources.now()).await, key) {
            (Ok(()), _) => Ok(Step::Done),
            (Err(StoreError::ConditionFailed(Condition::NotClaimable)), Some(key)) => {
                self.sending.outlook(&key).await
            }
            (Err(StoreError::ConditionFailed(Condition::NotClaimable)), None) => {
                Ok(Step::Later(CLAIMED_PAUSE))
            }
            (Err(error), _) => Err(error.into()),
        }
    }

    /// Sends the message that was made for a recipient before.
    async fn go_on(&self, send: &CampaignSend, key: &MessageKey) -> Result<Step, SendingError> {
        // It may have been paused while the moment was waited for.
        let sending = async || Ok(self.campaign(send).await?.is_some());
        Box::pin(self.sending.send_if(key, sending)).await
    }

    /// The campaign, if it is being sent in the run of `send`. What is remembered may be of a run before.
    async fn campaign(&self, send: &CampaignSend) -> Result<Option<Arc<Campaign>>, StoreError> {
        let store = &self.resources.store;
        let read = async { Ok::<_, StoreError>(store.campaign(send.campaign_id).await?.map(Arc::new)) };
        let knows =
            |known: &Option<Arc<Campaign>>| known.as_ref().is_none_or(|campaign| campaign.run >= send.run);
        let campaign = self.campaigns.get(send.campaign_id, self.resources.now(), knows, read).await?;
        Ok(campaign.filter(|campaign| campaign.is_sending(send.run)))
    }

    /// Waits for the moment, makes the message and sends it.
    async fn begin(
        &self,
        send: &CampaignSend,
        row: &Recipient,
        contact: Option<&Contact>,
    ) -> Result<Step, SendingError> {
        let Some(campaign) = self.campaign(send).await? else { return Ok(Step::Done) };
        // Before the moment, not to be late for it.
        let number = match self.sending.number_for_campaign(campaign.phone_number_id).await? {
            Ok(number) => number,
            Err(why) => return Ok(Step::Held(why)),
        };
        let template = match self.template(&campaign).await? {
            Ok(template) => template,
            Err(why) => return self.unready(&campaign, &why).await,
        };
        let rests = contact.is_some_and(|contact| contact.rests(self.resources.now()));
        if rests && template.category == Category::Marketing {
            return self.leave_out(row, SkipReason::MarketingLimit, None).await;
        }
        let held = row.slot.unwrap_or(send.slot);
        let slot = match self.sending.campaign_moment(campaign.phone_number_id, held).await? {
            CampaignMoment::Now(slot) => slot,
            CampaignMoment::Later(slot, wait) => {
                self.resources.store.hold_recipient_slot(row.campaign_id, &row.customer, slot).await?;
                return Ok(Step::Later(wait));
            }
        };
        // It may have been paused while the moment was waited for.
        let Some(campaign) = self.campaign(send).await? else { return Ok(Step::Done) };
        let draft = self.message(&campaign, &number, &template, row, slot);
        match self.claim(send.run, draft).await {
            Ok(message) => Box::pin(self.sending.send_created(&message, slot)).await,
            Err(StoreError::ConditionFailed(Condition::NotClaimable)) => Ok(Step::Later(CLAIMED_PAUSE)),
            Err(error) => Err(error.into()),
        }
    }

    /// The template, if messages may be made of it. One that may not be sent is looked at again, since it may be
    /// approved by now.
    async fn template(&self, campaign: &Campaign) -> Result<Result<Arc<Template>, DomainError>, StoreError> {
        let Some(id) = campaign.template_id else { return Ok(Err(DomainError::TemplateNotFound)) };
        let may_be_sent = |known: &Option<Arc<Template>>| {
            known.as_ref().is_none_or(|template| template.check_sendable().is_ok())
        };
        let store = &self.resources.store;
        let read = async { Ok::<_, StoreError>(store.template(id).await?.map(Arc::new)) };
        let Some(template) = self.templates.get(id, self.resources.now(), may_be_sent, read).await? else {
            return Ok(Err(DomainError::TemplateNotFound));
        };
        Ok(template.check_sendable().map(|()| template))
    }

    /// The message as it is being sent: its claim is its first attempt.
    fn message(
        &self,
        campaign: &Campaign,
        number: &PhoneNumber,
        template: &Template,
        row: &Recipient,
        slot: Slot,
    ) -> Message {
        let now = self.resources.now();
        Message {
            id: Id::NONE,
            workspace_id: campaign.workspace_id,
            conversation: conversation(campaign, row),
            wa_message_id: None,
            direction: Direction::Outbound,
            business_number: number.phone_number.as_str().to_owned(),
            content: content(template, &row.parameters),
            sent_by: campaign.created_by,
            created_at: now,
            progress: Progress { status: Status::Sending, ..Progress::default() },
            attempt: Some(Attempt { number: 1, at: now.as_millisecond() }),
            refusals: None,
            slot: Some(slot),
            campaign: Some(CampaignRef {
                campaign_id: campaign.id,
                shard: shard_of(&row.customer),
                recipient: row.customer.clone(),
            }),
        }
    }

    async fn claim(&self, run: u32, draft: Message) -> Result<Message, StoreError> {
        let (resources, now) = (self.resources.watched_in(draft.workspace_id).await?, self.resources.now());
        let store = &resources.store;
        let claimed = resources.create(|id| {
            let message = Message { id, ..draft.clone() };
            async move { store.claim_recipient(&message, run, now).await.map(|()| message) }
        });
        claimed.await
    }

    /// Pauses the campaign, whose template may not be sent. One that Meta disabled never will be: then it fails.
    async fn unready(&self, campaign: &Campaign, why: &DomainError) -> Result<Step, SendingError> {
        let has = |wanted: TemplateStatus| match why {
            DomainError::TemplateNotApproved { status } => *status == <&str>::from(wanted),
            _ => false,
        };
        let (id, run) = (campaign.id, campaign.run);
        let unready = HaltReason::Unready { message: why.to_string() };
        if has(TemplateStatus::Disabled) {
            self.control.fail(id, run, unready).await?;
        } else if has(TemplateStatus::Paused) {
            self.control.pause(id, run, HaltReason::template_paused()).await?;
        } else {
            self.control.pause(id, run, unready).await?;
        }
        Ok(Step::Done)
    }
}

/// The message that was made for a recipient, if one was.
fn message_key(campaign: &Campaign, row: &Recipient) -> Option<MessageKey> {
    row.claim.map(|claim| MessageKey { conversation: conversation(campaign, row), id: claim.message_id })
}

fn conversation(campaign: &Campaign, row: &Recipient) -> ConversationKey {
    ConversationKey { phone_number_id: campaign.phone_number_id, customer: row.customer.clone() }
}
