//! Handing out of recipients, and new users of an account: patterns L11 and C2.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use switchboard_model::phone_number::MetaId;
use switchboard_model::{Id, Timestamp};
use switchboard_store::{Condition, DispatchCheckpoint, NewUsersAsked, NewUsersGranted, Store};
use switchboard_testkit::LocalAws;

const HOUR: i64 = 3_600;

async fn store() -> Store {
    let aws = LocalAws::new();
    Store::new(aws.dynamodb(), aws.create_tables().await)
}

fn id(bits: u64) -> Id {
    Id::from_bits(bits).unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_767_225_600 + second).unwrap()
}

fn account() -> MetaId {
    "9876543210".parse().unwrap()
}

fn asked(turn: u64, count: u32) -> NewUsersAsked {
    NewUsersAsked { campaign_id: id(1), run: 1, turn, count, given_back: 0 }
}

#[tokio::test]
async fn a_checkpoint_is_changed_by_one_at_a_time() {
    let store = store().await;
    assert_eq!(store.dispatch_checkpoint(id(1)).await.unwrap(), DispatchCheckpoint::default());
    let first = DispatchCheckpoint { run: 1, handed_out: 5, version: 1, ..DispatchCheckpoint::default() };
    let second = DispatchCheckpoint { handed_out: 9, version: 2, ..first.clone() };

    for next in [&first, &second] {
        store.save_dispatch_checkpoint(id(1), next).await.unwrap();
        let contested = store.save_dispatch_checkpoint(id(1), next).await.unwrap_err();
        assert_eq!(contested.condition(), Some(Condition::Contested));
    }

    assert_eq!(store.dispatch_checkpoint(id(1)).await.unwrap(), second);
}

#[tokio::test]
async fn an_account_begins_with_no_more_users_in_a_day_than_it_may() {
    let store = store().await;
    let account = account();
    let take = |asked, at| store.take_new_users(&account, 250, asked, at);

    let first = take(asked(1, 200), at(0)).await.unwrap();
    let second = take(asked(2, 200), at(2 * HOUR)).await.unwrap();
    let third = take(asked(3, 200), at(24 * HOUR)).await.unwrap();
    let fourth = take(asked(4, 200), at(25 * HOUR)).await.unwrap();

    assert_eq!(first, NewUsersGranted { count: 200, more_at: None });
    assert_eq!(second, NewUsersGranted { count: 50, more_at: Some(at(25 * HOUR)) });
    assert_eq!(third, NewUsersGranted { count: 0, more_at: Some(at(25 * HOUR)) });
    assert_eq!(fourth, NewUsersGranted { count: 200, more_at: None });
}

#[tokio::test]
async fn who_asks_the_same_again_gets_the_same() {
    let store = store().await;
    for _ in 0..3 {
        let granted = store.take_new_users(&account(), 250, asked(1, 200), at(0)).await.unwrap();
        assert_eq!(granted.count, 200);
    }
}

#[tokio::test]
async fn users_who_were_not_written_to_are_given_back() {
    let store = store().await;
    store.take_new_users(&account(), 250, asked(1, 250), at(0)).await.unwrap();
    let resumed = NewUsersAsked { run: 2, turn: 0, given_back: 100, ..asked(0, 100) };
    let granted = store.take_new_users(&account(), 250, resumed, at(60)).await.unwrap();
    assert_eq!(granted, NewUsersGranted { count: 100, more_at: None });
}

#[tokio::test]
async fn users_are_given_back_once_though_none_are_left() {
    let store = store().await;
    store.take_new_users(&account(), 250, asked(1, 200), at(0)).await.unwrap();
    let resumed = NewUsersAsked { run: 2, turn: 1, given_back: 30, ..asked(0, 100) };
    for _ in 0..5 {
        let none = store.take_new_users(&account(), 170, resumed, at(60)).await.unwrap();
        assert_eq!(none.count, 0);
    }

    let granted = store.take_new_users(&account(), 250, resumed, at(61)).await.unwrap();

    assert_eq!(granted.count, 80, "250 may be, 200 less 30 are");
}
