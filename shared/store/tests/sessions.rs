//! Sessions, refresh tokens and attempts to sign in: patterns S1 to S5.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use switchboard_model::session::Session;
use switchboard_model::{Id, Timestamp};
use switchboard_store::{Condition, RefreshTokenDigest, Store, StoreError};
use switchboard_testkit::LocalAws;

const HOUR: Duration = Duration::from_hours(1);
const QUARTER: i64 = 15 * 60;

async fn store() -> Store {
    let aws = LocalAws::new();
    Store::new(aws.dynamodb(), aws.create_tables().await)
}

fn now() -> Timestamp {
    "2026-01-01T00:00:00Z".parse().unwrap()
}

fn session() -> Session {
    Session {
        id: Id::from_bits(1).unwrap(),
        user_id: Id::from_bits(2).unwrap(),
        expires_at: now() + 24 * HOUR,
    }
}

fn token(digest: &str) -> RefreshTokenDigest {
    RefreshTokenDigest { digest: digest.to_owned(), expires_at: now() + 2 * HOUR }
}

async fn started() -> Store {
    let store = store().await;
    store.start_session(&session(), &token("first")).await.unwrap();
    store
}

fn condition(result: Result<(), StoreError>) -> Option<Condition> {
    result.unwrap_err().condition()
}

#[tokio::test]
async fn a_session_reads_back_until_it_ends() {
    let store = started().await;
    assert_eq!(store.session(session().id, now()).await.unwrap(), Some(session()));
    assert_eq!(
        store.session(session().id, now() + 24 * HOUR).await.unwrap(),
        None,
        "expired, whether deleted or not"
    );
}

#[tokio::test]
async fn the_id_of_a_session_is_given_once() {
    let store = started().await;
    assert_eq!(condition(store.start_session(&session(), &token("other")).await), Some(Condition::IdTaken));
}

#[tokio::test]
async fn a_refresh_token_is_used_up_by_its_successor() {
    let store = started().await;
    let id = session().id;
    store.rotate_refresh_token(id, "first", &token("second"), now()).await.unwrap();

    let reused = store.rotate_refresh_token(id, "first", &token("stolen"), now()).await;

    assert_eq!(condition(reused), Some(Condition::TokenUsed));
    store.rotate_refresh_token(id, "second", &token("third"), now()).await.unwrap();
    let unwritten = store.rotate_refresh_token(id, "stolen", &token("fourth"), now()).await;
    assert_eq!(condition(unwritten), Some(Condition::SessionEnded), "a refused rotation writes nothing");
}

#[tokio::test]
async fn of_two_uses_at_once_one_wins() {
    let store = started().await;
    let id = session().id;
    let (a, b) = (token("a"), token("b"));

    let (first, second) = tokio::join!(
        store.rotate_refresh_token(id, "first", &a, now()),
        store.rotate_refresh_token(id, "first", &b, now()),
    );

    assert_eq!([first, second].iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test]
async fn an_unknown_an_expired_and_an_ended_token_are_over() {
    let store = started().await;
    let id = session().id;
    let next = token("next");
    let unknown = store.rotate_refresh_token(id, "unknown", &next, now()).await;
    let expired = store.rotate_refresh_token(id, "first", &next, now() + 2 * HOUR).await;
    let no_session = store.rotate_refresh_token(Id::from_bits(9).unwrap(), "first", &next, now()).await;
    store.end_session(id).await.unwrap();
    let ended = store.rotate_refresh_token(id, "first", &next, now()).await;
    for result in [unknown, expired, no_session, ended] {
        assert_eq!(condition(result), Some(Condition::SessionEnded));
    }
}

#[tokio::test]
async fn a_session_that_lives_can_have_more_tokens() {
    let store = started().await;
    let id = session().id;
    store.add_refresh_token(id, &token("second"), now()).await.unwrap();
    store.rotate_refresh_token(id, "first", &token("third"), now()).await.unwrap();
    store.rotate_refresh_token(id, "second", &token("fourth"), now()).await.unwrap();

    store.end_session(id).await.unwrap();

    assert_eq!(
        condition(store.add_refresh_token(id, &token("fifth"), now()).await),
        Some(Condition::SessionEnded)
    );
    assert_eq!(store.session(id, now()).await.unwrap(), None);
}

#[tokio::test]
async fn attempts_are_counted_by_subject_and_window() {
    let store = store().await;
    let count = |subject: &'static str, change, at| store.count_sign_ins(subject, change, QUARTER, at);
    assert_eq!(count("account ada", 1, now()).await.unwrap(), 1);
    assert_eq!(count("account ada", 1, now() + Duration::from_secs(899)).await.unwrap(), 2);
    assert_eq!(count("account bob", 1, now()).await.unwrap(), 1);
    assert_eq!(count("account ada", 1, now() + Duration::from_mins(15)).await.unwrap(), 1);
    assert_eq!(count("account ada", -2, now()).await.unwrap(), 0);
}
