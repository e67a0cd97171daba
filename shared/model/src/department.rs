//! Departments of a workspace: a tree.

use jiff::Timestamp;

use crate::Id;
use crate::field::{Refusal, check_length};

/// Most characters of a department's name.
pub const NAME_MAX_LENGTH: usize = 100;
/// Most departments of a workspace.
pub const MAX_DEPARTMENTS: u32 = 1_000;
/// Most levels of the tree.
pub const MAX_DEPTH: u8 = 32;

/// A part of a workspace's people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Its id.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    /// What it is called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// The person who manages it.
    pub manager_id: Option<Id>,
    /// The department that it is a part of, which is older: so the tree has no cycles.
    pub parent_id: Option<Id>,
    /// The level of the tree that it is on, from 1.
    pub depth: u8,
    /// When it was made.
    pub created_at: Timestamp,
    /// How much belongs to it.
    pub counts: DepartmentCounts,
}

/// How much belongs to a department.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DepartmentCounts {
    /// Its members.
    pub members: u32,
    /// Its channels.
    pub channels: u32,
    /// The departments that are directly parts of it.
    pub children: u32,
}

/// A department's name without surrounding space.
pub fn department_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}
