//! Handing out recipients to the senders, a few seconds' worth at a time.
//!
//! Each step reserves moments for the next recipients of the ledger by one write to the pace of the number, and the
//! queue's delay brings each to a sender at its moment. What was handed out and is late stays bounded: where the
//! senders or Meta are slower than the pace, less is handed out, and what is late finds moments that are near.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_model::campaign::Campaign;
use switchboard_model::message::Slot;
use switchboard_model::pace::Pace;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::recipient::{Recipient, RecipientStatus};
use switchboard_store::{Condition, DispatchCheckpoint, NewUsersAsked, Store, StoreError};

use super::{CampaignSend, QueuedSend};
use crate::Resources;

/// What one step hands out is sent in this time.
const CHUNK: Duration = Duration::from_secs(10);
/// The next step is due so long before what was handed out is sent.
const OVERLAP: Duration = Duration::from_secs(4);
/// Most recipients of one step.
const CHUNK_MAX: usize = 1_000;
/// Recipients whose moment has passed and who are not settled may be as many as a chunk has, and so many however slow
/// the pace is. Where more are late, senders or Meta are slower than the pace, and further moments would pass unused.
const LATE_AT_LEAST: f64 = 100.0;
/// How soon to look again whether something is settled.
const LOOK_AGAIN: Duration = Duration::from_secs(2);
/// How long after the last moment the ledger is gone through once more, for what was lost on the way.
const SWEEP_AFTER: Duration = Duration::from_mins(1);
/// A claimed recipient whose message is open after this was lost on the way.
const CLAIM_LOST_AFTER: Duration = Duration::from_mins(15);
/// A queue can't hold a message back for longer (AWS, SQS delay seconds).
const LONGEST_DELAY: Duration = Duration::from_mins(15);
/// How often a reservation is tried while others reserve too.
const TRIES: usize = 20;

/// Hands out recipients of campaigns.
#[derive(Clone, Debug)]
pub struct Dispatch {
    resources: Resources,
    beginning: Pace,
}

/// What a step hands out. Queue [`Handout::sends`], then call [`Dispatch::confirm`]: after a fault between the two,
/// the next step hands out the same recipients again, and their claims drop the second.
#[derive(Clone, Debug)]
pub struct Handout {
    /// To be queued.
    pub sends: Vec<QueuedSend>,
    /// What follows.
    pub next: Next,
    checkpoint: Option<DispatchCheckpoint>,
}

/// What follows a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Another step after this time.
    Again(Duration),
    /// Nothing is left to send: the campaign is completed.
    Idle,
}

impl Dispatch {
    /// Handing out at `per_second` messages a second and number until Meta refuses.
    pub fn new(resources: Resources, per_second: f64) -> Self {
        Self { resources, beginning: Pace::at_most(per_second) }
    }

