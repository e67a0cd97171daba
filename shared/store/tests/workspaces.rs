//! Workspaces and their members: patterns W1 to W10, and the second part of U4.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use switchboard_model::access::Role;
use switchboard_model::invitation::Invitation;
use switchboard_model::plan::Plan;
use switchboard_model::user::{User, UserState};
use switchboard_model::workspace::{Member, MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus};
use switchboard_model::{Id, Timestamp};
use switchboard_store::{Condition, Store, StoreError};
use switchboard_testkit::LocalAws;

fn id(bits: u64) -> Id {
    Id::from_bits(bits).unwrap()
}

fn now() -> Timestamp {
    "2026-01-01T00:00:00.123Z".parse().unwrap()
}

fn workspace(number: u64, slug: &str) -> Workspace {
    let masked =
        WorkspaceSecrets { api_key: "wsk_…abcd".to_owned(), webhook_secret: "whsec_…efg=".to_owned() };
    Workspace {
        id: id(number),
        name: "My Company".to_owned(),
        slug: slug.to_owned(),
        plan: Plan::Pro,
        status: WorkspaceStatus::Active,
        settings: serde_json::json!({"a": {"b": [1, null, 1.5, "x", true, {}]}}),
        api_key_digest: format!("digest-{number}"),
        sealed_secrets: vec![0, 255, 7],
        masked_secrets: masked,
        created_by: id(100),
        created_at: now(),
        updated_at: now(),
        deleted_at: None,
        watched: switchboard_model::event::Watched::default(),
        version: 1,
    }
}

fn member(workspace_id: u64, user_id: u64, role: Role) -> Member {
    Member {
        id: id(workspace_id * 1_000 + user_id),
        workspace_id: id(workspace_id),
        user_id: id(user_id),
        email: format!("user{user_id}@example.com").parse().unwrap(),
        role,
        status: MemberStatus::Active,
        title: None,
        department_id: None,
        joined_at: now(),
    }
}

fn user(number: u64, state: UserState) -> User {
    let email = format!("user{number}@example.com").parse().unwrap();
    User { id: id(number), email, email_verified: false, name: None, state, created_at: now() }
}

fn next(workspace: &Workspace) -> Workspace {
    Workspace { version: workspace.version + 1, ..workspace.clone() }
}

fn condition(result: Result<(), StoreError>) -> Option<Condition> {
    result.unwrap_err().condition()
}

/// A store with workspace 1, `my-company`, which user 100 owns.
async fn founded() -> (Store, Workspace, Member) {
    let aws = LocalAws::new();
    let store = Store::new(aws.dynamodb(), aws.create_tables().await);
    let (workspace, owner) = (workspace(1, "my-company"), member(1, 100, Role::Owner));
    store.create_workspace(&workspace, &owner).await.unwrap();
    (store, workspace, owner)
}

async fn read(store: &Store, id: Id) -> Option<Workspace> {
    store.access(id, None, None).await.unwrap().workspace
}

#[tokio::test]
async fn a_workspace_and_its_owner_read_back() {
    let (store, workspace, owner) = founded().await;
    let access = store.access(workspace.id, Some(owner.user_id), None).await.unwrap();
    assert_eq!(access.workspace.as_ref(), Some(&workspace));
    assert_eq!(access.member.as_ref(), Some(&owner));
    assert_eq!(store.workspace_of_api_key("digest-1").await.unwrap(), Some(workspace.id));
    assert_eq!(store.members(workspace.id).await.unwrap(), vec![owner.clone()]);
    assert_eq!(store.workspaces_of_user(owner.user_id).await.unwrap(), [(workspace, owner)]);
}

#[tokio::test]
async fn a_stranger_is_no_member_and_nothing_is_no_workspace() {
    let (store, workspace, _) = founded().await;
    let stranger = store.access(workspace.id, Some(id(9)), None).await.unwrap();
    let nothing = store.access(id(9), Some(id(100)), Some(id(9))).await.unwrap();
    assert!(stranger.workspace.is_some() && stranger.member.is_none());
    assert!(nothing.workspace.is_none() && nothing.member.is_none() && nothing.phone_number.is_none());
}

#[tokio::test]
async fn a_slug_and_an_id_are_given_once() {
    let (store, _, owner) = founded().await;
    let same_slug = store.create_workspace(&workspace(2, "my-company"), &member(2, 100, Role::Owner)).await;
    let same_id = store.create_workspace(&workspace(1, "other"), &owner).await;
    assert_eq!(condition(same_slug), Some(Condition::SlugTaken));
    assert_eq!(condition(same_id), Some(Condition::IdTaken));
    assert_eq!(read(&store, id(2)).await, None, "nothing is written");
    let asked = ["my-company", "other", "third"].map(str::to_owned).to_vec();
    assert_eq!(store.free_slugs(asked).await.unwrap(), ["other", "third"]);
}

