//! Who may do what.
//!
//! A handler's signature names the permission it needs: a [`Permit`] of it is the only way to call the
//! service, and the service checks the caller's role in the workspace before anything is read or written. Programs
//! with an API token have permissions in the place of a role: see [`crate::api_token`].

use std::marker::PhantomData;

use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;

/// The role of a member in a workspace, from the most to the least powerful.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum Role {
    /// Full control.
    Owner,
    /// Manages resources and members.
    Admin,
    /// Reads and sends messages.
    Member,
    /// Customer support.
    Agent,
    /// From outside: sees a workspace and answers what is asked of them.
    Guest,
}

/// Who is asking, as their credentials say. Whether they may is decided against a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A person who signed in.
    User {
        /// The person.
        user_id: Id,
        /// The session that the access token belongs to.
        session_id: Id,
    },
    /// A program with the API key of a workspace. It acts there as an [`Role::Admin`] does.
    ApiKey {
        /// SHA-256 of the key; whose it is shows when it is compared.
        digest: String,
    },
}

impl Caller {
    /// The person, where it is one.
    pub fn user_id(&self) -> Option<Id> {
        match self {
            Self::User { user_id, .. } => Some(*user_id),
            Self::ApiKey { .. } => None,
        }
    }
}

/// Something that some roles may do in a workspace.
pub trait Permission: Send + Sync + 'static {
    /// The roles that may.
    const ROLES: &'static [Role];
    /// Whether it is possible in a suspended workspace.
    const WHILE_SUSPENDED: bool;
}

/// A caller who asks for the permission `P`. Only authentication makes one.
#[derive(Debug)]
pub struct Permit<P> {
    caller: Caller,
    permission: PhantomData<P>,
}

impl<P> Clone for Permit<P> {
    fn clone(&self) -> Self {
        Self::new(self.caller.clone())
    }
}

impl<P> Permit<P> {
    /// What authentication found out about the caller.
    pub fn new(caller: Caller) -> Self {
        Self { caller, permission: PhantomData }
    }

    /// Who is asking.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident: $($role:ident)+, while_suspended: $suspended:literal;)+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Permission for $name {
            const ROLES: &'static [Role] = &[$(Role::$role),+];
            const WHILE_SUSPENDED: bool = $suspended;
        }
    )+};
}

permissions! {
    /// Be signed in; no workspace is concerned.
    SignedIn: Owner Admin Member Agent Guest, while_suspended: true;
    /// See a workspace and what is in it.
    ReadWorkspace: Owner Admin Member Agent Guest, while_suspended: true;
    /// Answer an interactive message of the team.
    AnswerMessages: Owner Admin Member Agent Guest, while_suspended: false;
    /// Change a workspace's settings, secrets and members.
    ManageWorkspace: Owner Admin, while_suspended: true;
    /// Delete a workspace.
    DeleteWorkspace: Owner, while_suspended: true;
    /// Register, change and delete phone numbers.
    ManagePhoneNumbers: Owner Admin, while_suspended: false;
    /// Ask Meta anew what it thinks of a phone number.
    SyncPhoneNumbers: Owner Admin Member Agent, while_suspended: false;
    /// Send messages.
    SendMessages: Owner Admin Member Agent, while_suspended: false;
    /// Answer customers: mark as read, assign conversations.
    ManageConversations: Owner Admin Member Agent, while_suspended: false;
    /// Upload and delete media files.
    ManageMedia: Owner Admin Member Agent, while_suspended: false;
    /// Create, change and delete message templates.
    ManageTemplates: Owner Admin Member, while_suspended: false;
    /// Create, change, delete and import contacts.
    ManageContacts: Owner Admin Member Agent, while_suspended: false;
    /// Create, change, start and stop campaigns.
    ManageCampaigns: Owner Admin Member, while_suspended: false;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_read_as_they_are_written() {
        assert_eq!("OWNER".parse(), Ok(Role::Owner));
        assert_eq!(Role::Agent.to_string(), "AGENT");
        assert!("owner".parse::<Role>().is_err());
    }
}
