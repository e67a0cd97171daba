//! Departments of a workspace.

use std::collections::{HashMap, HashSet};

use serde_json::json;
use switchboard_model::api_token::{ReadDepartments, TokenPermit, WriteDepartments};
use switchboard_model::audit::Deed;
use switchboard_model::department::{Department, DepartmentCounts, MAX_DEPARTMENTS, MAX_DEPTH};
use switchboard_model::field::{FieldError, Reason};
use switchboard_model::user::User;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError, Wanted};

use super::{Acting, Team, gone, name_of};

/// A department to make.
#[derive(Clone, Debug)]
pub struct NewDepartment {
    /// What it is to be called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The person who manages it, a member of the workspace.
    pub manager_id: Option<Id>,
    /// The department that it is a part of.
    pub parent_id: Option<Id>,
}

/// A department in a list.
#[derive(Clone, Debug)]
pub struct ListedDepartment {
    /// The department. One whose manager has left the workspace has none.
    pub department: Department,
    /// Who manages it.
    pub manager: Option<Manager>,
    /// The name of the department that it is a part of.
    pub parent: Option<String>,
}

/// Who manages a department.
#[derive(Clone, Debug)]
pub struct Manager {
    /// The person.
    pub user_id: Id,
    /// What they are called.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl Team {
    /// The departments of a workspace, the newest first.
    pub async fn departments(
        &self,
        permit: &TokenPermit<ReadDepartments>,
    ) -> Result<Vec<ListedDepartment>, DomainError> {
        let (store, workspace_id) = (&self.resources.store, permit.workspace_id());
        self.gate.enter(permit, &Wanted::default()).await?;
        let departments = store.departments(workspace_id).await?;
        let ids: HashSet<Id> = departments.iter().filter_map(|department| department.manager_id).collect();
        let ids: Vec<Id> = ids.into_iter().collect();
        let (members, users) =
            futures::try_join!(store.members_among(workspace_id, &ids), store.users(&ids))?;
        let members: HashSet<Id> = members.into_iter().map(|member| member.user_id).collect();
        let managers: HashMap<Id, Manager> = users
            .iter()
            .filter(|user| members.contains(&user.id))
            .map(|user| (user.id, Manager::from(user)))
            .collect();
        let names: HashMap<Id, String> =
            departments.iter().map(|department| (department.id, department.name.clone())).collect();
        let listed = departments.into_iter().map(|department| {
            let manager = department.manager_id.and_then(|id| managers.get(&id)).cloned();
            let parent = department.parent_id.and_then(|id| names.get(&id)).cloned();
            let manager_id = manager.as_ref().map(|manager| manager.user_id);
            ListedDepartment { department: Department { manager_id, ..department }, manager, parent }
        });
        Ok(listed.collect())
    }

    /// Makes a department.
    pub async fn create_department(
        &self,
        permit: &TokenPermit<WriteDepartments>,
        asked: Result<NewDepartment, DomainError>,
    ) -> Result<(Department, Option<Manager>), DomainError> {
        let new = asked.as_ref().ok();
        let (department_id, user_id) =
            (new.and_then(|new| new.parent_id), new.and_then(|new| new.manager_id));
        let wanted = Wanted { department_id, user_id, ..Wanted::default() };
        let store = &self.resources.store;
        // The manager's name is told, so that person is read beside their place in the workspace.
        let (mut entry, user) = futures::try_join!(self.gate.enter(permit, &wanted), async {
            match user_id {
                Some(id) => Ok(store.user_by_id(id).await?),
                None => Ok(None),
            }
        })?;
        let new = asked?;
        let (parent, member) = (entry.found.department.take(), entry.found.member.take());
        if department_id.is_some() && parent.is_none() {
            return Err(DomainError::DepartmentNotFound);
        }
        let manager = user.filter(|_| member.is_some()).as_ref().map(Manager::from);
        if user_id.is_some() && manager.is_none() {
            return Err(DomainError::ManagerNotFound);
        }
        let department = self.create_department_by(&entry.into(), new, parent.as_ref()).await?;
        Ok((department, manager))
    }

    /// Makes a department, which is a part of `parent` where there is one, for whoever is `acting`.
    pub async fn create_department_by(
        &self,
        acting: &Acting,
        new: NewDepartment,
        parent: Option<&Department>,
    ) -> Result<Department, DomainError> {
        let depth = parent.map_or(0, |parent| parent.depth).saturating_add(1);
        if depth > MAX_DEPTH {
            let message = format!("Departments should be at most {MAX_DEPTH} levels deep");
            return Err(DomainError::field(FieldError::body("parentId", Reason::OutOfRange, message)));
        }
        let draft = Department {
            id: Id::NONE,
            workspace_id: acting.workspace.id,
            name: new.name,
            description: new.description,
            manager_id: new.manager_id,
            parent_id: parent.map(|parent| parent.id),
            depth,
            created_at: self.resources.now(),
            counts: DepartmentCounts::default(),
        };
        let created = self.resources.create(|id| {
            let department = Department { id, ..draft.clone() };
            let metadata = json!({"name": department.name});
            let store = self.store_for(acting, Deed::DepartmentCreated, id, metadata);
            async move { store.create_department(&department).await.map(|()| department) }
        });
        created.await.map_err(create_error)
    }
}

fn create_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::TooManyDepartments) => DomainError::TooManyDepartments { max: MAX_DEPARTMENTS },
        Some(Condition::DepartmentGone) => DomainError::DepartmentNotFound,
        Some(Condition::ManagerGone) => DomainError::ManagerNotFound,
        Some(Condition::Contested) => gone(),
        _ => error.into(),
    }
}

impl From<&User> for Manager {
    fn from(user: &User) -> Self {
        Self { user_id: user.id, name: name_of(user), email: user.email.as_str().to_owned() }
    }
}
