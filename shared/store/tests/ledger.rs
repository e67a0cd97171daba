//! Ledgers of campaigns: patterns L1 to L10 and L12.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use serde_json::json;
use switchboard_meter::Meter;
use switchboard_model::conversation::{ConversationKey, Customer};
use switchboard_model::message::{
    Attempt, CampaignRef, Content, Direction, Failure, Message, Progress, Status,
};
use switchboard_model::page::Slice;
use switchboard_model::recipient::{
    FrozenParameters, NewRecipient, RecipientCounts, RecipientStatus, SkipReason, shard_of,
};
use switchboard_model::{Id, Timestamp};
use switchboard_store::{
    Condition, MessageKey, Omission, RecipientNews, RecipientPage, Release, SoughtRecipients, Store, Unsent,
};
use switchboard_testkit::{LocalAws, World};

async fn store() -> Store {
    let aws = LocalAws::new();
    Store::new(aws.dynamodb(), aws.create_tables().await)
}

fn id(bits: u64) -> Id {
    Id::from_bits(bits).unwrap()
}

fn campaign() -> Id {
    id(1)
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + second).unwrap()
}

fn customer(number: usize) -> Customer {
    Customer::from_whatsapp(&(4_915_000_000_000 + number).to_string()).unwrap()
}

fn recipient(number: usize) -> NewRecipient {
    NewRecipient {
        customer: customer(number),
        contact_id: Some(id(1_000 + number as u64)),
        name: Some(format!("Contact {number}")),
        parameters: FrozenParameters { components: json!([{"type": "body"}, number]), media: Vec::new() },
        skip: None,
    }
}

fn message(number: usize, message_id: u64) -> Message {
    let customer = customer(number);
    Message {
        id: id(message_id),
        workspace_id: id(2),
        conversation: ConversationKey { phone_number_id: id(3), customer: customer.clone() },
        wa_message_id: None,
        direction: Direction::Outbound,
        business_number: "+1234567890".to_owned(),
        content: Content::Text { text: "Hello".to_owned() },
        sent_by: None,
        created_at: at(0),
        progress: Progress { status: Status::Sending, ..Progress::default() },
        attempt: Some(Attempt { number: 1, at: at(0).as_millisecond() }),
        refusals: None,
        slot: None,
        campaign: Some(CampaignRef {
            campaign_id: campaign(),
            shard: shard_of(&customer),
            recipient: customer,
        }),
    }
}

fn news(number: usize, message_id: u64, status: Status) -> RecipientNews {
    let progress = match status {
        Status::Failed => Progress {
            status,
            failed_at: Some(at(2)),
            failure: Some(Failure { code: 131_026, title: "Undeliverable".to_owned(), details: None }),
            ..Progress::default()
        },
        _ => Progress { status, sent_at: Some(at(1)), ..Progress::default() },
    };
    RecipientNews { customer: customer(number), message_id: id(message_id), progress }
}

async fn counts(store: &Store, planned: &RecipientCounts) -> RecipientCounts {
    let mut counts = planned.clone();
    counts += &store.recipient_moves(campaign()).await.unwrap();
    assert_eq!(counts, store.count_ledger(campaign()).await.unwrap(), "the counters and the rows");
    counts
}

#[tokio::test]
async fn a_batch_that_is_repeated_counts_the_same_and_changes_nothing() {
    let store = store().await;
    let mut batch: Vec<_> = (0..60).map(recipient).collect();
    batch[7].skip = Some(SkipReason::NotOptedIn);

    let first = store.plan_recipients(campaign(), 1, &batch).await.unwrap();
    let again = store.plan_recipients(campaign(), 1, &batch).await.unwrap();

    assert_eq!(first, again);
    assert_eq!((first.of(RecipientStatus::Planned), first.skipped_for(SkipReason::NotOptedIn)), (59, 1));
    assert_eq!(counts(&store, &first).await.total(), 60);
    let row = store.recipient(campaign(), &customer(3)).await.unwrap().unwrap();
    assert_eq!(row.parameters, batch[3].parameters);
    assert_eq!(row.name.as_deref(), Some("Contact 3"));
}

#[tokio::test]
async fn a_customer_who_is_met_again_by_another_batch_counts_once() {
    let store = store().await;
    store.plan_recipients(campaign(), 1, &[recipient(1)]).await.unwrap();
    let second = store.plan_recipients(campaign(), 2, &[recipient(1), recipient(2)]).await.unwrap();
    assert_eq!(second.total(), 1);
}

