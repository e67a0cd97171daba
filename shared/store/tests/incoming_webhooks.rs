//! Incoming webhooks on the local DynamoDB.

use futures::future::join_all;
use switchboard_model::Id;
use switchboard_testkit::World;

#[tokio::test]
async fn uses_are_counted_in_all_and_by_hours_of_the_clock() {
    let world = World::new().await;
    let (id, store) = (Id::from_bits(7).unwrap(), world.store());
    let count = async || {
        let usage = store.use_incoming_webhook(id, world.resources.now()).await.unwrap();
        (usage.total, usage.in_hour)
    };
    assert_eq!((count().await, count().await), ((1, 1), (2, 2)));
    let before = world.resources.now();
    world.wait(3_600);
    assert_eq!((count().await, count().await), ((3, 1), (4, 2)));
    // Somebody's clock is a little late.
    let late = store.use_incoming_webhook(id, before).await.unwrap();
    assert_eq!((late.total, late.in_hour), (5, 3));
}

#[tokio::test]
async fn uses_at_once_are_all_counted_when_an_hour_begins() {
    let world = World::new().await;
    let (id, store, now) = (Id::from_bits(7).unwrap(), world.store(), world.resources.now());
    let counted = join_all((0..8).map(|_| store.use_incoming_webhook(id, now))).await;
    let mut in_hour: Vec<u32> = counted.into_iter().map(|usage| usage.unwrap().in_hour).collect();
    in_hour.sort_unstable();
    assert_eq!(in_hour, [1, 2, 3, 4, 5, 6, 7, 8]);
}