    /// The next recipients of a campaign that is being sent and whose plan is done.
    pub async fn step(&self, campaign: &Campaign) -> Result<Handout, StoreError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        let (stored, moves, number) = futures::try_join!(
            store.dispatch_checkpoint(campaign.id),
            store.recipient_moves(campaign.id),
            store.phone_number(campaign.phone_number_id),
        )?;
        let mut counts = campaign.plan.counts.clone();
        counts += &moves;
        let open = u32::try_from(counts.of(RecipientStatus::Planned)).unwrap_or(0);
        if open == 0 {
            return Ok(Handout { sends: Vec::new(), next: Next::Idle, checkpoint: None });
        }
        // Senders see that the number is gone or stopped, and pause the campaign.
        let Some(number) = number else { return Ok(wait(LOOK_AGAIN)) };
        let (mut checkpoint, left_over) = of_run(stored, campaign.run, open);
        if checkpoint.walked {
            let sweep_at = moment(checkpoint.last_slot) + SWEEP_AFTER;
            if now < sweep_at {
                return Ok(wait(LOOK_AGAIN));
            }
            checkpoint = DispatchCheckpoint {
                position: None,
                walked: false,
                sweep: checkpoint.sweep + 1,
                handed_out: 0,
                open_at_start: open,
                ..checkpoint
            };
        }
        self.hand_out(campaign, &number, checkpoint, Open { open, left_over }, now).await
    }

    /// Puts on record that what a step handed out is queued.
    pub async fn confirm(&self, campaign: &Campaign, handout: &Handout) -> Result<(), StoreError> {
        let Some(checkpoint) = &handout.checkpoint else { return Ok(()) };
        match self.resources.store.save_dispatch_checkpoint(campaign.id, checkpoint).await {
            // Somebody else handed out as well: the claims sort it out.
            Err(StoreError::ConditionFailed(_)) => Ok(()),
            saved => saved,
        }
    }

    async fn hand_out(
        &self,
        campaign: &Campaign,
        number: &PhoneNumber,
        checkpoint: DispatchCheckpoint,
        open: Open,
        now: Timestamp,
    ) -> Result<Handout, StoreError> {
        let (store, at) = (&self.resources.store, now.as_microsecond());
        let pace = store.pace(number.id, self.beginning).await?.pace;
        let busy = Duration::from_micros(u64::try_from(pace.campaigns_until() - at).unwrap_or(0));
        if busy > CHUNK {
            return Ok(wait(busy.saturating_sub(CHUNK).max(LOOK_AGAIN)));
        }
        let rate = pace.campaign_rate(at);
        let chunk = rate * CHUNK.as_secs_f64();
        let room = chunk.max(LATE_AT_LEAST) - late(&checkpoint, open.open, rate, now);
        if room < 1.0 {
            return Ok(wait(LOOK_AGAIN));
        }
        let (planned, most) = (Some(RecipientStatus::Planned), whole(chunk.min(room)));
        let (rows, position) =
            store.walk_recipients(campaign.id, planned, checkpoint.position.as_deref(), most).await?;
        let rows: Vec<_> =
            rows.into_iter().filter(|row| checkpoint.sweep == 0 || is_lost(row, now)).collect();
        let granted = self.new_users(campaign, number, &checkpoint, &rows, open.left_over).await?;
        if let (0, Some(more_at)) = granted {
            return Ok(wait(until(more_at, now).min(LONGEST_DELAY)));
        }
        let (rows, position) = cut(rows, position, granted.0);
        let moments = self.reserve(number, rows.len()).await?;
        let last_slot = moments.last().map_or(checkpoint.last_slot, |slot| slot.at);
        let handed_out = checkpoint.handed_out + u32::try_from(rows.len()).unwrap_or(0);
        let sends = rows.iter().zip(&moments).map(|(row, slot)| queued(campaign, row, *slot, now)).collect();
        let walked = position.is_none();
        let last_slot = if walked { last_slot.max(at) } else { last_slot };
        let version = checkpoint.version + 1;
        let checkpoint =
            DispatchCheckpoint { position, walked, last_slot, handed_out, version, ..checkpoint };
        let next = Next::Again(until(moment(last_slot), now).saturating_sub(OVERLAP).max(LOOK_AGAIN));
        Ok(Handout { sends, next, checkpoint: Some(checkpoint) })
    }

    /// How many of the recipients may be written to within the limit of new users of the account, and when more may
    /// be.
    async fn new_users(
        &self,
        campaign: &Campaign,
        number: &PhoneNumber,
        checkpoint: &DispatchCheckpoint,
        rows: &[Recipient],
        left_over: u32,
    ) -> Result<(usize, Option<Timestamp>), StoreError> {
        let Some(limit) = number.message_limit else { return Ok((rows.len(), None)) };
        if rows.is_empty() {
            return Ok((0, None));
        }
        let business_id = number.business_id.as_ref().unwrap_or(&number.meta_id);
        let asked = NewUsersAsked {
            campaign_id: campaign.id,
            run: campaign.run,
            turn: checkpoint.version,
            count: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            given_back: left_over,
        };
        let now = self.resources.now();
        let granted = self.resources.store.take_new_users(business_id, limit, asked, now).await?;
        Ok((usize::try_from(granted.count).unwrap_or(usize::MAX), granted.more_at))
    }

    /// Reserves moments in a row by one write; again where single messages reserved at the same time.
    async fn reserve(&self, number: &PhoneNumber, count: usize) -> Result<Vec<Slot>, StoreError> {
        if count == 0 {
            return Ok(Vec::new());
        }
        let store = &self.resources.store;
        for _ in 0..TRIES {
            let current = store.pace(number.id, self.beginning).await?;
            let now = self.resources.now();
            let (pace, moments) = current.pace.reserve_for_campaigns(now.as_microsecond(), count);
            match store.update_pace(number.id, pace, current.version, now).await {
                Ok(_) => {
                    let slots = moments.into_iter().map(|at| Slot { at, epoch: pace.epoch });
                    return Ok(slots.collect());
                }
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Throttled("the pace of a number changed again and again".into()))
    }
}

