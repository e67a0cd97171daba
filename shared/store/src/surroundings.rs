//! What a request of the team's API names, read in one call: pattern K2.

use switchboard_model::Id;
use switchboard_model::channel::{Channel, ChannelRef};
use switchboard_model::department::Department;
use switchboard_model::workspace::{Member, Workspace};

use crate::channels::{StoredChannel, StoredChannelName};
use crate::departments::StoredDepartment;
use crate::members::StoredMember;
use crate::workspaces::StoredWorkspace;
use crate::{Store, StoreError, keys};

/// What a request names beside its workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A channel.
    pub channel: Option<ChannelRef>,
    /// A department.
    pub department_id: Option<Id>,
    /// A person, who may be a member.
    pub user_id: Option<Id>,
}

/// What there is of it.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The workspace, unless it is deleted or never was.
    pub workspace: Option<Workspace>,
    /// The id of the channel.
    pub channel_id: Option<Id>,
    /// The channel, where it was named by its id.
    pub channel: Option<Channel>,
    /// The department.
    pub department: Option<Department>,
    /// The person's place in the workspace.
    pub member: Option<Member>,
}

impl Store {
    /// K2: a workspace, and what of it a request names.
    pub async fn surroundings(&self, workspace_id: Id, wanted: &Wanted) -> Result<Surroundings, StoreError> {
        let workspace_key = keys::workspace(workspace_id);
        let channel_key = wanted.channel.as_ref().map(|channel| match channel {
            ChannelRef::Id(id) => keys::channel(workspace_id, *id),
            ChannelRef::Name(name) => keys::channel_name(workspace_id, name),
        });
        let department_key = wanted.department_id.map(|id| keys::department(workspace_id, id));
        let member_key = wanted.user_id.map(|id| keys::member(workspace_id, id));
        let wanted_keys: Vec<_> =
            [Some(workspace_key.clone()), channel_key.clone(), department_key.clone(), member_key]
                .into_iter()
                .flatten()
                .collect();
        let by_name = matches!(wanted.channel, Some(ChannelRef::Name(_)));
        let mut found = Surroundings::default();
        for (key, item) in self.get_all(&wanted_keys).await? {
            if key == workspace_key {
                let workspace = Workspace::from(self.read::<StoredWorkspace>(&key, item)?);
                found.workspace = Some(workspace).filter(|workspace| workspace.deleted_at.is_none());
            } else if Some(&key) == channel_key.as_ref() && by_name {
                found.channel_id = Some(self.read::<StoredChannelName>(&key, item)?.channel_id);
            } else if Some(&key) == channel_key.as_ref() {
                let channel = Channel::from(self.read::<StoredChannel>(&key, item)?);
                found.channel_id = Some(channel.id);
                found.channel = Some(channel);
            } else if Some(&key) == department_key.as_ref() {
                found.department = Some(self.read::<StoredDepartment>(&key, item)?.into());
            } else {
                found.member = Some(self.read::<StoredMember>(&key, item)?.into());
            }
        }
        Ok(found)
    }
}
