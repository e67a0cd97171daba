//! Requests of a workspace: pattern R1.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_model::plan::Usage;
use switchboard_model::{Id, Timestamp};
use switchboard_store::Store;
use switchboard_testkit::LocalAws;

const HOUR: Duration = Duration::from_hours(1);

async fn store() -> Store {
    let aws = LocalAws::new();
    Store::new(aws.dynamodb(), aws.create_tables().await)
}

fn morning() -> Timestamp {
    "2026-01-01T09:59:59Z".parse().unwrap()
}

fn workspace() -> Id {
    Id::from_bits(1).unwrap()
}

fn usage(this_hour: u32, this_day: u32) -> Usage {
    Usage { this_hour, this_day }
}

#[tokio::test]
async fn hours_and_days_are_counted_apart() {
    let store = store().await;
    let count = |at| store.count_requests(workspace(), 1, at);
    assert_eq!(count(morning()).await.unwrap(), usage(1, 1));
    assert_eq!(count(morning()).await.unwrap(), usage(2, 2));
    assert_eq!(count(morning() + Duration::from_secs(1)).await.unwrap(), usage(1, 3), "the next hour");
    assert_eq!(count(morning() + 24 * HOUR).await.unwrap(), usage(1, 1), "the same hour of the next day");
}

#[tokio::test]
async fn workspaces_are_counted_apart() {
    let store = store().await;
    store.count_requests(workspace(), 1, morning()).await.unwrap();
    let other = store.count_requests(Id::from_bits(2).unwrap(), 1, morning()).await.unwrap();
    assert_eq!(other, usage(1, 1));
}

#[tokio::test]
async fn a_request_can_be_taken_back() {
    let store = store().await;
    store.count_requests(workspace(), 1, morning()).await.unwrap();
    assert_eq!(store.count_requests(workspace(), -1, morning()).await.unwrap(), usage(0, 0));
}

#[tokio::test]
async fn requests_at_the_same_time_are_all_counted() {
    let store = store().await;
    let count = || store.count_requests(workspace(), 1, morning());
    let counted = tokio::join!(count(), count(), count(), count());
    assert!(counted.0.is_ok() && counted.1.is_ok() && counted.2.is_ok() && counted.3.is_ok());
    assert_eq!(count().await.unwrap(), usage(5, 5));
}
