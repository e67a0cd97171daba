//! Phone numbers: patterns P1 to P7 on the local DynamoDB.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::phone_number::{
    MAX_PER_WORKSPACE, MetaId, PhoneNumber, PhoneNumberStatus, QualityRating, Stop,
};
use switchboard_model::plan::Plan;
use switchboard_model::workspace::{Member, MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus};
use switchboard_store::{Condition, Store, keys};
use switchboard_testkit::World;

const WORKSPACE: Id = Id::from_bits(1).unwrap();
const OTHER: Id = Id::from_bits(2).unwrap();

async fn world() -> World {
    let world = World::new().await;
    for id in [WORKSPACE, OTHER] {
        let (workspace, owner) = workspace(&world, id);
        world.store().create_workspace(&workspace, &owner).await.unwrap();
    }
    world
}

fn workspace(world: &World, id: Id) -> (Workspace, Member) {
    let (now, user_id) = (world.resources.now(), Id::from_bits(9).unwrap());
    let secrets = || WorkspaceSecrets { api_key: String::new(), webhook_secret: String::new() };
    let workspace = Workspace {
        id,
        name: "Acme".to_owned(),
        slug: format!("acme-{id}"),
        plan: Plan::Free,
        status: WorkspaceStatus::Active,
        settings: serde_json::json!({}),
        api_key_digest: id.to_string(),
        sealed_secrets: Vec::new(),
        masked_secrets: secrets(),
        created_by: user_id,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        watched: switchboard_model::event::Watched::default(),
        version: 1,
    };
    let owner = Member {
        id,
        workspace_id: id,
        user_id,
        email: "ada@example.com".parse().unwrap(),
        role: Role::Owner,
        status: MemberStatus::Active,
        title: None,
        department_id: None,
        joined_at: now,
    };
    (workspace, owner)
}

fn meta_id(digits: u64) -> MetaId {
    digits.to_string().parse().unwrap()
}

/// A number of [`WORKSPACE`] whose ids both are `id`, of the account 77.
fn number(world: &World, id: u64) -> PhoneNumber {
    let now = world.resources.now();
    PhoneNumber {
        id: Id::from_bits(id).unwrap(),
        workspace_id: WORKSPACE,
        meta_id: meta_id(id),
        business_id: Some(meta_id(77)),
        phone_number: "+16505551234".parse().unwrap(),
        verified_name: Some("Acme".to_owned()),
        display_name: "Support".to_owned(),
        quality_rating: QualityRating::Green,
        message_limit: None,
        limit_as_of: now,
        tier: "STANDARD".to_owned(),
        status: PhoneNumberStatus::Active,
        sealed_token: vec![1, 2, 3],
        token_expires_at: Some(now),
        stopped: None,
        verified_at: now,
        synced_at: now,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    }
}

/// The number as it is after one more change.
fn next(number: &PhoneNumber) -> PhoneNumber {
    PhoneNumber { version: number.version + 1, ..number.clone() }
}

fn deleted(world: &World, number: &PhoneNumber) -> PhoneNumber {
    let mut deleted = next(number);
    deleted.delete(world.resources.now());
    deleted
}

async fn refused(store: &Store, new: &PhoneNumber) -> Option<Condition> {
    store.create_phone_number(new).await.unwrap_err().condition()
}

