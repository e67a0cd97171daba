//! Departments of a workspace: patterns D1 and D2.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::department::{Department, DepartmentCounts, MAX_DEPARTMENTS};

use crate::expression::{Change, Check, number};
use crate::item::StoredForm;
use crate::transaction::Transaction;
use crate::{Condition, Store, StoreError, keys};

const COUNT: &str = "departments";

/// A department as stored. What belongs to it is counted by the transactions that change it.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredDepartment {
    id: Id,
    workspace_id: Id,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    manager_id: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent_id: Option<Id>,
    depth: u8,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    members: u32,
    channels: u32,
    children: u32,
}

impl StoredForm for StoredDepartment {
    const ENTITY: &'static str = "department";
    const WATCHED: bool = true;
}

impl Store {
    /// D1: creates a department. Fails as `IdTaken`, `TooManyDepartments`, `DepartmentGone` where its parent is
    /// not there, `ManagerGone` where its manager is no member, or `Contested` where the workspace is deleted.
    pub async fn create_department(&self, department: &Department) -> Result<(), StoreError> {
        let workspace_id = department.workspace_id;
        let room = Check::Any(vec![Check::Lacks(COUNT), Check::Below(COUNT, number(MAX_DEPARTMENTS))]);
        let tally = Change::default().add(COUNT, 1).only_if(room, Condition::TooManyDepartments);
        let key = keys::department(workspace_id, department.id);
        let mut transaction = self
            .transaction()
            .create(&key, &StoredDepartment::from(department), Condition::IdTaken)?
            .update(&keys::tally(workspace_id), tally)?
            .workspace_lives(workspace_id)?;
        if let Some(parent_id) = department.parent_id {
            transaction = transaction.count_in_department(workspace_id, parent_id, "children", 1)?;
        }
        if let Some(manager_id) = department.manager_id {
            let manager = keys::member(workspace_id, manager_id);
            transaction = transaction.check(&manager, Check::Present, Condition::ManagerGone)?;
        }
        transaction.commit().await
    }

    /// D2: the departments of a workspace, the newest first.
    pub async fn departments(&self, workspace_id: Id) -> Result<Vec<Department>, StoreError> {
        let stored = self.list::<StoredDepartment>(&keys::departments(workspace_id)).await?;
        Ok(stored.into_iter().rev().map(Department::from).collect())
    }
}

impl Transaction<'_> {
    /// Adds `change` to what a department counts. Fails as `DepartmentGone` where there is none.
    pub(crate) fn count_in_department(
        self,
        workspace_id: Id,
        department_id: Id,
        what: &'static str,
        change: i64,
    ) -> Result<Self, StoreError> {
        let counted = Change::default().add(what, change).only_if(Check::Present, Condition::DepartmentGone);
        self.update(&keys::department(workspace_id, department_id), counted)
    }
}

impl From<&Department> for StoredDepartment {
    fn from(department: &Department) -> Self {
        Self {
            id: department.id,
            workspace_id: department.workspace_id,
            name: department.name.clone(),
            description: department.description.clone(),
            manager_id: department.manager_id,
            parent_id: department.parent_id,
            depth: department.depth,
            created_at: department.created_at,
            members: department.counts.members,
            channels: department.counts.channels,
            children: department.counts.children,
        }
    }
}

impl From<StoredDepartment> for Department {
    fn from(stored: StoredDepartment) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            name: stored.name,
            description: stored.description,
            manager_id: stored.manager_id,
            parent_id: stored.parent_id,
            depth: stored.depth,
            created_at: stored.created_at,
            counts: DepartmentCounts {
                members: stored.members,
                channels: stored.channels,
                children: stored.children,
            },
        }
    }
}
