//! Members of workspaces: patterns U4, W7 to W9 and W12 to W15.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::address::EmailAddress;
use switchboard_model::invitation::Invitation;
use switchboard_model::user::User;
use switchboard_model::workspace::{MAX_MEMBERS, Member, MemberStatus};

use crate::expression::{Change, Check, number, string};
use crate::item::{StoredForm, to_attribute};
use crate::transaction::Transaction;
use crate::workspaces::StoredTally;
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
    /// SHA-256 of the token by which a member who is invited comes in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<String>,
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
const STATUS: &str = "status";
const INVITATION: &str = "invitation";

impl Store {
    /// U4, first part: where a person is invited to.
    pub async fn invited_members(&self, user_id: Id) -> Result<Vec<Member>, StoreError> {
        let memberships = self.list::<StoredMembership>(&keys::memberships(user_id)).await?;
        let wanted: Vec<_> =
            memberships.iter().map(|membership| keys::member(membership.workspace_id, user_id)).collect();
        let mut members = self.members_at(&wanted).await?;
        members.retain(|member| member.status == MemberStatus::Invited);
        Ok(members)
    }

    /// U4, last part: lets a member in who presents their invitation. Fails as `InvitationGone`.
    pub async fn accept_invitation(&self, user_id: Id, invitation: &Invitation) -> Result<(), StoreError> {
        let key = keys::member(invitation.workspace_id, user_id);
        self.update(&key, accepting(invitation)?).await.map(drop)
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

    /// W13: those of the people with these ids who are members of a workspace.
    pub async fn members_among(&self, workspace_id: Id, ids: &[Id]) -> Result<Vec<Member>, StoreError> {
        let wanted: Vec<_> = ids.iter().map(|id| keys::member(workspace_id, *id)).collect();
        self.members_at(&wanted).await
    }

    async fn members_at(&self, wanted: &[keys::Key]) -> Result<Vec<Member>, StoreError> {
        let found = self.get_all(wanted).await?;
        found.into_iter().map(|(key, item)| self.read::<StoredMember>(&key, item).map(Member::from)).collect()
    }

    /// W14: how many members a workspace has.
    pub async fn member_count(&self, workspace_id: Id) -> Result<u32, StoreError> {
        let tally = self.get::<StoredTally>(&keys::tally(workspace_id)).await?;
        Ok(tally.map_or(0, |tally| tally.members))
    }

    /// W8: adds a person who has an account. Fails as `AlreadyMember`, `TooManyMembers`, `DepartmentGone` or
    /// `Contested`.
    pub async fn add_member(&self, member: &Member) -> Result<(), StoreError> {
        self.adding(member, None)?.commit().await
    }

    /// W8: adds a person who comes in by the invitation with this digest, and makes them where they are new. Fails
    /// as [`Store::add_member`] does, and as `EmailTaken` or `IdTaken`; as `AlreadySignedUp` where the person has an
    /// account by now.
    pub async fn invite_member(
        &self,
        member: &Member,
        new_user: Option<&User>,
        invitation: &str,
    ) -> Result<(), StoreError> {
        let adding = self.adding(member, Some(invitation))?;
        let inviting = match new_user {
            Some(user) => adding.create_user(user)?,
            None => adding.not_signed_up(member.user_id)?,
        };
        inviting.commit().await
    }

    fn adding(&self, member: &Member, invitation: Option<&str>) -> Result<Transaction<'_>, StoreError> {
        let room = Check::Below("members", number(MAX_MEMBERS));
        let tally = Change::default()
            .add("members", 1)
            .add("owners", i64::from(member.role == Role::Owner))
            .only_if(room, Condition::TooManyMembers);
        let stored = StoredMember { invitation: invitation.map(str::to_owned), ..StoredMember::from(member) };
        let (workspace_id, key) = (member.workspace_id, keys::member(member.workspace_id, member.user_id));
        let adding = self
            .transaction()
            .create(&key, &stored, Condition::AlreadyMember)?
            .put_membership(member)?
            .workspace_lives(workspace_id)?
            .update(&keys::tally(workspace_id), tally)?;
        match member.department_id {
            Some(department_id) => adding.count_in_department(workspace_id, department_id, "members", 1),
            None => Ok(adding),
        }
    }

    /// W15: gives a member who is as `member` says, and is invited, another invitation. Fails as `Contested`.
    pub async fn renew_invitation(&self, member: &Member, invitation: &str) -> Result<(), StoreError> {
        let change = Change::default()
            .set(INVITATION, string(invitation))
            .only_if(is_invited(member)?, Condition::Contested);
        self.transaction().update(&keys::member(member.workspace_id, member.user_id), change)?.commit().await
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

/// The change that lets in whoever presents `invitation`.
pub(crate) fn accepting(invitation: &Invitation) -> Result<Change, StoreError> {
    let is_theirs = Check::Equals(INVITATION, string(&invitation.digest));
    Ok(coming_in()?.only_if(is_theirs, Condition::InvitationGone))
}

/// The change that lets in a member who is invited and as `member` says.
pub(crate) fn admitting(member: &Member) -> Result<Change, StoreError> {
    Ok(coming_in()?.only_if(is_invited(member)?, Condition::Contested))
}

/// The change of a member who comes in.
fn coming_in() -> Result<Change, StoreError> {
    Ok(Change::default().set(STATUS, to_attribute(&MemberStatus::Active)?).remove(INVITATION))
}

/// Whether a member is invited, and has the role that `member` says.
fn is_invited(member: &Member) -> Result<Check, StoreError> {
    let invited = Check::Equals(STATUS, to_attribute(&MemberStatus::Invited)?);
    Ok(Check::All(vec![has_role(member)?, invited]))
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
            invitation: None,
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