#[tokio::test]
async fn a_change_that_came_second_is_contested() {
    let (store, workspace, _) = founded().await;
    let first = Workspace { name: "First".to_owned(), ..next(&workspace) };
    let second = Workspace { name: "Second".to_owned(), ..next(&workspace) };
    store.update_workspace(&first).await.unwrap();
    assert_eq!(condition(store.update_workspace(&second).await), Some(Condition::Contested));
    assert_eq!(read(&store, workspace.id).await, Some(first));
}

#[tokio::test]
async fn a_rotated_key_takes_the_place_of_the_old_one() {
    let (store, workspace, _) = founded().await;
    let rotated = Workspace { api_key_digest: "digest-new".to_owned(), ..next(&workspace) };

    store.rotate_api_key(&rotated, &workspace.api_key_digest).await.unwrap();
    let late = store
        .rotate_api_key(&Workspace { api_key_digest: "late".to_owned(), ..rotated.clone() }, "digest-1")
        .await;

    assert_eq!(store.workspace_of_api_key("digest-new").await.unwrap(), Some(workspace.id));
    assert_eq!(store.workspace_of_api_key("digest-1").await.unwrap(), None);
    assert_eq!(condition(late), Some(Condition::Contested));
    assert_eq!(store.workspace_of_api_key("late").await.unwrap(), None, "nothing is written");
}

#[tokio::test]
async fn a_deleted_workspace_is_found_by_nothing_and_never_changes_again() {
    let (store, workspace, owner) = founded().await;
    let deleted = Workspace { deleted_at: Some(now()), ..next(&workspace) };

    store.delete_workspace(&deleted).await.unwrap();

    assert_eq!(read(&store, workspace.id).await, None);
    assert_eq!(store.workspace_of_api_key("digest-1").await.unwrap(), None);
    assert_eq!(store.workspaces_of_user(owner.user_id).await.unwrap(), []);
    assert_eq!(store.free_slugs(vec!["my-company".to_owned()]).await.unwrap(), ["my-company"]);
    assert_eq!(condition(store.update_workspace(&next(&deleted)).await), Some(Condition::Contested));
    assert_eq!(condition(store.delete_workspace(&next(&deleted)).await), Some(Condition::Contested));
    let late = store.add_member(&member(1, 7, Role::Member)).await;
    assert_eq!(condition(late), Some(Condition::Contested));
}

#[tokio::test]
async fn a_persons_workspaces_are_listed_by_age_with_their_place_in_each() {
    let (store, first, _) = founded().await;
    let (second, third) = (workspace(2, "second"), workspace(3, "third"));
    store.create_workspace(&third, &member(3, 100, Role::Owner)).await.unwrap();
    store.create_workspace(&second, &member(2, 7, Role::Owner)).await.unwrap();
    let agent = member(2, 100, Role::Agent);
    store.add_member(&agent).await.unwrap();

    let found = store.workspaces_of_user(id(100)).await.unwrap();

    let roles: Vec<_> = found.iter().map(|(workspace, member)| (workspace.id, member.role)).collect();
    assert_eq!(roles, [(first.id, Role::Owner), (second.id, Role::Agent), (third.id, Role::Owner)]);
}

#[tokio::test]
async fn nobody_is_a_member_twice() {
    let (store, _, owner) = founded().await;
    assert_eq!(condition(store.add_member(&owner).await), Some(Condition::AlreadyMember));
}

#[tokio::test]
async fn somebody_new_is_made_with_their_membership_or_not_at_all() {
    let (store, ..) = founded().await;
    let bob = user(7, UserState::Invited);
    let invited = Member { status: MemberStatus::Invited, ..member(1, 7, Role::Agent) };
    store.invite_member(&invited, Some(&bob), "digest").await.unwrap();
    let same_address = User { id: id(8), ..bob.clone() };

    let again = store
        .invite_member(&Member { user_id: id(8), ..invited.clone() }, Some(&same_address), "digest")
        .await;

    assert_eq!(store.user_by_email(&bob.email).await.unwrap(), Some(bob));
    assert_eq!(condition(again), Some(Condition::EmailTaken));
    assert_eq!(store.members(id(1)).await.unwrap().len(), 2, "nothing is written");
}

