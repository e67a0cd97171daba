//! Channels of a team.

use std::collections::HashMap;

use serde_json::json;
use switchboard_model::api_token::{ReadChannels, TokenPermit, WriteChannels};
use switchboard_model::audit::Deed;
use switchboard_model::channel::{Channel, ChannelKind, MAX_CHANNELS};
use switchboard_model::department::Department;
use switchboard_model::{DomainError, Id};
use switchboard_store::{Condition, StoreError, Wanted};

use super::{Acting, Team, gone};

/// A channel to make.
#[derive(Clone, Debug)]
pub struct NewChannel {
    /// What it is to be called.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// Who can see it.
    pub kind: ChannelKind,
    /// The department that it belongs to.
    pub department_id: Option<Id>,
}

/// A channel in a list.
#[derive(Clone, Debug)]
pub struct ListedChannel {
    /// The channel.
    pub channel: Channel,
    /// Its department.
    pub department: Option<Department>,
    /// How many messages it has.
    pub messages: u64,
    /// How many people can see it: of a public channel the members of the workspace, of a private one those of its
    /// department.
    pub members: u32,
}

impl Team {
    /// The channels of a workspace, the newest first.
    pub async fn channels(
        &self,
        permit: &TokenPermit<ReadChannels>,
    ) -> Result<Vec<ListedChannel>, DomainError> {
        let (store, workspace_id) = (&self.resources.store, permit.workspace_id());
        self.gate.enter(permit, &Wanted::default()).await?;
        let (channels, departments, people) = futures::try_join!(
            store.channels(workspace_id),
            store.departments(workspace_id),
            store.member_count(workspace_id),
        )?;
        let departments: HashMap<Id, Department> =
            departments.into_iter().map(|department| (department.id, department)).collect();
        let listed = channels.into_iter().map(|(channel, messages)| {
            let department = channel.department_id.and_then(|id| departments.get(&id)).cloned();
            let members = match channel.kind {
                ChannelKind::Public => people,
                ChannelKind::Private => department.as_ref().map_or(0, |department| department.counts.members),
            };
            ListedChannel { channel, department, messages, members }
        });
        Ok(listed.collect())
    }

    /// Makes a channel.
    pub async fn create_channel(
        &self,
        permit: &TokenPermit<WriteChannels>,
        asked: Result<NewChannel, DomainError>,
    ) -> Result<(Channel, Option<Department>), DomainError> {
        let department_id = asked.as_ref().ok().and_then(|new| new.department_id);
        let wanted = Wanted { department_id, ..Wanted::default() };
        let mut entry = self.gate.enter(permit, &wanted).await?;
        let new = asked?;
        let department = entry.found.department.take();
        if department_id.is_some() && department.is_none() {
            return Err(DomainError::DepartmentNotFound);
        }
        Ok((self.create_channel_by(&entry.into(), new).await?, department))
    }

    /// Makes a channel for whoever is `acting`.
    pub async fn create_channel_by(&self, acting: &Acting, new: NewChannel) -> Result<Channel, DomainError> {
        let draft = Channel {
            id: Id::NONE,
            workspace_id: acting.workspace.id,
            name: new.name,
            description: new.description,
            kind: new.kind,
            department_id: new.department_id,
            created_at: self.resources.now(),
        };
        let created = self.resources.create(|id| {
            let channel = Channel { id, ..draft.clone() };
            let metadata = json!({"name": channel.name, "type": channel.kind});
            let store = self.store_for(acting, Deed::ChannelCreated, id, metadata);
            async move { store.create_channel(&channel).await.map(|()| channel) }
        });
        created.await.map_err(create_error)
    }
}

fn create_error(error: StoreError) -> DomainError {
    match error.condition() {
        Some(Condition::TooManyChannels) => DomainError::TooManyChannels { max: MAX_CHANNELS },
        Some(Condition::DepartmentGone) => DomainError::DepartmentNotFound,
        Some(Condition::Contested) => gone(),
        _ => error.into(),
    }
}
