//! The ledger follows the messages of campaigns, as the stream of their table tells of them.

use std::collections::BTreeMap;

use switchboard_graph::Disposition;
use switchboard_model::Id;
use switchboard_model::contact::ConsentSource;
use switchboard_model::message::Message;
use switchboard_model::recipient::{Recipient, RecipientStatus, SkipReason};
use switchboard_store::stream::{self, Image};
use switchboard_store::{RecipientNews, StoreError};

use crate::campaigns::CampaignControl;
use crate::outbox::UnreadableImage;
use crate::{Contacts, Resources};

/// Moves the rows of ledgers on.
#[derive(Clone, Debug)]
pub struct CampaignLedger {
    resources: Resources,
    control: CampaignControl,
}

impl CampaignLedger {
    /// The ledgers in these tables.
    pub fn new(resources: Resources) -> Self {
        Self { control: CampaignControl::new(resources.clone()), resources }
    }

    /// The message that an item of the stream shows; `None` where it is none of a campaign.
    pub fn message(image: Image) -> Result<Option<Message>, UnreadableImage> {
        let message = stream::message(image).map_err(|error| UnreadableImage(error.to_string()))?;
        Ok(message.filter(|message| message.campaign.is_some()))
    }

    /// Follows messages of campaigns as they are now, or were on the way. May be repeated, in any order.
    pub async fn follow(&self, messages: &[Message]) -> Result<(), StoreError> {
        let mut campaigns: BTreeMap<Id, (Id, Vec<RecipientNews>)> = BTreeMap::new();
        for message in messages {
            let Some(campaign) = &message.campaign else { continue };
            let (_, news) =
                campaigns.entry(campaign.campaign_id).or_insert_with(|| (message.workspace_id, Vec::new()));
            news.push(RecipientNews {
                customer: campaign.recipient.clone(),
                message_id: message.id,
                progress: message.progress.clone(),
            });
        }
        for (campaign_id, (workspace_id, news)) in campaigns {
            let rows = self.resources.store.advance_recipients(campaign_id, &news).await?;
            for row in &rows {
                self.heed(workspace_id, row).await?;
            }
        }
        Ok(())
    }

    /// Does what a failure asks for beyond its row.
    async fn heed(&self, workspace_id: Id, row: &Recipient) -> Result<(), StoreError> {
        let (Some(failure), Some(claim)) = (&row.failure, row.claim) else { return Ok(()) };
        if row.skip == Some(SkipReason::MarketingStopped) {
            let at = row.failed_at.unwrap_or_else(|| self.resources.now());
            let source = ConsentSource::Meta;
            Contacts::set_consent(&self.resources, workspace_id, &row.customer, false, source, at).await?;
        }
        let disposition = Disposition::of_code(failure.code);
        if let (Some(Disposition::RestRecipient { rest }), Some(at)) = (disposition, row.failed_at) {
            Contacts::rest(&self.resources, workspace_id, &row.customer, at + rest).await?;
        }
        if disposition.is_some_and(Disposition::concerns_campaign) && row.status == RecipientStatus::Failed {
            self.control.halt(row.campaign_id, claim.run, failure).await?;
        }
        Ok(())
    }
}
