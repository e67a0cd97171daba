//! People: patterns U1 to U4.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use switchboard_model::Id;
use switchboard_model::invitation::Invitation;
use switchboard_model::user::{User, UserState};
use switchboard_store::{Condition, Store};
use switchboard_testkit::LocalAws;

async fn store() -> Store {
    let aws = LocalAws::new();
    Store::new(aws.dynamodb(), aws.create_tables().await)
}

fn ada(state: UserState) -> User {
    User {
        id: Id::from_bits(1).unwrap(),
        email: "Ada@example.com".parse().unwrap(),
        email_verified: false,
        name: None,
        state,
        created_at: "2026-01-01T00:00:00.123Z".parse().unwrap(),
    }
}

fn active() -> UserState {
    UserState::Active { password_hash: "$argon2id$".to_owned() }
}

#[tokio::test]
async fn a_user_reads_back_by_id_and_by_address_in_any_case() {
    let store = store().await;
    let ada = ada(active());
    store.create_user(&ada).await.unwrap();
    assert_eq!(store.user_by_id(ada.id).await.unwrap(), Some(ada.clone()));
    assert_eq!(store.user_by_email(&"ADA@example.com".parse().unwrap()).await.unwrap(), Some(ada));
}

#[tokio::test]
async fn nobody_is_found_where_nobody_is() {
    let store = store().await;
    assert_eq!(store.user_by_id(Id::from_bits(1).unwrap()).await.unwrap(), None);
    assert_eq!(store.user_by_email(&"ada@example.com".parse().unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn an_address_and_an_id_are_given_once() {
    let store = store().await;
    let first = ada(active());
    store.create_user(&first).await.unwrap();
    let same_address =
        User { id: Id::from_bits(2).unwrap(), email: "ADA@example.com".parse().unwrap(), ..first.clone() };
    let same_id = User { email: "bob@example.com".parse().unwrap(), ..first.clone() };

    let taken_address = store.create_user(&same_address).await.unwrap_err();
    let taken_id = store.create_user(&same_id).await.unwrap_err();

    assert_eq!(taken_address.condition(), Some(Condition::EmailTaken));
    assert_eq!(taken_id.condition(), Some(Condition::IdTaken));
    assert_eq!(store.user_by_id(same_address.id).await.unwrap(), None, "nothing is written");
    assert_eq!(store.user_by_email(&same_id.email).await.unwrap(), None, "nothing is written");
}

#[tokio::test]
async fn an_invitation_becomes_an_account_once() {
    let store = store().await;
    let invited = ada(UserState::Invited);
    store.create_user(&invited).await.unwrap();

    store.claim_user(invited.id, Some("Ada"), "$argon2id$", &[], None).await.unwrap();
    let again = store.claim_user(invited.id, Some("Eve"), "$other$", &[], None).await.unwrap_err();

    assert_eq!(again.condition(), Some(Condition::AlreadySignedUp));
    let expected = User { name: Some("Ada".to_owned()), state: active(), ..invited };
    assert_eq!(store.user_by_id(expected.id).await.unwrap(), Some(expected));
}

#[tokio::test]
async fn nobody_can_claim_an_account_that_is_not_there() {
    let store = store().await;
    let nobody =
        store.claim_user(Id::from_bits(9).unwrap(), None, "$argon2id$", &[], None).await.unwrap_err();
    assert_eq!(nobody.condition(), Some(Condition::AlreadySignedUp));
    assert_eq!(store.user_by_id(Id::from_bits(9).unwrap()).await.unwrap(), None);
}

#[tokio::test]
async fn an_account_by_an_invitation_of_somebody_else_is_not_made() {
    let store = store().await;
    let invited = ada(UserState::Invited);
    store.create_user(&invited).await.unwrap();
    let invitation = Invitation { workspace_id: Id::from_bits(1).unwrap(), digest: "digest".to_owned() };

    let refused = store.claim_user(invited.id, None, "$argon2id$", &[], Some(&invitation)).await.unwrap_err();

    assert_eq!(refused.condition(), Some(Condition::InvitationGone));
    assert_eq!(store.user_by_id(invited.id).await.unwrap(), Some(invited));
}
