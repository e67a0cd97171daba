//! Departments on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::channel::description;
use switchboard_model::department::{Department, department_name};
use switchboard_model::field::Checks;
use switchboard_model::{DomainError, Id};
use utoipa::ToSchema;

use crate::channels::DepartmentNameOut;
use crate::id::{self, DEPARTMENT, USER, WORKSPACE};

/// A department to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Marketing", "description": "Marketing and communications team"}))]
#[serde(rename_all = "camelCase")]
pub struct CreateDepartmentIn {
    /// What it is to be called, 1 to 100 characters.
    #[schema(example = "Marketing", min_length = 1, max_length = 100)]
    name: String,
    /// What it is for, up to 500 characters.
    #[schema(example = "Marketing and communications team", max_length = 500)]
    description: Option<String>,
    /// The person who manages it, a member of the workspace.
    #[schema(example = "user_01m7sx5wyrjvng11se0qt1cfmx")]
    manager_id: Option<String>,
    /// The department that it is a part of.
    #[schema(example = "dept_01m7sx5wyrjvng11se0qt1cfmx")]
    parent_id: Option<String>,
}

/// The checked form of [`CreateDepartmentIn`].
#[derive(Debug)]
pub struct CreateDepartment {
    /// What it is to be called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The person who manages it.
    pub manager_id: Option<Id>,
    /// The department that it is a part of.
    pub parent_id: Option<Id>,
}

impl TryFrom<CreateDepartmentIn> for CreateDepartment {
    type Error = DomainError;

    fn try_from(wire: CreateDepartmentIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", department_name(&wire.name));
        let about = checks.body("description", wire.description.as_deref().map_or(Ok(None), description));
        let (name, description) = checks.finish(name.zip(about))?;
        Ok(Self {
            name,
            description,
            parent_id: id::parse_some(
                DEPARTMENT,
                wire.parent_id.as_deref(),
                DomainError::DepartmentNotFound,
            )?,
            manager_id: id::parse_some(USER, wire.manager_id.as_deref(), DomainError::ManagerNotFound)?,
        })
    }
}

/// A department.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DepartmentOut {
    /// Its id.
    #[schema(example = "dept_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// What it is called.
    #[schema(example = "Marketing")]
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The workspace.
    #[schema(example = "workspace_01m7sx5wyrjvng11se0qt1cfmx")]
    pub workspace_id: String,
    /// The person who manages it.
    pub manager_id: Option<String>,
    /// The department that it is a part of.
    pub parent_id: Option<String>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2025-01-01T12:00:00Z")]
    pub created_at: Timestamp,
    /// The person who manages it.
    pub manager: Option<PersonOut>,
}

/// A person.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PersonOut {
    /// Their id.
    #[schema(example = "user_01m7sx5wyrjvng11se0qt1cfmx")]
    pub id: String,
    /// What they are called.
    #[schema(example = "Jane Smith")]
    pub name: String,
    /// Their address.
    #[schema(example = "jane@example.com")]
    pub email: String,
    /// A picture of them; there are none yet.
    pub avatar: Option<String>,
}

impl PersonOut {
    /// The person with this id, name and address.
    pub fn new(user_id: Id, name: String, email: String) -> Self {
        Self { id: id::spell(USER, user_id), name, email, avatar: None }
    }
}

impl DepartmentOut {
    /// A department with its manager.
    pub fn new(department: Department, manager: Option<PersonOut>) -> Self {
        Self {
            id: id::spell(DEPARTMENT, department.id),
            name: department.name,
            description: department.description,
            workspace_id: id::spell(WORKSPACE, department.workspace_id),
            manager_id: department.manager_id.map(|person| id::spell(USER, person)),
            parent_id: department.parent_id.map(|parent| id::spell(DEPARTMENT, parent)),
            created_at: department.created_at,
            manager,
        }
    }
}

/// A department in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedDepartmentOut {
    /// The department.
    #[serde(flatten)]
    pub department: DepartmentOut,
    /// The department that it is a part of.
    pub parent: Option<DepartmentNameOut>,
    /// How much belongs to it.
    #[serde(rename = "_count")]
    pub count: DepartmentCountOut,
}

/// How much belongs to a department.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentCountOut {
    /// Its members.
    #[schema(example = 25)]
    pub members: u32,
    /// Its channels.
    #[schema(example = 5)]
    pub channels: u32,
    /// The departments that are directly parts of it.
    #[schema(example = 2)]
    pub children: u32,
}

impl ListedDepartmentOut {
    /// A department with its manager and the name of the department that it is a part of.
    pub fn new(department: Department, manager: Option<PersonOut>, parent: Option<String>) -> Self {
        let counts = department.counts;
        let parent = department.parent_id.zip(parent).map(|(id, name)| DepartmentNameOut::new(id, name));
        Self {
            department: DepartmentOut::new(department, manager),
            parent,
            count: DepartmentCountOut {
                members: counts.members,
                channels: counts.channels,
                children: counts.children,
            },
        }
    }
}

/// The departments of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct DepartmentsOut {
    /// The departments, the newest first.
    pub departments: Vec<ListedDepartmentOut>,
}

/// A department that was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct CreatedDepartmentOut {
    /// Always true.
    #[schema(example = true)]
    pub success: bool,
    /// The department.
    pub department: DepartmentOut,
}
