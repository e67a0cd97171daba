//! Rows that move on: patterns L7 and L8.

use std::collections::BTreeMap;

use switchboard_model::Id;
use switchboard_model::conversation::Customer;
use switchboard_model::message::Progress;
use switchboard_model::recipient::{Recipient, RecipientCounts, RecipientStatus};

use super::{StoredRecipient, counts};
use crate::{Condition, Store, StoreError, keys};

/// Rows of one transaction: half of what it may hold, since a larger one meets others more often.
const AT_ONCE: usize = 50;
/// How often rows are read again that others moved meanwhile.
const TRIES: usize = 6;

/// News of the message that was made for a recipient.
#[derive(Clone, Debug, PartialEq)]
pub struct RecipientNews {
    /// Whom.
    pub customer: Customer,
    /// The message.
    pub message_id: Id,
    /// What is known of its progress.
    pub progress: Progress,
}

impl Store {
    /// L7: moves rows of a campaign's ledger on to what is known of their messages, and their counters with them, 50
    /// in a transaction. May be repeated: a row that knows the news, or has another message, stays as it is. Answers
    /// with the rows whose messages these are, as they are then.
    pub async fn advance_recipients(
        &self,
        campaign_id: Id,
        news: &[RecipientNews],
    ) -> Result<Vec<Recipient>, StoreError> {
        let mut of_customers: BTreeMap<&str, Vec<&RecipientNews>> = BTreeMap::new();
        for item in news {
            of_customers.entry(item.customer.as_str()).or_default().push(item);
        }
        let groups: Vec<_> = of_customers.into_values().collect();
        let mut rows = Vec::with_capacity(groups.len());
        for some in groups.chunks(AT_ONCE) {
            rows.extend(self.advance_some(campaign_id, some).await?);
        }
        Ok(rows)
    }

    async fn advance_some(
        &self,
        campaign_id: Id,
        groups: &[Vec<&RecipientNews>],
    ) -> Result<Vec<Recipient>, StoreError> {
        let customers: Vec<_> = groups.iter().filter_map(|news| Some(&news.first()?.customer)).collect();
        for _ in 0..TRIES {
            let mut concerned = Vec::new();
            let mut moves = Vec::new();
            for (news, stored) in groups.iter().zip(self.stored_recipients(campaign_id, &customers).await?) {
                let Some(stored) = stored else { continue };
                let row = self.recipient_of(stored.clone())?;
                let told = news
                    .iter()
                    .fold(row.clone(), |row, news| row.told(news.message_id, &news.progress).unwrap_or(row));
                if told != row {
                    moves.push((stored, told.clone()));
                }
                if news.iter().any(|news| told.claim.is_some_and(|claim| claim.message_id == news.message_id))
                {
                    concerned.push(told);
                }
            }
            match self.move_recipients(campaign_id, moves).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                moved => return moved.map(|()| concerned),
            }
        }
        Err(StoreError::Throttled("rows of a ledger moved again and again".into()))
    }

    /// L8: plans failed recipients of a campaign again, the next `limit` from `position` on at most: how many, and
    /// where to go on. May be repeated.
    pub async fn replan_failed_recipients(
        &self,
        campaign_id: Id,
        position: Option<&str>,
        limit: usize,
    ) -> Result<(usize, Option<String>), StoreError> {
        let failed = Some(RecipientStatus::Failed);
        let (rows, next) = self.walk_recipients(campaign_id, failed, position, limit).await?;
        let mut replanned = 0;
        for some in rows.chunks(AT_ONCE) {
            let customers: Vec<_> = some.iter().map(|row| &row.customer).collect();
            replanned += self.replan(campaign_id, &customers).await?;
        }
        Ok((replanned, next))
    }

    async fn replan(&self, campaign_id: Id, customers: &[&Customer]) -> Result<usize, StoreError> {
        for _ in 0..TRIES {
            let mut moves = Vec::new();
            for stored in self.stored_recipients(campaign_id, customers).await?.into_iter().flatten() {
                if stored.status == RecipientStatus::Failed {
                    let again = self.recipient_of(stored.clone())?.planned_again();
                    moves.push((stored, again));
                }
            }
            let count = moves.len();
            match self.move_recipients(campaign_id, moves).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                moved => return moved.map(|()| count),
            }
        }
        Err(StoreError::Throttled("rows of a ledger moved again and again".into()))
    }

    async fn stored_recipients(
        &self,
        campaign_id: Id,
        customers: &[&Customer],
    ) -> Result<Vec<Option<StoredRecipient>>, StoreError> {
        let keys: Vec<_> = customers.iter().map(|customer| keys::recipient(campaign_id, customer)).collect();
        let mut found = self.get_all(&keys).await?.into_iter().peekable();
        let mut rows = Vec::with_capacity(keys.len());
        for key in &keys {
            let item = found.next_if(|(of, _)| of == key);
            rows.push(item.map(|(key, item)| self.read(&key, item)).transpose()?);
        }
        Ok(rows)
    }

    /// Moves rows and their counters in one transaction. Fails as `Contested` where a row is not as it was read.
    async fn move_recipients(
        &self,
        campaign_id: Id,
        moves: Vec<(StoredRecipient, Recipient)>,
    ) -> Result<(), StoreError> {
        let mut changed = RecipientCounts::default();
        let mut transaction = self.transaction();
        let mut counted_by = None;
        for (stored, row) in moves {
            changed.add(stored.status, stored.skip, -1);
            changed.add(row.status, row.skip, 1);
            counted_by = stored.message_id.or(counted_by);
            let key = keys::recipient(campaign_id, &row.customer);
            let check = stored.unchanged()?;
            transaction = transaction.put_if(&key, &stored.with(&row), check, Condition::Contested)?;
        }
        if transaction.is_empty() {
            return Ok(());
        }
        if changed != RecipientCounts::default() {
            let part = counts::part(campaign_id, counted_by.unwrap_or(campaign_id));
            transaction = transaction.update(&part, counts::change(&changed))?;
        }
        transaction.commit().await
    }
}