#[tokio::test]
async fn a_recipient_is_claimed_once() {
    let store = store().await;
    store.plan_recipients(campaign(), 1, &[recipient(1)]).await.unwrap();

    store.claim_recipient(&message(1, 11), 1, at(0)).await.unwrap();
    let second = store.claim_recipient(&message(1, 12), 1, at(0)).await.unwrap_err();

    assert_eq!(second.condition(), Some(Condition::NotClaimable));
    assert_eq!(store.message(&MessageKey::from(&message(1, 11))).await.unwrap(), Some(message(1, 11)));
    assert_eq!(store.message(&MessageKey::from(&message(1, 12))).await.unwrap(), None);
    let row = store.recipient(campaign(), &customer(1)).await.unwrap().unwrap();
    assert_eq!(row.claim.map(|claim| (claim.message_id, claim.run)), Some((id(11), 1)));
}

#[tokio::test]
async fn whoever_is_left_out_can_not_be_claimed() {
    let store = store().await;
    let left_out = NewRecipient { skip: Some(SkipReason::NotOptedIn), ..recipient(1) };
    store.plan_recipients(campaign(), 1, &[left_out]).await.unwrap();
    let refused = store.claim_recipient(&message(1, 11), 1, at(0)).await.unwrap_err();
    assert_eq!(refused.condition(), Some(Condition::NotClaimable));
}

#[tokio::test]
async fn rows_and_counters_move_together_and_news_may_be_repeated() {
    let store = store().await;
    let batch: Vec<_> = (0..60).map(recipient).collect();
    let planned = store.plan_recipients(campaign(), 1, &batch).await.unwrap();
    let mut all = Vec::new();
    for number in 0..60 {
        let message_id = 100 + number as u64;
        store.claim_recipient(&message(number, message_id), 1, at(0)).await.unwrap();
        all.push(news(number, message_id, Status::Sent));
        if number % 3 == 0 {
            all.push(news(number, message_id, Status::Failed));
        }
    }

    for _ in 0..2 {
        assert_eq!(store.advance_recipients(campaign(), &all).await.unwrap().len(), 60);
        let counts = counts(&store, &planned).await;
        assert_eq!((counts.of(RecipientStatus::Failed), counts.of(RecipientStatus::Sent)), (20, 40));
    }
}

#[tokio::test]
async fn those_who_move_rows_at_the_same_time_lose_nothing() {
    let store = store().await;
    let batch: Vec<_> = (0..40).map(recipient).collect();
    let planned = store.plan_recipients(campaign(), 1, &batch).await.unwrap();
    let mut all = Vec::new();
    for number in 0..40 {
        let message_id = 100 + number as u64;
        store.claim_recipient(&message(number, message_id), 1, at(0)).await.unwrap();
        all.push(news(number, message_id, Status::Sent));
    }

    let tell = |news| store.advance_recipients(campaign(), news);
    let (first, second, third) = tokio::join!(tell(&all), tell(&all[..20]), tell(&all[10..]));

    assert!(first.is_ok() && second.is_ok() && third.is_ok());
    assert_eq!(counts(&store, &planned).await.of(RecipientStatus::Sent), 40);
}

#[tokio::test]
async fn failed_recipients_are_planned_again_and_forget_their_message() {
    let store = store().await;
    let planned = store.plan_recipients(campaign(), 1, &[recipient(1), recipient(2)]).await.unwrap();
    store.claim_recipient(&message(1, 11), 1, at(0)).await.unwrap();
    store.advance_recipients(campaign(), &[news(1, 11, Status::Failed)]).await.unwrap();

    for expected in [1, 0] {
        let (count, next) = store.replan_failed_recipients(campaign(), None, 100).await.unwrap();
        assert_eq!((count, next), (expected, None));
    }

    assert_eq!(counts(&store, &planned).await, planned);
    assert_eq!(store.advance_recipients(campaign(), &[news(1, 11, Status::Delivered)]).await.unwrap(), []);
    store.claim_recipient(&message(1, 12), 2, at(9)).await.unwrap();
}

const RECONCILE: Duration = Duration::from_mins(5);

fn omission(number: usize, message: Option<&Message>) -> Omission {
    let failure = Failure { code: 131_050, title: "Opted out".to_owned(), details: None };
    Omission {
        campaign_id: campaign(),
        customer: customer(number),
        reason: SkipReason::NotOptedIn,
        unsent: message.map(|message| Unsent { key: message.into(), failure, reconcile_delay: RECONCILE }),
    }
}

#[tokio::test]
async fn a_planned_recipient_is_left_out_once_and_counted() {
    let store = store().await;
    let planned = store.plan_recipients(campaign(), 1, &[recipient(1), recipient(2)]).await.unwrap();

    store.leave_out_recipient(&omission(1, None), at(1)).await.unwrap();
    let again = store.leave_out_recipient(&omission(1, None), at(1)).await.unwrap_err();

    assert_eq!(again.condition(), Some(Condition::NotClaimable));
    let counts = counts(&store, &planned).await;
    assert_eq!((counts.of(RecipientStatus::Planned), counts.skipped_for(SkipReason::NotOptedIn)), (1, 1));
    let claimed = store.claim_recipient(&message(1, 11), 1, at(2)).await.unwrap_err();
    assert_eq!(claimed.condition(), Some(Condition::NotClaimable));
}

