//! Who may come in: callers by their tokens, and into which workspace.

use std::future::Future;
use std::sync::Arc;

use subtle::ConstantTimeEq;
use switchboard_model::access::{Caller, Permission, Permit, Role};
use switchboard_model::conversation::{Conversation, ConversationKey};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::plan::Verdict;
use switchboard_model::session::SecretToken;
use switchboard_model::workspace::{API_KEY_PREFIX, MemberStatus, Workspace, WorkspaceStatus};
use switchboard_model::{DomainError, Id};
use switchboard_store::{Access, StoreError};
use switchboard_vault::{Secret, TokenKey};

use crate::{Resources, token};

/// Decides who may come in.
#[derive(Clone)]
pub struct Gate {
    resources: Resources,
    token_key: Arc<Secret<TokenKey>>,
}

/// A workspace that the caller has been let into, with the role they have there.
#[derive(Debug)]
pub struct Entry {
    /// The workspace.
    pub workspace: Workspace,
    /// The caller's role.
    pub role: Role,
    /// The person, where the caller is one.
    pub user_id: Option<Id>,
    /// The phone number that the request names, if it is the workspace's.
    pub phone_number: Option<PhoneNumber>,
    /// The conversation that a message is to be sent in, if it is the workspace's.
    pub conversation: Option<Conversation>,
}

impl Gate {
    /// A gate that knows access tokens by `token_key`.
    pub fn new(resources: Resources, token_key: Arc<Secret<TokenKey>>) -> Self {
        Self { resources, token_key }
    }

    /// Whose bearer token this is. An API key is only found out to be one when the workspace is entered.
    pub async fn authenticate(&self, token: &str) -> Result<Caller, DomainError> {
        if token.starts_with(API_KEY_PREFIX) {
            return Ok(Caller::ApiKey { digest: SecretToken::presented(token).digest() });
        }
        let now = self.resources.now();
        let key = self.token_key.get().await?;
        let caller = token::verify(&key, token, now);
        if !matches!(caller, Err(DomainError::CredentialsInvalid)) {
            return caller;
        }
        match self.token_key.renewed(now).await? {
            Some(key) => token::verify(&key, token, now),
            None => caller,
        }
    }

    /// Lets a caller into a workspace: reads who they are there and counts the request, side by side.
    pub async fn enter<P: Permission>(
        &self,
        permit: &Permit<P>,
        workspace_id: Id,
    ) -> Result<Entry, DomainError> {
        self.enter_with(permit, workspace_id, None).await
    }

    /// Lets a caller into the workspace of a thing that the request names; to whom the workspace is not open,
    /// the thing does not exist: they get `not_found`.
    pub async fn enter_for<P: Permission>(
        &self,
        permit: &Permit<P>,
        workspace_id: Id,
        not_found: DomainError,
    ) -> Result<Entry, DomainError> {
        self.enter(permit, workspace_id).await.map_err(|error| match error {
            DomainError::WorkspaceNotFound => not_found,
            error => error,
        })
    }

    /// As [`Gate::enter`], and reads the phone number that the request names in the same call.
    pub async fn enter_with<P: Permission>(
        &self,
        permit: &Permit<P>,
        workspace_id: Id,
        phone_number_id: Option<Id>,
    ) -> Result<Entry, DomainError> {
        let access = self.resources.store.access(workspace_id, permit.caller().user_id(), phone_number_id);
        self.let_in(permit, workspace_id, access).await
    }

    /// As [`Gate::enter`], and reads the phone number and the conversation that a message is to be sent in, in the same
    /// call.
    pub async fn enter_to_send<P: Permission>(
        &self,
        permit: &Permit<P>,
        workspace_id: Id,
        conversation: &ConversationKey,
    ) -> Result<Entry, DomainError> {
        let user_id = permit.caller().user_id();
        let access = self.resources.store.access_to_send(workspace_id, user_id, conversation);
        self.let_in(permit, workspace_id, access).await
    }

    async fn let_in<P: Permission>(
        &self,
        permit: &Permit<P>,
        workspace_id: Id,
        access: impl Future<Output = Result<Access, StoreError>>,
    ) -> Result<Entry, DomainError> {
        let (store, now) = (&self.resources.store, self.resources.now());
        let caller = permit.caller();
        let (access, usage) = futures::try_join!(access, store.count_requests(workspace_id, 1, now))?;
        let entry = match admit::<P>(caller, access) {
            Ok(entry) => entry,
            Err(refusal) => {
                // The request was counted before it was known whose it is; strangers must not use up a workspace.
                store.count_requests(workspace_id, -1, now).await?;
                return Err(self.told_to(caller, refusal).await?);
            }
        };
        let meter = switchboard_meter::current();
        meter.note_workspace(workspace_id);
        match entry.workspace.plan.quota(&entry.workspace.settings).judge(usage, now) {
            Verdict::Unlimited => Ok(entry),
            Verdict::Within(limit) => {
                meter.note_limit(limit);
                Ok(entry)
            }
            Verdict::Exceeded(limit) => {
                meter.note_limit(limit);
                Err(DomainError::RateLimited { limit })
            }
        }
    }

    /// What a refused caller is told. Whoever presents a key of another workspace is a stranger like any other,
    /// and a key of no workspace is no credential, whether the workspace exists or not.
    async fn told_to(&self, caller: &Caller, refusal: DomainError) -> Result<DomainError, DomainError> {
        let (Caller::ApiKey { digest }, DomainError::WorkspaceNotFound) = (caller, &refusal) else {
            return Ok(refusal);
        };
        let known = self.resources.store.workspace_of_api_key(digest).await?.is_some();
        Ok(if known { refusal } else { DomainError::CredentialsInvalid })
    }
}

/// The entry of `caller`, if `access` shows that they may have `P` in the workspace.
fn admit<P: Permission>(caller: &Caller, access: Access) -> Result<Entry, DomainError> {
    let workspace = access.workspace.ok_or(DomainError::WorkspaceNotFound)?;
    let role = match caller {
        Caller::User { .. } => {
            let member = access.member.filter(|member| member.status == MemberStatus::Active);
            member.ok_or(DomainError::WorkspaceNotFound)?.role
        }
        Caller::ApiKey { digest } => {
            let matches = digest.as_bytes().ct_eq(workspace.api_key_digest.as_bytes());
            if !bool::from(matches) {
                return Err(DomainError::WorkspaceNotFound);
            }
            Role::Admin
        }
    };
    if !P::ROLES.contains(&role) {
        return Err(DomainError::RoleRequired { allowed: P::ROLES });
    }
    if workspace.status == WorkspaceStatus::Suspended && !P::WHILE_SUSPENDED {
        return Err(DomainError::WorkspaceInactive);
    }
    let phone_number = access.phone_number.filter(|number| number.workspace_id == workspace.id);
    let conversation = access.conversation.filter(|conversation| conversation.workspace_id == workspace.id);
    Ok(Entry { workspace, role, user_id: caller.user_id(), phone_number, conversation })
}
