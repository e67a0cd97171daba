//! Pages of a campaign's recipients: pattern L10.
//!
//! The parts of a ledger stand one behind the other, and how many recipients that are sought are in each nobody knows
//! before. So they are counted first, query by query and parts side by side, and only what is on the page is read.

use aws_sdk_dynamodb::types::Select;
use futures::future::try_join_all;
use futures::stream::{StreamExt, TryStreamExt, iter};
use switchboard_model::Id;
use switchboard_model::page::Slice;
use switchboard_model::recipient::{Recipient, RecipientStatus, SHARDS};

use super::walk::{Position, following};
use crate::{Store, StoreError};

/// Rows that one query looks at, at most; it ends after a megabyte, too (AWS, DynamoDB Query).
const LOOK_AT: usize = 5_000;
/// Rounds of counting: a part of a million recipients of a kilobyte each takes 63.
const ROUNDS: usize = 200;
/// Queries that read at the same time.
const SIDE_BY_SIDE: usize = 16;

/// Which recipients are listed, and how many there are, as the campaign's counters say.
#[derive(Clone, Copy, Debug)]
pub struct SoughtRecipients {
    /// Only those with this status, if one is given.
    pub status: Option<RecipientStatus>,
    /// How many of them there are.
    pub matching: usize,
    /// How many recipients there are in all.
    pub all: usize,
}

/// A page of a campaign's recipients.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecipientPage {
    /// The recipients.
    pub items: Vec<Recipient>,
    /// Whether there are more of them than were looked at, so that some of the page may be missing.
    pub truncated: bool,
}

/// How many recipients that are sought one query found.
struct Mark {
    at: Position,
    found: usize,
}

/// A part of a ledger, as far as it has been counted.
struct Part {
    marks: Vec<Mark>,
    /// Where to go on; `None` at its end.
    next: Option<Position>,
}

impl Part {
    fn found(&self) -> usize {
        self.marks.iter().map(|mark| mark.found).sum()
    }
}

/// Some of what one query finds.
struct Extract {
    at: Position,
    skip: usize,
    take: usize,
}

impl Store {
    /// L10: a page of a campaign's recipients, in the order of the ledger. As many parts are counted side by side as are
    /// likely to hold those up to the page's end, until these, or all that there are, are found.
    pub async fn recipients(
        &self,
        campaign_id: Id,
        sought: SoughtRecipients,
        slice: Slice,
    ) -> Result<RecipientPage, StoreError> {
        let SoughtRecipients { status, matching, all } = sought;
        let wanted = slice.offset.saturating_add(slice.limit).min(matching);
        if slice.offset >= wanted {
            return Ok(RecipientPage::default());
        }
        // Rows among which as many as are wanted may be, and parts among which these may be.
        let look_at = (wanted.saturating_mul(all) / matching + 1).min(LOOK_AT);
        let width = wanted.saturating_mul(usize::from(SHARDS)) / matching + 2;
        let begin = |shard| Part { marks: Vec::new(), next: Some(Position { shard, after: None }) };
        let mut parts: Vec<Part> = (0..SHARDS).map(begin).collect();
        let mut truncated = true;
        for _ in 0..ROUNDS {
            let open = parts.iter_mut().filter(|part| part.next.is_some()).take(width);
            let counted = open.map(|part| self.count_on(campaign_id, status, look_at, part));
            try_join_all(counted).await?;
            let found: usize = parts.iter().map(Part::found).sum();
            let is_over = parts.iter().all(|part| part.next.is_none());
            if is_over || found >= matching || found_in_order(&parts) >= wanted {
                truncated = false;
                break;
            }
        }
        let items = iter(extracts(parts, slice, truncated))
            .map(|extract| self.extract(campaign_id, status, look_at, extract))
            .buffered(SIDE_BY_SIDE)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(RecipientPage { items: items.into_iter().flatten().collect(), truncated })
    }

    async fn count_on(
        &self,
        campaign_id: Id,
        status: Option<RecipientStatus>,
        look_at: usize,
        part: &mut Part,
    ) -> Result<(), StoreError> {
        let Some(at) = part.next.take() else { return Ok(()) };
        let request = self.rows(campaign_id, status, &at).set_limit(i32::try_from(look_at).ok());
        let answer = request.select(Select::Count).send().await?;
        part.next = following(&at, answer.last_evaluated_key.as_ref()).filter(|next| next.shard == at.shard);
        part.marks.push(Mark { at, found: usize::try_from(answer.count).unwrap_or(0) });
        Ok(())
    }

    async fn extract(
        &self,
        campaign_id: Id,
        status: Option<RecipientStatus>,
        look_at: usize,
        extract: Extract,
    ) -> Result<Vec<Recipient>, StoreError> {
        let (rows, _) = self.look(campaign_id, status, &extract.at, look_at).await?;
        Ok(rows.into_iter().skip(extract.skip).take(extract.take).collect())
    }
}

/// Those who were found up to the first place that is still to be counted.
fn found_in_order(parts: &[Part]) -> usize {
    let whole = parts.iter().take_while(|part| part.next.is_none()).count();
    parts.iter().take(whole + 1).map(Part::found).sum()
}

/// Where those are who are on the page; where not all were counted, of those up to the first gap.
fn extracts(parts: Vec<Part>, slice: Slice, truncated: bool) -> Vec<Extract> {
    let certain = parts.iter().take_while(|part| part.next.is_none()).count() + 1;
    let counted = if truncated { certain } else { parts.len() };
    let (mut to_pass, mut left) = (slice.offset, slice.limit);
    let mut extracts = Vec::new();
    for Mark { at, found } in parts.into_iter().take(counted).flat_map(|part| part.marks) {
        let skip = to_pass.min(found);
        let take = left.min(found - skip);
        to_pass -= skip;
        left -= take;
        if take > 0 {
            extracts.push(Extract { at, skip, take });
        }
    }
    extracts
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A part that is counted to its end, or not, with what its queries found.
    fn part(shard: u8, found: &[usize], is_over: bool) -> Part {
        let at = || Position { shard, after: None };
        let marks = found.iter().map(|found| Mark { at: at(), found: *found });
        Part { marks: marks.collect(), next: (!is_over).then(at) }
    }

    fn parts() -> Vec<Part> {
        vec![part(0, &[2, 0, 3], true), part(1, &[1], false), part(2, &[5], true)]
    }

    fn taken(slice: Slice, truncated: bool) -> Vec<(u8, usize, usize)> {
        let extracts = extracts(parts(), slice, truncated).into_iter();
        extracts.map(|extract| (extract.at.shard, extract.skip, extract.take)).collect()
    }

    #[test]
    fn a_page_is_put_together_from_the_queries_that_found_it() {
        let slice = Slice { limit: 6, offset: 1 };
        assert_eq!(taken(slice, false), [(0, 1, 1), (0, 0, 3), (1, 0, 1), (2, 0, 1)]);
        assert_eq!(taken(Slice { limit: 2, offset: 7 }, false), [(2, 1, 2)]);
        assert!(taken(Slice { limit: 2, offset: 11 }, false).is_empty());
    }

    #[test]
    fn where_not_all_are_counted_a_page_ends_at_the_first_gap() {
        assert_eq!(found_in_order(&parts()), 6);
        assert_eq!(taken(Slice { limit: 6, offset: 1 }, true), [(0, 1, 1), (0, 0, 3), (1, 0, 1)]);
        assert!(taken(Slice { limit: 6, offset: 6 }, true).is_empty());
    }
}
