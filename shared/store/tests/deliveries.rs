//! Deliveries, events and webhooks, on the local DynamoDB.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_model::delivery::{
    Attempt, Delivery, DeliveryKey, DeliveryState, MAX_ATTEMPTS, NewDelivery, Outcome, Retry, Source,
};
use switchboard_model::event::{Event, EventId, EventType, Watched};
use switchboard_model::webhook::{Endpoint, EndpointStatus, SignatureFormat, watched};
use switchboard_model::{Id, Timestamp};
use switchboard_store::{Condition, DeliveryClaim, ReplayScope, StoreError};
use switchboard_testkit::{Business, World};

fn event_at(world: &World, workspace_id: Id, number: u32) -> Event {
    let at = world.resources.now() + Duration::from_millis(number.into());
    Event {
        id: EventId::of(at, &number.to_string()),
        workspace_id,
        kind: EventType::MemberAdded.to_string(),
        at: at.as_millisecond(),
        body: "{}".to_owned(),
    }
}

fn delivery_of(event: &Event, endpoint_id: Id) -> NewDelivery {
    NewDelivery {
        id: Id::NONE,
        workspace_id: event.workspace_id,
        source: Source::Endpoint { endpoint_id, event_id: event.id.clone() },
        kind: event.kind.clone(),
        created_at: Timestamp::from_millisecond(event.at).unwrap(),
    }
}

fn attempt(number: u32, outcome: Outcome) -> Attempt {
    Attempt { number, at: 1, milliseconds: 2, outcome, status: Some(500), answer: Some("no".to_owned()) }
}

async fn claim(world: &World, key: &DeliveryKey, attempt: u32) -> DeliveryClaim {
    let now = world.resources.now();
    world.store().claim_delivery(key, attempt, now, now + Duration::from_secs(30)).await.unwrap()
}

fn taken(claim: DeliveryClaim) -> Delivery {
    let DeliveryClaim::Taken(delivery) = claim else { panic!("not taken: {claim:?}") };
    *delivery
}

#[tokio::test]
async fn an_attempt_is_claimed_once_and_the_next_one_after_it_is_recorded() {
    let world = World::new().await;
    let event = event_at(&world, Id::NONE, 1);
    let new = delivery_of(&event, Id::from_bits(5).unwrap());
    assert!(world.store().add_delivery(&new).await.unwrap());
    assert!(!world.store().add_delivery(&new).await.unwrap());

    let first = taken(claim(&world, &new.key(), 1).await);
    let until = first.claimed_until.unwrap();
    let second = claim(&world, &new.key(), 1).await;
    assert_eq!(second, DeliveryClaim::UnderWay(Timestamp::from_millisecond(until).unwrap()));

    let next = world.resources.now() + Duration::from_secs(5);
    let after = first.after(attempt(1, Outcome::Refused), Retry::At(next));
    world.store().record_attempt(&after, until).await.unwrap();
    assert_eq!(world.store().delivery(&new.key()).await.unwrap(), Some(after.clone()));
    assert_eq!((after.attempts_made, after.attempts_left), (1, MAX_ATTEMPTS - 1));
    assert_eq!(claim(&world, &new.key(), 1).await, DeliveryClaim::Over(Box::new(after.clone())));

    let second = taken(claim(&world, &new.key(), 2).await);
    let until = second.claimed_until.unwrap();
    let done = second.after(attempt(2, Outcome::Delivered), Retry::Delivered);
    world.store().record_attempt(&done, until).await.unwrap();
    assert_eq!(claim(&world, &new.key(), 3).await, DeliveryClaim::Over(Box::new(done)));
    assert_eq!(claim(&world, &DeliveryKey::Callback { id: Id::NONE }, 1).await, DeliveryClaim::Gone);
}

#[tokio::test]
async fn a_claim_that_ended_goes_to_somebody_else_and_its_outcome_is_not_recorded() {
    let world = World::new().await;
    let new = delivery_of(&event_at(&world, Id::NONE, 1), Id::NONE);
    world.store().add_delivery(&new).await.unwrap();
    let first = taken(claim(&world, &new.key(), 1).await);

    world.wait(31);
    taken(claim(&world, &new.key(), 1).await);

    let until = first.claimed_until.unwrap();
    let late = first.after(attempt(1, Outcome::Delivered), Retry::Delivered);
    let recorded = world.store().record_attempt(&late, until).await;
    assert_eq!(recorded.unwrap_err().condition(), Some(Condition::NotOurs));
}

#[tokio::test]
async fn what_is_over_can_be_replayed_and_what_is_on_its_way_can_not() {
    let world = World::new().await;
    let (store, now) = (world.store(), world.resources.now());
    let new = delivery_of(&event_at(&world, Id::NONE, 1), Id::NONE);
    store.add_delivery(&new).await.unwrap();
    let refused = |result: Result<(), StoreError>| {
        assert_eq!(result.unwrap_err().condition(), Some(Condition::AttemptTaken));
    };
    refused(store.replay_delivery(&new.key(), ReplayScope::All, now).await);

    store.give_up_delivery(&new.key()).await.unwrap();
    store.give_up_delivery(&new.key()).await.unwrap();
    store.replay_delivery(&new.key(), ReplayScope::Failed, now).await.unwrap();

    let delivery = taken(claim(&world, &new.key(), 1).await);
    assert_eq!((delivery.state, delivery.attempts_left), (DeliveryState::Pending, MAX_ATTEMPTS));
    let until = delivery.claimed_until.unwrap();
    let delivered = delivery.after(attempt(1, Outcome::Delivered), Retry::Delivered);
    store.record_attempt(&delivered, until).await.unwrap();
    refused(store.replay_delivery(&new.key(), ReplayScope::Failed, now).await);
    store.replay_delivery(&new.key(), ReplayScope::All, now).await.unwrap();
}

