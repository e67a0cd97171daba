//! Handing out of recipients: within the limit of an account, no faster than they are settled, and once more where one
//! was lost.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::collections::BTreeSet;
use std::time::Duration;

use switchboard_model::campaign::{Campaign, CampaignStatus, Plan};
use switchboard_model::conversation::Customer;
use switchboard_model::message::{CampaignRef, Message, Progress, Status};
use switchboard_model::recipient::{FrozenParameters, NewRecipient, shard_of};
use switchboard_service::campaign_sends::{Dispatch, Handout, Next, QueuedSend};
use switchboard_store::RecipientNews;
use switchboard_testkit::{Business, World, draft_campaign};

/// Messages a second: campaigns have eight of them, so a chunk is eighty.
const PER_SECOND: f64 = 10.0;
const CHUNK: usize = 80;
const LOOK_AGAIN: Next = Next::Again(Duration::from_secs(2));

struct Stage {
    world: World,
    business: Business,
    dispatch: Dispatch,
    campaign: Campaign,
}

impl Stage {
    /// A campaign that is being sent to so many, from a number with this limit of new users.
    async fn new(recipients: usize, message_limit: Option<u32>) -> Self {
        let world = Box::pin(World::new()).await;
        let mut business = Box::pin(Business::new(&world)).await;
        business.number.message_limit = message_limit;
        business.number.version += 1;
        world.store().update_phone_number(&business.number).await.unwrap();
        let draft = draft_campaign(&world, &business);
        let rows: Vec<_> = (0..recipients).map(recipient).collect();
        let counts = world.store().plan_recipients(draft.id, 1, &rows).await.unwrap();
        let plan = Plan { done: true, counts, ..Plan::default() };
        let campaign = Campaign { status: CampaignStatus::Sending, run: 1, plan, ..draft };
        let dispatch = Dispatch::new(world.resources.clone(), PER_SECOND);
        Self { world, business, dispatch, campaign }
    }

    /// What one step hands out; it is queued.
    async fn step(&self) -> Handout {
        let handout = self.dispatch.step(&self.campaign).await.unwrap();
        self.dispatch.confirm(&self.campaign, &handout).await.unwrap();
        handout
    }

    /// What is handed out until nothing is for the time being, a step whenever it is due.
    async fn hand_out(&self) -> Vec<QueuedSend> {
        let mut sends = Vec::new();
        loop {
            let handout = self.step().await;
            if handout.sends.is_empty() {
                return sends;
            }
            sends.extend(handout.sends);
            if let Next::Again(wait) = handout.next {
                self.world.clock.advance(wait);
            }
        }
    }

    fn message(&self, customer: &Customer) -> Message {
        let recipient = customer.clone();
        Message {
            progress: Progress { status: Status::Sending, ..Progress::default() },
            campaign: Some(CampaignRef {
                campaign_id: self.campaign.id,
                shard: shard_of(customer),
                recipient,
            }),
            ..self.business.text_to(&self.world, customer.as_str(), "Hello")
        }
    }

    async fn claim(&self, send: &QueuedSend) -> Message {
        let (message, now) = (self.message(&send.send.customer), self.world.resources.now());
        self.world.store().claim_recipient(&message, self.campaign.run, now).await.unwrap();
        message
    }

    /// Lets Meta accept what was handed out.
    async fn settle(&self, sends: &[QueuedSend]) {
        let mut news = Vec::new();
        for send in sends {
            let message_id = self.claim(send).await.id;
            let sent_at = Some(self.world.resources.now());
            let progress = Progress { status: Status::Sent, sent_at, ..Progress::default() };
            news.push(RecipientNews { customer: send.send.customer.clone(), message_id, progress });
        }
        self.world.store().advance_recipients(self.campaign.id, &news).await.unwrap();
    }
}

fn recipient(number: usize) -> NewRecipient {
    NewRecipient {
        customer: Customer::from_whatsapp(&(4_915_100_000_000 + number).to_string()).unwrap(),
        contact_id: None,
        name: None,
        parameters: FrozenParameters::default(),
        skip: None,
    }
}

fn customers(sends: &[QueuedSend]) -> BTreeSet<String> {
    sends.iter().map(|queued| queued.send.customer.as_str().to_owned()).collect()
}

#[tokio::test]
async fn no_more_are_begun_with_in_a_day_than_the_account_may() {
    let stage = Stage::new(130, Some(100)).await;

    let first_day = stage.hand_out().await;
    stage.settle(&first_day).await;
    let waits = stage.step().await;
    stage.world.wait(25 * 3_600);
    let second_day = stage.hand_out().await;

    assert_eq!((first_day.len(), second_day.len()), (100, 30));
    assert_eq!((waits.sends.len(), waits.next), (0, Next::Again(Duration::from_mins(15))));
    assert!(customers(&first_day).is_disjoint(&customers(&second_day)), "nobody is left out, or told twice");
}

#[tokio::test]
async fn those_whom_a_paused_run_did_not_reach_do_not_count_for_the_next() {
    let mut stage = Stage::new(100, Some(100)).await;
    assert_eq!(stage.step().await.sends.len(), CHUNK);

    stage.campaign.run = 2;
    stage.world.wait(60);
    let resumed = stage.hand_out().await;

    assert_eq!(customers(&resumed).len(), 100);
}

#[tokio::test]
async fn less_is_handed_out_while_more_than_a_chunk_is_late() {
    let stage = Stage::new(400, None).await;
    let first = stage.step().await;
    assert_eq!((first.sends.len(), first.next), (CHUNK, Next::Again(Duration::from_millis(5_875))));

    stage.world.wait(6);
    // 31 have their moment still before them, so 49 of the 100 that may be are late.
    let second = stage.step().await;
    stage.world.wait(20);
    let held_up = stage.step().await;
    stage.settle(&first.sends[..60]).await;
    let goes_on = stage.step().await;

    assert_eq!(second.sends.len(), 51);
    assert_eq!((held_up.sends.len(), held_up.next), (0, LOOK_AGAIN));
    assert_eq!(goes_on.sends.len(), 29, "71 are late");
}

#[tokio::test]
async fn whoever_was_lost_on_the_way_is_handed_out_again() {
    let stage = Stage::new(4, None).await;
    let sends = stage.step().await.sends;
    stage.settle(&sends[..1]).await;
    let message = stage.claim(&sends[1]).await;

    let too_soon = stage.step().await;
    stage.world.wait(62);
    let unclaimed = stage.step().await.sends;
    stage.world.wait(16 * 60);
    let claimed_too = stage.step().await.sends;

    assert_eq!((too_soon.sends.len(), too_soon.next), (0, LOOK_AGAIN));
    assert_eq!(customers(&unclaimed), customers(&sends[2..]));
    assert_eq!(customers(&claimed_too), customers(&sends[1..]));
    let progress = Progress { status: Status::Sent, ..Progress::default() };
    let customer = sends[1].send.customer.clone();
    let news = RecipientNews { customer, message_id: message.id, progress };
    stage.world.store().advance_recipients(stage.campaign.id, &[news]).await.unwrap();
    stage.settle(&sends[2..]).await;
    assert_eq!(stage.step().await.next, Next::Idle);
}
