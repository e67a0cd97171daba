//! The people of a workspace, as programs see and add them.

use std::collections::HashMap;

use switchboard_model::access::{ManageWorkspace, Permission, Role};
use switchboard_model::address::EmailAddress;
use switchboard_model::api_token::{ReadMembers, TokenPermit, WriteMembers};
use switchboard_model::department::Department;
use switchboard_model::page::{Page, Slice};
use switchboard_model::user::User;
use switchboard_model::workspace::Member;
use switchboard_model::{DomainError, Id};
use switchboard_store::Wanted;

use super::{Acting, Team};
use crate::token_gate::TokenEntry;
use crate::workspaces::Joined;
use crate::workspaces::members::{Joining, check_may_give, join};

/// Which members are asked for.
#[derive(Clone, Copy, Debug)]
pub struct MemberQuery {
    /// The part of the list.
    pub slice: Slice,
    /// Only those of this department.
    pub department_id: Option<Id>,
}

/// A person to add.
#[derive(Clone, Debug)]
pub struct NewMember {
    /// Their address; one without an account is invited.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// What they do, in the workspace's own words.
    pub title: Option<String>,
    /// The department that they are to belong to.
    pub department_id: Option<Id>,
}

/// A member in a list.
#[derive(Clone, Debug)]
pub struct ListedMember {
    /// The member.
    pub member: Member,
    /// The person; those whose account can't be found are called by their address.
    pub user: Option<User>,
    /// The name of their department.
    pub department: Option<String>,
}

impl ListedMember {
    /// What they are called.
    pub fn name(&self) -> String {
        let by_address = || self.member.email.as_str().split('@').next().unwrap_or_default().to_owned();
        self.user.as_ref().map_or_else(by_address, super::name_of)
    }
}

/// What came of adding one of several people.
#[derive(Debug)]
pub struct Added {
    /// Their address.
    pub email: EmailAddress,
    /// The member, or why there is none.
    pub outcome: Result<Joined, DomainError>,
}

impl Team {
    /// The members of a workspace, those who joined last first.
    pub async fn members(
        &self,
        permit: &TokenPermit<ReadMembers>,
        asked: Result<MemberQuery, DomainError>,
    ) -> Result<Page<ListedMember>, DomainError> {
        let (store, workspace_id) = (&self.resources.store, permit.workspace_id());
        self.gate.enter(permit, &Wanted::default()).await?;
        let query = asked?;
        let (members, departments) =
            futures::try_join!(store.members(workspace_id), store.departments(workspace_id))?;
        let mut members: Vec<Member> = members
            .into_iter()
            .filter(|member| query.department_id.is_none() || member.department_id == query.department_id)
            .collect();
        members.sort_unstable_by_key(|member| std::cmp::Reverse((member.joined_at, member.id)));
        let page = query.slice.of(members);
        let ids: Vec<Id> = page.items.iter().map(|member| member.user_id).collect();
        let mut users: HashMap<Id, User> =
            store.users(&ids).await?.into_iter().map(|user| (user.id, user)).collect();
        let names: HashMap<Id, Department> =
            departments.into_iter().map(|department| (department.id, department)).collect();
        let listed = page.items.into_iter().map(|member| ListedMember {
            user: users.remove(&member.user_id),
            department: member
                .department_id
                .and_then(|id| names.get(&id))
                .map(|department| department.name.clone()),
            member,
        });
        Ok(Page { items: listed.collect(), total: page.total })
    }

    /// Adds a person, who is invited where they have no account yet.
    pub async fn add_member(
        &self,
        permit: &TokenPermit<WriteMembers>,
        asked: Result<NewMember, DomainError>,
    ) -> Result<Joined, DomainError> {
        let department_id = asked.as_ref().ok().and_then(|new| new.department_id);
        let wanted = Wanted { department_id, ..Wanted::default() };
        let entry = self.gate.enter(permit, &wanted).await?;
        let new = asked?;
        if department_id.is_some() && entry.found.department.is_none() {
            return Err(DomainError::DepartmentNotFound);
        }
        let acting = self.giving(entry, [new.role]).await?;
        self.add_member_by(&acting, &new).await
    }

    /// Adds several people, one after the other: each changes the same count. What is wrong with one of them does
    /// not keep the others out.
    pub async fn add_members(
        &self,
        permit: &TokenPermit<WriteMembers>,
        asked: Result<Vec<NewMember>, DomainError>,
    ) -> Result<Vec<Added>, DomainError> {
        let entry = self.gate.enter(permit, &Wanted::default()).await?;
        let asked = asked?;
        let acting = self.giving(entry, asked.iter().map(|new| new.role)).await?;
        let mut added = Vec::new();
        for new in asked {
            let outcome = self.add_member_by(&acting, &new).await;
            if let Err(error @ (DomainError::Unavailable { .. } | DomainError::Internal { .. })) = outcome {
                return Err(error);
            }
            added.push(Added { email: new.email, outcome });
        }
        Ok(added)
    }

    /// The program, which is to give `roles`: none that the maker of its token could not give now. Who that is matters
    /// only where somebody is to manage the workspace.
    async fn giving(
        &self,
        entry: TokenEntry,
        roles: impl IntoIterator<Item = Role>,
    ) -> Result<Acting, DomainError> {
        let maker = entry.token.created_by;
        let acting = Acting::from(entry);
        let manages = roles.into_iter().any(|role| ManageWorkspace::ROLES.contains(&role));
        let Some(maker) = maker.filter(|_| manages) else { return Ok(acting) };
        let present = self.resources.store.member(acting.workspace.id, maker).await?;
        let present = present.map_or(Role::Guest, |member| member.role);
        // Roles sort from the most powerful on.
        Ok(Acting { role: acting.role.max(present), ..acting })
    }

    /// Adds a person for whoever is `acting`, who can't give a role above their own.
    pub async fn add_member_by(&self, acting: &Acting, new: &NewMember) -> Result<Joined, DomainError> {
        check_may_give(acting.role, new.role)?;
        let joining = Joining {
            workspace_id: acting.workspace.id,
            email: &new.email,
            role: new.role,
            title: new.title.as_deref(),
            department_id: new.department_id,
            actor: acting.actor,
        };
        let joined = join(&self.resources.watched_by(&acting.workspace.watched), &joining).await;
        joined.map_err(|error| match error {
            DomainError::WorkspaceNotFound => super::gone(),
            error => error,
        })
    }
}
