//! Making a workspace.

use serde_json::json;
use switchboard_model::access::{Permit, Role, SignedIn};
use switchboard_model::audit::{Actor, Deed};
use switchboard_model::user::User;
use switchboard_model::workspace::{
    Member, MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus, slug_of,
};
use switchboard_model::{DomainError, Id, Randomness};
use switchboard_store::{Condition, StoreError};

use super::{NewWorkspace, TRIES, WorkspaceDetails, Workspaces};

/// Where the numbers behind a taken slug end: `my-company-2` to `my-company-20`. After these it is left to chance.
const LAST_NUMBER: u32 = 20;
/// Slugs with a number that are tried: others may take them at the same time.
const NUMBERED_TRIES: usize = 2;

impl Workspaces {
    /// Makes a workspace whose only member is the caller, as its owner. It needs a person.
    pub async fn create(
        &self,
        permit: &Permit<SignedIn>,
        new: &NewWorkspace,
    ) -> Result<WorkspaceDetails, DomainError> {
        let user_id = permit.caller().user_id().ok_or(DomainError::UserRequired)?;
        let secrets = WorkspaceSecrets::generate(&*self.resources.randomness);
        for _ in 0..TRIES {
            let id = self.resources.ids.next_id();
            let (owner, sealed_secrets) = futures::try_join!(self.person(user_id), self.seal(id, &secrets))?;
            let draft = self.draft(id, new, &owner, &secrets, sealed_secrets);
            match self.create_with_free_slug(draft, &owner).await {
                Ok(workspace) => return Ok(WorkspaceDetails { workspace, secrets }),
                Err(StoreError::ConditionFailed(Condition::IdTaken)) => {}
                Err(StoreError::ConditionFailed(Condition::SlugTaken)) => return Err(DomainError::Contested),
                Err(error) => return Err(error.into()),
            }
        }
        Err(DomainError::Contested)
    }

    async fn person(&self, id: Id) -> Result<User, DomainError> {
        self.resources.store.user_by_id(id).await?.ok_or(DomainError::CredentialsInvalid)
    }

    fn draft(
        &self,
        id: Id,
        new: &NewWorkspace,
        owner: &User,
        secrets: &WorkspaceSecrets,
        sealed_secrets: Vec<u8>,
    ) -> Workspace {
        let now = self.resources.now();
        Workspace {
            id,
            name: new.name.clone(),
            slug: slug_of(&new.name),
            plan: new.plan,
            status: WorkspaceStatus::Active,
            settings: serde_json::json!({}),
            api_key_digest: secrets.api_key_digest(),
            sealed_secrets,
            masked_secrets: secrets.masked(),
            created_by: owner.id,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            watched: switchboard_model::event::Watched::default(),
            version: 1,
        }
    }

    /// Stores `draft` with the slug that its name asks for or, where that is taken, with one made of it.
    async fn create_with_free_slug(
        &self,
        mut draft: Workspace,
        owner: &User,
    ) -> Result<Workspace, StoreError> {
        let created = json!({"name": draft.name});
        let told = self.told(Actor::user(owner.id), Deed::WorkspaceCreated, draft.id, created);
        let store = &self.resources.store.telling(told);
        let founder = Member {
            id: self.resources.ids.next_id(),
            workspace_id: draft.id,
            user_id: owner.id,
            email: owner.email.clone(),
            role: Role::Owner,
            status: MemberStatus::Active,
            title: None,
            department_id: None,
            joined_at: draft.created_at,
        };
        let wanted = draft.slug.clone();
        let mut created = store.create_workspace(&draft, &founder).await;
        if !slug_was_taken(&created) {
            return created.map(|()| draft);
        }
        let numbered =
            store.free_slugs((2..=LAST_NUMBER).map(|number| format!("{wanted}-{number}")).collect()).await?;
        let random = (0..TRIES).map(|_| format!("{wanted}-{}", random_suffix(&*self.resources.randomness)));
        for slug in numbered.into_iter().take(NUMBERED_TRIES).chain(random) {
            draft.slug = slug;
            created = store.create_workspace(&draft, &founder).await;
            if !slug_was_taken(&created) {
                break;
            }
        }
        created.map(|()| draft)
    }
}

fn slug_was_taken(created: &Result<(), StoreError>) -> bool {
    matches!(created, Err(StoreError::ConditionFailed(Condition::SlugTaken)))
}

/// Eight random digits in base 16.
fn random_suffix(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; 4];
    randomness.fill(&mut bytes);
    format!("{:08x}", u32::from_be_bytes(bytes))
}
