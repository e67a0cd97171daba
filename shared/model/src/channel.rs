//! Channels of a team.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::access::{ManageWorkspace, Permission, Role};
use crate::field::{Refusal, check_length};

/// Most characters of a channel's name.
pub const NAME_MAX_LENGTH: usize = 100;
/// Most characters of a channel's description.
pub const DESCRIPTION_MAX_LENGTH: usize = 500;
/// Most channels of a workspace.
pub const MAX_CHANNELS: u32 = 1_000;

/// Where a team talks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Its id.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    /// What it is called. Several channels may be called the same; by its name the oldest is found.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who can see it.
    pub kind: ChannelKind,
    /// The department that it belongs to.
    pub department_id: Option<Id>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Channel {
    /// Whether a member sees it: a private one is for the members of its department, and for those who manage the
    /// workspace.
    pub fn is_visible_to(&self, role: Role, department_id: Option<Id>) -> bool {
        self.kind == ChannelKind::Public
            || ManageWorkspace::ROLES.contains(&role)
            || (department_id.is_some() && department_id == self.department_id)
    }
}

/// Who can see a channel.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum ChannelKind {
    /// Every member of the workspace.
    #[default]
    Public,
    /// The members of its department.
    Private,
}

/// A channel as a request names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelRef {
    /// By its id.
    Id(Id),
    /// By its exact name.
    Name(String),
}

/// A channel's name without surrounding space.
pub fn channel_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}

/// What a channel or a department is for; `None` where nothing is said.
pub fn description(text: &str) -> Result<Option<String>, Refusal> {
    let description = text.trim();
    check_length(description, 0, DESCRIPTION_MAX_LENGTH)?;
    Ok((!description.is_empty()).then(|| description.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_channel_is_for_its_department_and_for_those_who_manage_the_workspace() {
        let [sales, support] = [1, 2].map(Id::from_bits);
        let mut channel = Channel {
            id: Id::NONE,
            workspace_id: Id::NONE,
            name: "sales".to_owned(),
            description: None,
            kind: ChannelKind::Private,
            department_id: sales,
            created_at: Timestamp::UNIX_EPOCH,
        };
        assert!(channel.is_visible_to(Role::Guest, sales));
        assert!(!channel.is_visible_to(Role::Member, support) && !channel.is_visible_to(Role::Member, None));
        assert!(channel.is_visible_to(Role::Owner, None) && channel.is_visible_to(Role::Admin, support));
        channel.department_id = None;
        assert!(!channel.is_visible_to(Role::Member, None));
        channel.kind = ChannelKind::Public;
        assert!(channel.is_visible_to(Role::Guest, None));
    }

    #[test]
    fn names_and_descriptions_have_bounds() {
        assert_eq!(channel_name(" general "), Ok("general".to_owned()));
        assert!(channel_name(" ").is_err());
        assert!(channel_name(&"é".repeat(100)).is_ok() && channel_name(&"é".repeat(101)).is_err());
        assert_eq!(description(" "), Ok(None));
        assert!(description(&"x".repeat(500)).is_ok() && description(&"x".repeat(501)).is_err());
    }
}