#[tokio::test]
async fn whoever_has_an_account_can_not_be_added_as_invited() {
    let (store, ..) = founded().await;
    store.create_user(&user(7, UserState::Active { password_hash: "$argon2id$".to_owned() })).await.unwrap();
    let invited = Member { status: MemberStatus::Invited, ..member(1, 7, Role::Agent) };
    assert_eq!(
        condition(store.invite_member(&invited, None, "digest").await),
        Some(Condition::AlreadySignedUp)
    );
    assert_eq!(store.members(id(1)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_invitation_lets_in_whom_it_is_for_once_and_into_its_workspace_only() {
    let (store, ..) = founded().await;
    store.create_workspace(&workspace(2, "second"), &member(2, 100, Role::Owner)).await.unwrap();
    let invited = |workspace| Member { status: MemberStatus::Invited, ..member(workspace, 7, Role::Agent) };
    store.invite_member(&invited(1), Some(&user(7, UserState::Invited)), "first").await.unwrap();
    store.invite_member(&invited(2), None, "second").await.unwrap();
    let invitation =
        |workspace, digest: &str| Invitation { workspace_id: id(workspace), digest: digest.to_owned() };

    let others = store.accept_invitation(id(7), &invitation(1, "second")).await;
    let by_others = store.accept_invitation(id(8), &invitation(1, "first")).await;
    store.accept_invitation(id(7), &invitation(1, "first")).await.unwrap();
    let again = store.accept_invitation(id(7), &invitation(1, "first")).await;

    for refused in [others, by_others, again] {
        assert_eq!(condition(refused), Some(Condition::InvitationGone));
    }
    assert_eq!(store.member(id(1), id(7)).await.unwrap(), Some(member(1, 7, Role::Agent)));
    assert_eq!(store.member(id(2), id(7)).await.unwrap(), Some(invited(2)));
}

#[tokio::test]
async fn only_who_has_not_come_in_is_invited_anew() {
    let (store, _, owner) = founded().await;
    let invited = Member { status: MemberStatus::Invited, ..member(1, 7, Role::Agent) };
    store.invite_member(&invited, Some(&user(7, UserState::Invited)), "first").await.unwrap();

    store.renew_invitation(&invited, "second").await.unwrap();

    let first = Invitation { workspace_id: id(1), digest: "first".to_owned() };
    assert_eq!(condition(store.accept_invitation(id(7), &first).await), Some(Condition::InvitationGone));
    assert_eq!(condition(store.renew_invitation(&owner, "third").await), Some(Condition::Contested));
    let another_role = Member { role: Role::Admin, ..invited };
    assert_eq!(condition(store.renew_invitation(&another_role, "third").await), Some(Condition::Contested));
    let second = Invitation { workspace_id: id(1), digest: "second".to_owned() };
    store.accept_invitation(id(7), &second).await.unwrap();
}

#[tokio::test]
async fn a_role_changes_only_from_what_was_read() {
    let (store, ..) = founded().await;
    let agent = member(1, 7, Role::Agent);
    store.add_member(&agent).await.unwrap();

    store.change_role(&agent, Role::Admin).await.unwrap();
    let late = store.change_role(&agent, Role::Member).await;
    let nobody = store.change_role(&member(1, 8, Role::Agent), Role::Admin).await;

    assert_eq!(condition(late), Some(Condition::Contested));
    assert_eq!(condition(nobody), Some(Condition::Contested));
    let found = store.access(id(1), Some(id(7)), None).await.unwrap().member;
    assert_eq!(found, Some(member(1, 7, Role::Admin)));
}

#[tokio::test]
async fn one_owner_always_stays() {
    let (store, _, owner) = founded().await;
    assert_eq!(condition(store.remove_member(&owner).await), Some(Condition::LastOwner));
    assert_eq!(condition(store.change_role(&owner, Role::Admin).await), Some(Condition::LastOwner));

    let second = member(1, 7, Role::Owner);
    store.add_member(&second).await.unwrap();
    store.change_role(&owner, Role::Admin).await.unwrap();

    assert_eq!(condition(store.remove_member(&second).await), Some(Condition::LastOwner));
    store.change_role(&member(1, 100, Role::Admin), Role::Owner).await.unwrap();
    store.remove_member(&second).await.unwrap();
    assert_eq!(store.members(id(1)).await.unwrap(), [owner]);
}

#[tokio::test]
async fn a_removed_member_is_on_no_list_and_can_be_added_again() {
    let (store, ..) = founded().await;
    let agent = member(1, 7, Role::Agent);
    store.add_member(&agent).await.unwrap();

    store.remove_member(&agent).await.unwrap();

    assert_eq!(store.members(id(1)).await.unwrap().len(), 1);
    assert_eq!(store.workspaces_of_user(id(7)).await.unwrap(), []);
    assert_eq!(condition(store.remove_member(&agent).await), Some(Condition::Contested));
    store.add_member(&agent).await.unwrap();
}
