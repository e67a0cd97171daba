//! The people in a workspace.

use switchboard_model::access::{ManageWorkspace, Permission, Permit, ReadWorkspace, Role};
use switchboard_model::address::EmailAddress;
use switchboard_model::user::{User, UserState};
use switchboard_model::workspace::{MAX_MEMBERS, Member, MemberStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError};

use super::{TRIES, Workspaces};
use crate::Resources;
use crate::gate::Entry;

/// Who may make, change and remove owners.
const OWNER_ONLY: &[Role] = &[Role::Owner];

impl Workspaces {
    /// The members of a workspace, in the order in which they were added.
    pub async fn members(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
    ) -> Result<Vec<Member>, DomainError> {
        self.gate.enter(permit, workspace_id).await?;
        let mut members = self.resources.store.members(workspace_id).await?;
        members.sort_unstable_by_key(|member| member.id);
        Ok(members)
    }

    /// Adds the person with this address, who is invited where they have no account yet. Only an owner can make
    /// an owner.
    pub async fn add_member(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        email: &EmailAddress,
        role: Role,
    ) -> Result<Member, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        check_may_touch(&entry, role)?;
        let watched = Self { resources: self.resources.watched_by(&entry.workspace.watched), ..self.clone() };
        for _ in 0..TRIES {
            match watched.try_to_add(workspace_id, email, role).await {
                // The person signed up, or was invited elsewhere, since they were looked for.
                Err(StoreError::ConditionFailed(Condition::EmailTaken | Condition::AlreadySignedUp)) => {}
                Err(StoreError::ConditionFailed(Condition::Contested)) => {
                    return Err(DomainError::WorkspaceNotFound);
                }
                added => return added.map_err(add_error),
            }
        }
        Err(DomainError::Contested)
    }

    async fn try_to_add(
        &self,
        workspace_id: Id,
        email: &EmailAddress,
        role: Role,
    ) -> Result<Member, StoreError> {
        let Resources { store, ids, .. } = &self.resources;
        let joined_at = self.resources.now();
        let member_of = |user: &User| Member {
            id: ids.next_id(),
            workspace_id,
            user_id: user.id,
            email: user.email.clone(),
            role,
            status: match user.state {
                UserState::Invited => MemberStatus::Invited,
                UserState::Active { .. } => MemberStatus::Active,
            },
            joined_at,
        };
        if let Some(user) = store.user_by_email(email).await? {
            let member = member_of(&user);
            return store.add_member(&member, None).await.map(|()| member);
        }
        let invite = |id| {
            let (email, state) = (email.clone(), UserState::Invited);
            let user = User { id, email, email_verified: false, name: None, state, created_at: joined_at };
            let member = member_of(&user);
            async move { store.add_member(&member, Some(&user)).await.map(|()| member) }
        };
        self.resources.create(invite).await
    }

    /// Gives a member another role. Only an owner can make an owner or change one, and one owner must stay.
    pub async fn change_role(
        &self,
        permit: &Permit<ManageWorkspace>,
        workspace_id: Id,
        member_id: Id,
        role: Role,
    ) -> Result<Member, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        check_may_touch(&entry, role)?;
        for _ in 0..TRIES {
            let member = self.member(workspace_id, member_id).await?;
            check_may_touch(&entry, member.role)?;
            if member.role == role {
                return Ok(member);
            }
            match self.resources.store.change_role(&member, role).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                changed => return changed.map(|()| Member { role, ..member }).map_err(change_error),
            }
        }
        Err(DomainError::Contested)
    }

    /// Removes a member. Everybody may remove themselves; only an owner can remove an owner, and one must stay.
    pub async fn remove_member(
        &self,
        permit: &Permit<ReadWorkspace>,
        workspace_id: Id,
        member_id: Id,
    ) -> Result<(), DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        for _ in 0..TRIES {
            let member = self.member(workspace_id, member_id).await?;
            if entry.user_id != Some(member.user_id) {
                check_manages(&entry)?;
                check_may_touch(&entry, member.role)?;
            }
            match self.resources.store.remove_member(&member).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                removed => return removed.map_err(change_error),
            }
        }
        Err(DomainError::Contested)
    }

    /// The member whose membership has this id.
    async fn member(&self, workspace_id: Id, member_id: Id) -> Result<Member, DomainError> {
        let members = self.resources.store.members(workspace_id).await?;
        members.into_iter().find(|member| member.id == member_id).ok_or(DomainError::MemberNotFound)
    }
}

/// Checks that the caller may manage members.
fn check_manages(entry: &Entry) -> Result<(), DomainError> {
    let allowed = ManageWorkspace::ROLES;
    if allowed.contains(&entry.role) { Ok(()) } else { Err(DomainError::RoleRequired { allowed }) }
}

/// Checks that the caller may give somebody `role` or take it away.
fn check_may_touch(entry: &Entry, role: Role) -> Result<(), DomainError> {
    if role == Role::Owner && entry.role != Role::Owner {
        return Err(DomainError::RoleRequired { allowed: OWNER_ONLY });
    }
    Ok(())
}

fn add_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::AlreadyMember) => DomainError::AlreadyMember,
        Some(Condition::TooManyMembers) => DomainError::TooManyMembers { max: MAX_MEMBERS },
        _ => error.into(),
    }
}

fn change_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::LastOwner) => DomainError::LastOwner,
        _ => error.into(),
    }
}