#[tokio::test]
async fn a_registered_number_is_found_by_all_its_names() {
    let world = world().await;
    let store = world.store();
    let new = PhoneNumber {
        stopped: Some(Stop { code: 190, message: "expired".to_owned(), at: 5 }),
        message_limit: Some(250),
        ..number(&world, 10)
    };

    store.create_phone_number(&new).await.unwrap();

    let found = Some(new.clone());
    assert_eq!(store.phone_number(new.id).await.unwrap(), found);
    assert_eq!(store.phone_number_by_meta_id(&new.meta_id).await.unwrap(), found);
    assert_eq!(store.phone_numbers_of_workspace(WORKSPACE).await.unwrap(), std::slice::from_ref(&new));
    assert_eq!(store.phone_numbers_of_account(&meta_id(77)).await.unwrap(), std::slice::from_ref(&new));
    assert_eq!(store.access(OTHER, None, Some(new.id)).await.unwrap().phone_number, found);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let world = world().await;
    let store = world.store();
    assert_eq!(store.phone_number(WORKSPACE).await.unwrap(), None);
    assert_eq!(store.phone_number_by_meta_id(&meta_id(1)).await.unwrap(), None);
    assert!(store.phone_numbers_of_workspace(WORKSPACE).await.unwrap().is_empty());
    assert!(store.phone_numbers_of_account(&meta_id(77)).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_is_by_age_and_of_one_workspace() {
    let world = world().await;
    let store = world.store();
    for id in [12, 10, 11] {
        store.create_phone_number(&number(&world, id)).await.unwrap();
    }
    let elsewhere = PhoneNumber { workspace_id: OTHER, business_id: None, ..number(&world, 13) };
    store.create_phone_number(&elsewhere).await.unwrap();

    let listed = store.phone_numbers_of_workspace(WORKSPACE).await.unwrap();

    assert_eq!(listed.iter().map(|number| number.id.bits()).collect::<Vec<_>>(), [10, 11, 12]);
    assert_eq!(store.phone_numbers_of_account(&meta_id(77)).await.unwrap().len(), 3);
}

#[tokio::test]
async fn ids_are_unique_and_a_failed_registration_leaves_nothing() {
    let world = world().await;
    let store = world.store();
    let first = number(&world, 10);
    store.create_phone_number(&first).await.unwrap();
    let same_number =
        PhoneNumber { meta_id: first.meta_id.clone(), workspace_id: OTHER, ..number(&world, 11) };
    let same_id = PhoneNumber { meta_id: meta_id(12), ..first.clone() };
    let nowhere = PhoneNumber { workspace_id: Id::from_bits(3).unwrap(), ..number(&world, 13) };

    assert_eq!(refused(store, &same_number).await, Some(Condition::MetaNumberTaken));
    assert_eq!(refused(store, &same_id).await, Some(Condition::IdTaken));
    assert_eq!(refused(store, &nowhere).await, Some(Condition::Contested));

    assert_eq!(store.phone_number(same_number.id).await.unwrap(), None);
    assert_eq!(store.phone_number_by_meta_id(&same_id.meta_id).await.unwrap(), None);
    assert_eq!(store.phone_numbers_of_workspace(WORKSPACE).await.unwrap(), [first]);
}

#[tokio::test]
async fn a_workspace_has_room_for_so_many_numbers_and_deleting_makes_room() {
    let world = world().await;
    let store = world.store();
    let last = 100 + u64::from(MAX_PER_WORKSPACE);
    for id in 100..last {
        store.create_phone_number(&number(&world, id)).await.unwrap();
    }

    let one_more = number(&world, last);
    let refused = refused(store, &one_more).await;
    store.delete_phone_number(&deleted(&world, &number(&world, 100))).await.unwrap();
    let then = store.create_phone_number(&one_more).await;

    assert_eq!(refused, Some(Condition::TooManyPhoneNumbers));
    then.unwrap();
    assert_eq!(store.phone_numbers_of_workspace(WORKSPACE).await.unwrap().len(), 100);
}

#[tokio::test]
async fn of_two_changes_to_the_same_version_the_second_is_contested() {
    let world = world().await;
    let store = world.store();
    let first = number(&world, 10);
    store.create_phone_number(&first).await.unwrap();
    let renamed = PhoneNumber { display_name: "Sales".to_owned(), ..next(&first) };
    let disabled = PhoneNumber { status: PhoneNumberStatus::Disabled, ..next(&first) };

    store.update_phone_number(&renamed).await.unwrap();
    let second = store.update_phone_number(&disabled).await;
    let deletion = store.delete_phone_number(&deleted(&world, &first)).await;

    assert_eq!(second.unwrap_err().condition(), Some(Condition::Contested));
    assert_eq!(deletion.unwrap_err().condition(), Some(Condition::Contested));
    assert_eq!(store.phone_number(first.id).await.unwrap(), Some(renamed));
}

#[tokio::test]
async fn a_deleted_number_is_kept_out_of_all_lists_and_is_not_changed_any_more() {
    let world = world().await;
    let store = world.store();
    let first = number(&world, 10);
    store.create_phone_number(&first).await.unwrap();
    let deleted = deleted(&world, &first);

    store.delete_phone_number(&deleted).await.unwrap();

    assert_eq!(store.phone_number(first.id).await.unwrap(), Some(deleted.clone()));
    assert_eq!(store.phone_number_by_meta_id(&first.meta_id).await.unwrap(), None);
    assert!(store.phone_numbers_of_workspace(WORKSPACE).await.unwrap().is_empty());
    assert!(store.phone_numbers_of_account(&meta_id(77)).await.unwrap().is_empty());
    let revived = PhoneNumber { deleted_at: None, ..next(&deleted) };
    let refused = store.update_phone_number(&revived).await.unwrap_err();
    assert_eq!(refused.condition(), Some(Condition::Contested));
    let again = PhoneNumber { meta_id: first.meta_id, ..number(&world, 11) };
    store.create_phone_number(&again).await.unwrap();
}

#[tokio::test]
async fn the_mark_for_the_outbox_is_there_while_the_number_may_send() {
    let world = world().await;
    let store = world.store();
    let first = number(&world, 10);
    store.create_phone_number(&first).await.unwrap();
    let stop = Stop { code: 190, message: "expired".to_owned(), at: 5 };
    let stopped = PhoneNumber { stopped: Some(stop), ..next(&first) };
    let sendable = PhoneNumber { stopped: None, ..next(&stopped) };

    let at_first = marked(&world, first.id).await;
    store.update_phone_number(&stopped).await.unwrap();
    let while_stopped = marked(&world, first.id).await;
    store.update_phone_number(&sendable).await.unwrap();
    let afterwards = marked(&world, first.id).await;

    assert_eq!((at_first, while_stopped, afterwards), (true, false, true));
}

/// Whether the stored item of a number has the mark, read past the store as the stream shows it.
async fn marked(world: &World, id: Id) -> bool {
    let key = keys::phone_number(id);
    let value = |text: &str| switchboard_store::dynamodb::types::AttributeValue::S(text.to_owned());
    let request = world.aws.dynamodb().get_item().table_name(world.aws.table_names().main);
    let request = request.key("pk", value(&key.pk)).key("sk", value(&key.sk)).consistent_read(true);
    request.send().await.unwrap().item.unwrap().contains_key("outbox")
}

#[tokio::test]
async fn an_account_that_becomes_known_lists_the_number_and_its_templates_are_kept_in_step() {
    let world = world().await;
    let store = world.store();
    let first = PhoneNumber { business_id: None, ..number(&world, 10) };
    store.create_phone_number(&first).await.unwrap();
    let placed = PhoneNumber { business_id: Some(meta_id(77)), ..next(&first) };

    let before = store.phone_numbers_of_account(&meta_id(77)).await.unwrap();
    store.place_phone_number(&placed, &meta_id(77)).await.unwrap();
    let second = store.place_phone_number(&placed, &meta_id(77)).await;

    assert!(before.is_empty());
    assert_eq!(store.phone_numbers_of_account(&meta_id(77)).await.unwrap(), [placed]);
    let synced = store.template_synced_accounts(None, 10).await.unwrap();
    let synced: Vec<_> = synced.into_iter().map(|(account, _)| account.business_id).collect();
    assert_eq!(synced, [meta_id(77)]);
    assert_eq!(second.unwrap_err().condition(), Some(Condition::Contested));
}