/// Recipients who are not settled, and those of them that a run before this one handed out.
#[derive(Clone, Copy)]
struct Open {
    open: u32,
    left_over: u32,
}

/// The checkpoint of a run, and how many recipients the run before it handed out in vain.
fn of_run(stored: DispatchCheckpoint, run: u32, open: u32) -> (DispatchCheckpoint, u32) {
    if stored.run == run {
        return (stored, 0);
    }
    let settled = stored.open_at_start.saturating_sub(open);
    let left_over = stored.handed_out.saturating_sub(settled).min(open);
    let fresh = DispatchCheckpoint {
        run,
        open_at_start: open,
        version: stored.version,
        ..DispatchCheckpoint::default()
    };
    (fresh, left_over)
}

/// About how many recipients were handed out whose moment has passed, and who are not settled.
fn late(checkpoint: &DispatchCheckpoint, open: u32, rate: f64, now: Timestamp) -> f64 {
    let settled = checkpoint.open_at_start.saturating_sub(open);
    let unsettled = checkpoint.handed_out.saturating_sub(settled);
    let to_come = rate * until(moment(checkpoint.last_slot), now).as_secs_f64();
    (f64::from(unsettled) - to_come).max(0.0)
}

/// A sweep looks for those whom no queue's message is on its way to.
fn is_lost(row: &Recipient, now: Timestamp) -> bool {
    row.claim.is_none_or(|claim| claim.at + CLAIM_LOST_AFTER < now)
}

fn cut(mut rows: Vec<Recipient>, position: Option<String>, most: usize) -> (Vec<Recipient>, Option<String>) {
    if rows.len() <= most {
        return (rows, position);
    }
    rows.truncate(most);
    let position = rows.last().map(|row| Store::ledger_position_after(&row.customer)).or(position);
    (rows, position)
}

fn queued(campaign: &Campaign, row: &Recipient, slot: Slot, now: Timestamp) -> QueuedSend {
    let send =
        CampaignSend { campaign_id: campaign.id, run: campaign.run, customer: row.customer.clone(), slot };
    // Whole seconds, down: a sender waits for the rest.
    let delay = Duration::from_secs(until(moment(slot.at), now).as_secs()).min(LONGEST_DELAY);
    QueuedSend { send, group: campaign.workspace_id.to_string(), delay }
}

fn wait(time: Duration) -> Handout {
    Handout { sends: Vec::new(), next: Next::Again(time), checkpoint: None }
}

fn moment(microseconds: i64) -> Timestamp {
    Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

fn until(moment: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(moment.duration_since(now)).unwrap_or_default()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a chunk is between 1 and a thousand"
)]
fn whole(chunk: f64) -> usize {
    (chunk.ceil() as usize).clamp(1, CHUNK_MAX)
}
