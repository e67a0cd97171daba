//! What programs do in a workspace by its API tokens and incoming webhooks: channels, departments, members,
//! messages; and how people answer.

mod answers;
mod channels;
mod departments;
mod members;
mod messages;

use serde_json::Value;
use switchboard_model::access::Role;
use switchboard_model::audit::{Actor, ActorKind, Deed};
use switchboard_model::channel_message::{Author, AuthorKind};
use switchboard_model::user::User;
use switchboard_model::workspace::Workspace;
use switchboard_model::{DomainError, Id};
use switchboard_store::{RequestClaim, Store};

use crate::token_gate::TokenEntry;
use crate::{Resources, TokenGate};

pub use answers::{Answer, Answered, Answers, ChosenAction, Told};
pub use channels::{ListedChannel, NewChannel};
pub use departments::{ListedDepartment, Manager, NewDepartment};
pub use members::{Added, ListedMember, MemberQuery, NewMember};
pub use messages::{NewAction, NewInteraction, NewMessage};

/// What programs do in a workspace.
#[derive(Clone, Debug)]
pub struct Team {
    resources: Resources,
    gate: TokenGate,
}

/// A program at work in a workspace that it has been let into.
#[derive(Clone, Debug)]
pub struct Acting {
    /// The workspace.
    pub workspace: Workspace,
    /// Who it is.
    pub actor: Actor,
    /// What it is called.
    pub name: String,
    /// The role that it may give at most.
    pub role: Role,
}

impl Team {
    /// The teams of these tables.
    pub fn new(resources: Resources) -> Self {
        let gate = TokenGate::new(resources.clone());
        Self { resources, gate }
    }

    /// The same team, whose next change is made together with the note that `claim` was carried out.
    pub(crate) fn claiming(&self, claim: RequestClaim) -> Self {
        let store = self.resources.store.claiming(claim);
        let resources = Resources { store, ..self.resources.clone() };
        Self { resources, gate: self.gate.clone() }
    }

    /// The store for what `acting` does: the audit log is told of it, and webhooks where they watch it.
    fn store_for(&self, acting: &Acting, deed: Deed, resource_id: Id, metadata: Value) -> Store {
        let entry = self.resources.entry(acting.workspace.id, acting.actor, deed, resource_id, metadata);
        self.resources.store.watched_by(&acting.workspace.watched).telling(entry)
    }
}

impl From<TokenEntry> for Acting {
    fn from(entry: TokenEntry) -> Self {
        Self {
            workspace: entry.workspace,
            actor: Actor::api_token(entry.token.id),
            name: entry.token.name,
            role: entry.token.role,
        }
    }
}

impl Acting {
    /// A service behind an incoming webhook of `workspace`. It may add members, but none who manage the workspace.
    pub fn webhook(workspace: Workspace, webhook_id: Id, name: String) -> Self {
        Self { workspace, actor: Actor::incoming_webhook(webhook_id), name, role: Role::Member }
    }

    /// The program as the author of a message. Its address takes no mail (RFC 2606, section 2).
    fn author(&self) -> Author {
        let kind = match self.actor.kind {
            ActorKind::IncomingWebhook => AuthorKind::IncomingWebhook,
            ActorKind::User | ActorKind::ApiKey | ActorKind::ApiToken => AuthorKind::ApiToken,
        };
        let id = self.actor.id.unwrap_or(self.workspace.id);
        Author { kind, id, name: self.name.clone(), email: format!("api@{}.invalid", self.workspace.slug) }
    }
}

/// What a person is called: by their name, or by what stands before the `@` of their address.
pub fn name_of(user: &User) -> String {
    let local_part = || user.email.as_str().split('@').next().unwrap_or_default().to_owned();
    user.name.clone().unwrap_or_else(local_part)
}

/// What somebody who was let in is told where the workspace is deleted in the same moment.
fn gone() -> DomainError {
    DomainError::CredentialsInvalid
}
