//! The people in a workspace.

use serde_json::{Value, json};
use switchboard_model::access::{ManageWorkspace, Permission, Permit, ReadWorkspace, Role};
use switchboard_model::address::EmailAddress;
use switchboard_model::audit::{Actor, AuditEntry, Deed};
use switchboard_model::invitation::invitation_token;
use switchboard_model::session::SecretToken;
use switchboard_model::user::{User, UserState};
use switchboard_model::workspace::{MAX_MEMBERS, Member, MemberStatus};
use switchboard_model::{DomainError, Id, Timestamp};
use switchboard_store::{Condition, Store, StoreError};

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
    ) -> Result<Joined, DomainError> {
        let entry = self.gate.enter(permit, workspace_id).await?;
        check_may_touch(&entry, role)?;
        let actor = entry.actor();
        let joining = Joining { workspace_id, email, role, title: None, department_id: None, actor };
        let resources = self.resources.watched_by(&entry.workspace.watched);
        join(&resources, &joining).await
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
            let metadata = json!({"from": member.role, "to": role});
            let told = self.told_of_member(&entry, Deed::MemberRoleChanged, &member, metadata);
            match self.resources.store.telling(told).change_role(&member, role).await {
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
            let told =
                self.told_of_member(&entry, Deed::MemberRemoved, &member, json!({"role": member.role}));
            match self.resources.store.telling(told).remove_member(&member).await {
                Err(StoreError::ConditionFailed(Condition::Contested)) => {}
                removed => return removed.map_err(change_error),
            }
        }
        Err(DomainError::Contested)
    }

    pub(super) fn told_of_member(
        &self,
        entry: &Entry,
        deed: Deed,
        member: &Member,
        metadata: Value,
    ) -> AuditEntry {
        self.resources.entry(member.workspace_id, entry.actor(), deed, member.id, metadata)
    }

    /// The member whose membership has this id.
    pub(super) async fn member(&self, workspace_id: Id, member_id: Id) -> Result<Member, DomainError> {
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
pub(super) fn check_may_touch(entry: &Entry, role: Role) -> Result<(), DomainError> {
    check_may_give(entry.role, role)
}

/// Checks that whoever has the role `own` may give somebody `role`: only an owner makes owners, and only those who
/// manage the workspace make admins.
pub(crate) fn check_may_give(own: Role, role: Role) -> Result<(), DomainError> {
    let allowed = match role {
        Role::Owner => OWNER_ONLY,
        Role::Admin => ManageWorkspace::ROLES,
        Role::Member | Role::Agent | Role::Guest => return Ok(()),
    };
    if allowed.contains(&own) { Ok(()) } else { Err(DomainError::RoleRequired { allowed }) }
}

/// A person who was added to a workspace.
#[derive(Debug)]
pub struct Joined {
    /// Their place in it.
    pub member: Member,
    /// The person.
    pub user: User,
    /// The token that lets them in, where they are invited. It is shown this once.
    pub invitation: Option<SecretToken>,
}

/// Somebody who is to become a member.
pub(crate) struct Joining<'a> {
    pub(crate) workspace_id: Id,
    pub(crate) email: &'a EmailAddress,
    pub(crate) role: Role,
    pub(crate) title: Option<&'a str>,
    pub(crate) department_id: Option<Id>,
    /// Who adds them.
    pub(crate) actor: Actor,
}

/// Adds the person with this address, who is invited where they have no account yet. The same for every dialect.
pub(crate) async fn join(resources: &Resources, joining: &Joining<'_>) -> Result<Joined, DomainError> {
    for _ in 0..TRIES {
        match try_to_join(resources, joining).await {
            // The person signed up, or was invited elsewhere, since they were looked for.
            Err(StoreError::ConditionFailed(Condition::EmailTaken | Condition::AlreadySignedUp)) => {}
            Err(StoreError::ConditionFailed(Condition::Contested)) => {
                return Err(DomainError::WorkspaceNotFound);
            }
            joined => return joined.map_err(add_error),
        }
    }
    Err(DomainError::Contested)
}

async fn try_to_join(resources: &Resources, joining: &Joining<'_>) -> Result<Joined, StoreError> {
    let now = resources.now();
    if let Some(user) = resources.store.user_by_email(joining.email).await? {
        let member = member_of(resources, joining, &user, now);
        let store = telling(resources, joining, &member);
        if member.status == MemberStatus::Active {
            store.add_member(&member).await?;
            return Ok(Joined { member, user, invitation: None });
        }
        let token = invitation_token(joining.workspace_id, &*resources.randomness);
        store.invite_member(&member, None, &token.digest()).await?;
        return Ok(Joined { member, user, invitation: Some(token) });
    }
    let invite = |id| {
        let (email, state) = (joining.email.clone(), UserState::Invited);
        let user = User { id, email, email_verified: false, name: None, state, created_at: now };
        let member = member_of(resources, joining, &user, now);
        let store = telling(resources, joining, &member);
        let token = invitation_token(joining.workspace_id, &*resources.randomness);
        async move {
            store.invite_member(&member, Some(&user), &token.digest()).await?;
            Ok(Joined { member, user, invitation: Some(token) })
        }
    };
    resources.create(invite).await
}

fn member_of(resources: &Resources, joining: &Joining<'_>, user: &User, joined_at: Timestamp) -> Member {
    Member {
        id: resources.ids.next_id(),
        workspace_id: joining.workspace_id,
        user_id: user.id,
        email: user.email.clone(),
        role: joining.role,
        status: match user.state {
            UserState::Invited => MemberStatus::Invited,
            UserState::Active { .. } => MemberStatus::Active,
        },
        title: joining.title.map(str::to_owned),
        department_id: joining.department_id,
        joined_at,
    }
}

fn telling(resources: &Resources, joining: &Joining<'_>, member: &Member) -> Store {
    let metadata = json!({"role": member.role});
    let (workspace_id, actor) = (joining.workspace_id, joining.actor);
    resources.store.telling(resources.entry(workspace_id, actor, Deed::MemberAdded, member.id, metadata))
}

fn add_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::AlreadyMember) => DomainError::AlreadyMember,
        Some(Condition::DepartmentGone) => DomainError::DepartmentNotFound,
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