#[tokio::test]
async fn whoever_is_left_out_keeps_our_reason_whatever_their_message_says() {
    let store = store().await;
    let planned = store.plan_recipients(campaign(), 1, &[recipient(1)]).await.unwrap();
    let message = message(1, 11);
    store.claim_recipient(&message, 1, at(0)).await.unwrap();
    let unclaimed = store.leave_out_recipient(&omission(1, None), at(1)).await.unwrap_err();
    let being_sent = store.leave_out_recipient(&omission(1, Some(&message)), at(1)).await.unwrap_err();
    for refused in [unclaimed, being_sent] {
        assert_eq!(refused.condition(), Some(Condition::NotClaimable));
    }

    store.release_message(&(&message).into(), 1, Release::default()).await.unwrap();
    store.leave_out_recipient(&omission(1, Some(&message)), at(2)).await.unwrap();

    let failed = store.message(&MessageKey::from(&message)).await.unwrap().unwrap().progress;
    assert_eq!((failed.status, failed.failed_at), (Status::Failed, Some(at(2))));
    let told = RecipientNews { customer: customer(1), message_id: message.id, progress: failed };
    let row = store.advance_recipients(campaign(), &[told]).await.unwrap().remove(0);
    assert_eq!((row.status, row.skip), (RecipientStatus::Skipped, Some(SkipReason::NotOptedIn)));
    assert_eq!(counts(&store, &planned).await.skipped_for(SkipReason::NotOptedIn), 1);
}

#[tokio::test]
async fn a_message_whose_sender_died_is_failed_once_its_outcome_was_waited_for() {
    let store = store().await;
    store.plan_recipients(campaign(), 1, &[recipient(1)]).await.unwrap();
    let message = message(1, 11);
    store.claim_recipient(&message, 1, at(0)).await.unwrap();

    store.leave_out_recipient(&omission(1, Some(&message)), at(301)).await.unwrap();

    let status = store.message(&MessageKey::from(&message)).await.unwrap().unwrap().progress.status;
    assert_eq!(status, Status::Failed);
}

#[tokio::test]
async fn pages_and_walks_meet_everybody_once() {
    let store = store().await;
    let batch: Vec<_> = (0..230)
        .map(|number| {
            let skip = (number % 10 == 0).then_some(SkipReason::NotOptedIn);
            NewRecipient { skip, ..recipient(number) }
        })
        .collect();
    store.plan_recipients(campaign(), 1, &batch).await.unwrap();

    for (status, expected) in
        [(None, 230), (Some(RecipientStatus::Planned), 207), (Some(RecipientStatus::Skipped), 23)]
    {
        let mut walked = Vec::new();
        let mut position: Option<String> = None;
        loop {
            let (rows, next) =
                store.walk_recipients(campaign(), status, position.as_deref(), 50).await.unwrap();
            assert!(rows.len() <= 50);
            walked.extend(rows);
            position = next;
            if position.is_none() {
                break;
            }
        }
        assert_eq!(walked.len(), expected);
        let mut listed = Vec::new();
        let sought = SoughtRecipients { status, matching: expected, all: 230 };
        for offset in (0..=expected).step_by(40) {
            let page = store.recipients(campaign(), sought, Slice { limit: 40, offset }).await.unwrap();
            assert!(!page.truncated);
            listed.extend(page.items);
        }
        assert_eq!(listed, walked);
    }
    let sought = SoughtRecipients { status: None, matching: 230, all: 230 };
    let beyond = store.recipients(campaign(), sought, Slice { limit: 10, offset: 230 }).await.unwrap();
    assert_eq!(beyond, RecipientPage::default());
}

#[tokio::test]
async fn few_among_many_are_found_without_going_through_all_one_by_one() {
    let world = World::new().await;
    let store = world.store();
    let batch: Vec<_> = (0..230).map(recipient).collect();
    store.plan_recipients(campaign(), 1, &batch).await.unwrap();
    store.claim_recipient(&message(7, 11), 1, at(0)).await.unwrap();
    store.advance_recipients(campaign(), &[news(7, 11, Status::Failed)]).await.unwrap();
    let slice = Slice { limit: 20, offset: 0 };
    let meter = Meter::default();

    let failed = SoughtRecipients { status: Some(RecipientStatus::Failed), matching: 1, all: 230 };
    let failed = meter.scope(store.recipients(campaign(), failed, slice)).await.unwrap();

    assert_eq!(failed.items.iter().map(|row| &row.customer).collect::<Vec<_>>(), [&customer(7)]);
    // All parts are counted at once, and one query is read.
    let reading = meter.reading();
    assert_eq!((reading.calls, reading.round_trips), (17, 2));
    let read = SoughtRecipients { status: Some(RecipientStatus::Read), matching: 0, all: 230 };
    assert_eq!(store.recipients(campaign(), read, slice).await.unwrap(), RecipientPage::default());
}
