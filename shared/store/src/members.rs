//! Members of workspaces: patterns U4, W7 to W9 and W12.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::address::EmailAddress;
use switchboard_model::user::User;
use switchboard_model::workspace::{MAX_MEMBERS, Member, MemberStatus};

use crate::expression::{Change, Check, number};
use crate::item::{StoredForm, to_attribute};
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

/// A member as stored.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredMember {
    id: Id,
    workspace_id: Id,
    user_id: Id,
    email: EmailAddress,
    role: Role,
    status: MemberStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    department_id: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    joined_at: Timestamp,
}

impl StoredForm for StoredMember {
    const ENTITY: &'static str = "member";
    const WATCHED: bool = true;
}

/// A workspace in a person's list.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredMembership {
    pub(crate) workspace_id: Id,
}

impl StoredForm for StoredMembership {
    const ENTITY: &'static str = "membership";
}

const ROLE: &str = "role";

impl Store {
    /// U4, second part: makes a person's invited memberships active. May be repeated.
    pub async fn activate_members(&self, user_id: Id) -> Result<(), StoreError> {
        for membership in self.list::<StoredMembership>(&keys::memberships(user_id)).await? {
            let change = Change::default()
                .set("status", to_attribute(&MemberStatus::Active)?)
                .only_if(Check::Present, Condition::Contested);
            match self.update(&keys::member(membership.workspace_id, user_id), change).await {
                Ok(_) | Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// W12: a person's place in a workspace.
    pub async fn member(&self, workspace_id: Id, user_id: Id) -> Result<Option<Member>, StoreError> {
        Ok(self.get::<StoredMember>(&keys::member(workspace_id, user_id)).await?.map(Member::from))
    }

    /// W7: the members of a workspace, by the age of their accounts.
    pub async fn members(&self, workspace_id: Id) -> Result<Vec<Member>, StoreError> {
        let stored = self.list::<StoredMember>(&keys::members(workspace_id)).await?;
        Ok(stored.into_iter().map(Member::from).collect())
    }

    /// W8: adds a member, and the person too where they are new. Fails as `AlreadyMember`, `TooManyMembers`,
    /// `EmailTaken`, `IdTaken`, `DepartmentGone` or `Contested`; as `AlreadySignedUp` where the member is invited but has an account
    /// by now, so that nobody stays invited who signs up meanwhile.
    pub async fn add_member(&self, member: &Member, new_user: Option<&User>) -> Result<(), StoreError> {
        let room = Check::Below("members", number(MAX_MEMBERS));
        let tally = Change::default()
            .add("members", 1)
            .add("owners", i64::from(member.role == Role::Owner))
            .only_if(room, Condition::TooManyMembers);
        let mut transaction = self
            .transaction()
            .create(
                &keys::member(member.workspace_id, member.user_id),
                &StoredMember::from(member),
                Condition::AlreadyMember,
            )?
            .put_membership(member)?
            .workspace_lives(member.workspace_id)?
            .update(&keys::tally(member.workspace_id), tally)?;
        if let Some(department_id) = member.department_id {
            let workspace_id = member.workspace_id;
            transaction = transaction.count_in_department(workspace_id, department_id, "members", 1)?;
        }
        if let Some(user) = new_user {
            transaction = transaction.create_user(user)?;
        } else if member.status == MemberStatus::Invited {
            transaction = transaction.not_signed_up(member.user_id)?;
        }
        transaction.commit().await
    }

    /// W9: changes the role of a member who is as `member` says. Fails as `LastOwner` or `Contested`.
    pub async fn change_role(&self, member: &Member, role: Role) -> Result<(), StoreError> {
        let change = Change::default()
            .set(ROLE, to_attribute(&role)?)
            .only_if(has_role(member)?, Condition::Contested);
        let owners = i64::from(role == Role::Owner) - i64::from(member.role == Role::Owner);
        let mut transaction =
            self.transaction().update(&keys::member(member.workspace_id, member.user_id), change)?;
        if owners != 0 {
            transaction = transaction.update(&keys::tally(member.workspace_id), owners_by(owners))?;
        }
        transaction.commit().await
    }

    /// W9: removes a member who is as `member` says. Fails as `LastOwner` or `Contested`.
    pub async fn remove_member(&self, member: &Member) -> Result<(), StoreError> {
        let owners = -i64::from(member.role == Role::Owner);
        let mut transaction = self
            .transaction()
            .delete(
                &keys::member(member.workspace_id, member.user_id),
                Some((has_role(member)?, Condition::Contested)),
            )?
            .delete(&keys::membership(member.user_id, member.workspace_id), None)?
            .update(&keys::tally(member.workspace_id), owners_by(owners).add("members", -1))?;
        if let Some(department_id) = member.department_id {
            let workspace_id = member.workspace_id;
            transaction = transaction.count_in_department(workspace_id, department_id, "members", -1)?;
        }
        transaction.commit().await
    }
}

/// The count of owners changed by `change`, which must leave one.
fn owners_by(change: i64) -> Change {
    let counted = Change::default().add("owners", change);
    if change < 0 {
        counted.only_if(Check::Above("owners", number(1)), Condition::LastOwner)
    } else {
        counted
    }
}

fn has_role(member: &Member) -> Result<Check, StoreError> {
    Ok(Check::Equals(ROLE, to_attribute(&member.role)?))
}

impl Transaction<'_> {
    /// Puts a member and their membership, whatever is there.
    pub(crate) fn put_member(self, member: &Member) -> Result<Self, StoreError> {
        self.put(&keys::member(member.workspace_id, member.user_id), &StoredMember::from(member))?
            .put_membership(member)
    }

    fn put_membership(self, member: &Member) -> Result<Self, StoreError> {
        let membership = StoredMembership { workspace_id: member.workspace_id };
        self.put(&keys::membership(member.user_id, member.workspace_id), &membership)
    }
}

impl From<&Member> for StoredMember {
    fn from(member: &Member) -> Self {
        Self {
            id: member.id,
            workspace_id: member.workspace_id,
            user_id: member.user_id,
            email: member.email.clone(),
            role: member.role,
            status: member.status,
            title: member.title.clone(),
            department_id: member.department_id,
            joined_at: member.joined_at,
        }
    }
}

impl From<StoredMember> for Member {
    fn from(stored: StoredMember) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            user_id: stored.user_id,
            email: stored.email,
            role: stored.role,
            status: stored.status,
            title: stored.title,
            department_id: stored.department_id,
            joined_at: stored.joined_at,
        }
    }
}

impl Store {
    /// W13: those of the people with these ids who are members of a workspace.
    pub async fn members_among(&self, workspace_id: Id, ids: &[Id]) -> Result<Vec<Member>, StoreError> {
        let wanted: Vec<_> = ids.iter().map(|id| keys::member(workspace_id, *id)).collect();
        let found = self.get_all(&wanted).await?;
        found.into_iter().map(|(key, item)| self.read::<StoredMember>(&key, item).map(Member::from)).collect()
    }

    /// W12: how many members a workspace has.
    pub async fn member_count(&self, workspace_id: Id) -> Result<u32, StoreError> {
        let tally = self.get::<crate::workspaces::StoredTally>(&keys::tally(workspace_id)).await?;
        Ok(tally.map_or(0, |tally| tally.members))
    }
}