#[tokio::test]
async fn what_is_an_hour_late_and_nobody_is_at_is_lost_and_can_be_replayed() {
    let world = World::new().await;
    let new = delivery_of(&event_at(&world, Id::NONE, 0), Id::NONE);
    world.store().add_delivery(&new).await.unwrap();
    let replay = async || {
        let now = world.resources.now();
        world.store().replay_delivery(&new.key(), ReplayScope::Failed, now).await.is_ok()
    };

    world.wait(3_600);
    assert!(!replay().await);
    world.wait(1);
    taken(claim(&world, &new.key(), 1).await);
    assert!(!replay().await);
    world.wait(31);
    assert!(replay().await);
    assert!(!replay().await);

    let delivery = taken(claim(&world, &new.key(), 1).await);
    assert_eq!(delivery.next_attempt_at, Some(world.resources.now()));
}

#[tokio::test]
async fn the_log_goes_back_in_time_page_by_page() {
    let world = World::new().await;
    let (store, now, endpoint_id) = (world.store(), world.resources.now(), Id::from_bits(9).unwrap());
    let events: Vec<_> = (0..5).map(|number| event_at(&world, Id::NONE, number)).collect();
    for event in &events {
        store.add_delivery(&delivery_of(event, endpoint_id)).await.unwrap();
    }
    store.give_up_delivery(&delivery_of(&events[1], endpoint_id).key()).await.unwrap();
    let page = async |state, before: Option<&EventId>, limit| {
        let (found, next) =
            store.deliveries_of_endpoint(endpoint_id, state, before, limit, now).await.unwrap();
        let ids: Vec<_> = found
            .into_iter()
            .map(|delivery| match delivery.key {
                DeliveryKey::Event { event_id, .. } => {
                    events.iter().position(|event| event.id == event_id).unwrap()
                }
                DeliveryKey::Callback { .. } => panic!("a callback"),
            })
            .collect();
        (ids, next)
    };

    let (first, next) = page(None, None, 3).await;
    assert_eq!(first, [4, 3, 2]);
    assert_eq!(page(None, next.as_ref(), 3).await, (vec![1, 0], None));
    assert_eq!(page(None, None, 5).await, (vec![4, 3, 2, 1, 0], None));
    assert_eq!(page(Some(DeliveryState::Failed), None, 3).await, (vec![1], None));
    assert_eq!(page(Some(DeliveryState::Delivered), None, 3).await, (vec![], None));
    let expired = now + Duration::from_hours(31 * 24);
    let (found, _) = store.deliveries_of_endpoint(endpoint_id, None, None, 3, expired).await.unwrap();
    assert_eq!(found, []);
}

#[tokio::test]
async fn events_are_kept_once_and_found_by_time() {
    let world = World::new().await;
    let workspace_id = Id::from_bits(3).unwrap();
    let events: Vec<_> = (0..4).map(|number| event_at(&world, workspace_id, number)).collect();
    for event in &events {
        world.store().keep_workspace_event(event).await.unwrap();
        world.store().keep_workspace_event(event).await.unwrap();
    }

    let found = world.store().workspace_event(workspace_id, &events[2].id).await.unwrap();
    let between = world.store().events_between(workspace_id, &events[1].id, &events[2].id, 10).await.unwrap();

    assert_eq!(found.as_ref(), Some(&events[2]));
    assert_eq!(between, events[1..=2]);
    assert_eq!(world.store().workspace_event(Id::NONE, &events[2].id).await.unwrap(), None);
}

#[tokio::test]
async fn a_workspace_says_what_its_active_webhooks_are_told_of() {
    let world = World::new().await;
    let business = Business::new(&world).await;
    let mut workspace = business.workspace.clone();
    let mut endpoint = Endpoint {
        id: world.resources.ids.next_id(),
        workspace_id: workspace.id,
        url: "https://example.com/hook".parse().unwrap(),
        description: None,
        events: Watched::from_iter([EventType::MemberAdded]),
        signature_format: SignatureFormat::Auto,
        status: EndpointStatus::Active,
        disabled: None,
        sealed_keyring: vec![1],
        masked_secret: "whsec_…abcd".to_owned(),
        created_by: None,
        created_at: world.resources.now(),
        updated_at: world.resources.now(),
        version: 1,
    };
    workspace.version += 1;
    workspace.watched = watched(std::slice::from_ref(&endpoint));

    world.store().create_endpoint(&endpoint, &workspace).await.unwrap();

    let told = world.store().watched(workspace.id).await.unwrap();
    assert!(told.includes(EventType::MemberAdded) && !told.includes(EventType::WebhookDisabled));
    assert_eq!(world.store().endpoints(workspace.id).await.unwrap(), [endpoint.clone()]);
    let again = world.store().create_endpoint(&endpoint, &workspace).await;
    assert!(matches!(again, Err(StoreError::ConditionFailed(Condition::IdTaken | Condition::Contested))));

    endpoint.version += 1;
    endpoint.status = EndpointStatus::Disabled;
    workspace.version += 1;
    workspace.watched = watched(std::slice::from_ref(&endpoint));
    world.store().update_endpoint(&endpoint, Some(&workspace)).await.unwrap();
    assert!(world.store().watched(workspace.id).await.unwrap().is_empty());
    let late = world.store().update_endpoint(&endpoint, None).await.unwrap_err();
    assert_eq!(late.condition(), Some(Condition::Contested));

    workspace.version += 1;
    world.store().delete_endpoint(&endpoint, &workspace).await.unwrap();
    assert_eq!(world.store().endpoint(workspace.id, endpoint.id).await.unwrap(), None);
}
