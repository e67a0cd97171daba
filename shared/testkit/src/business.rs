//! A business that is set up: people, a workspace, a number that may send.

use std::sync::Arc;

use serde_json::json;
use switchboard_model::access::Role;
use switchboard_model::api_token::{self, ApiToken, Grant, TokenUsage};
use switchboard_model::phone_number::{PhoneNumber, PhoneNumberStatus, QualityRating};
use switchboard_model::plan::Plan;
use switchboard_model::session::SecretToken;
use switchboard_model::user::Password;
use switchboard_model::workspace::{
    API_KEY_PREFIX, Member, MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus,
};
use switchboard_model::{Id, IdGenerator};
use switchboard_service::Accounts;
use switchboard_service::accounts::NewAccount;
use switchboard_vault::{Purpose, Sealer, Secret, TokenKey};

use crate::World;

/// A business with an owner, an enterprise workspace and a number that may send.
#[derive(Debug)]
pub struct Business {
    /// What signs access tokens.
    pub token_key: Arc<Secret<TokenKey>>,
    /// What sealed the number's token.
    pub sealer: Sealer,
    /// The owner of the workspace.
    pub owner: Person,
    /// The workspace.
    pub workspace: Workspace,
    /// Its API key.
    pub api_key: String,
    /// Its number.
    pub number: PhoneNumber,
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their id.
    pub user_id: Id,
    /// Their access token.
    pub token: String,
    /// Their address.
    pub email: String,
}

/// Meta's id of the first business's number.
const META_ID: u64 = 1_234_567_890;

impl Business {
    /// A business in `world`.
    pub async fn new(world: &World) -> Self {
        let token_key = world.token_key().await;
        let sealer = world.sealer().await;
        Self::with(world, token_key, sealer, "ada@example.com", META_ID).await
    }

    /// Another business in `world`, of other people.
    pub async fn another(&self, world: &World) -> Self {
        let (token_key, sealer) = (Arc::clone(&self.token_key), self.sealer.clone());
        Self::with(world, token_key, sealer, "mallory@example.com", META_ID + 1).await
    }

    async fn with(
        world: &World,
        token_key: Arc<Secret<TokenKey>>,
        sealer: Sealer,
        email: &str,
        meta_id: u64,
    ) -> Self {
        let owner = sign_in(world, &token_key, email).await;
        let ids = &world.resources.ids;
        let api_key = SecretToken::generate(API_KEY_PREFIX, &*world.resources.randomness);
        let workspace = workspace(world, ids, &owner, &api_key);
        let member = member(world, &workspace, &owner, Role::Owner);
        world.store().create_workspace(&workspace, &member).await.expect("a workspace can be made");
        let number = number(world, &sealer, workspace.id, meta_id).await;
        world.store().create_phone_number(&number).await.expect("a number can be registered");
        Self { token_key, sealer, owner, workspace, api_key: api_key.expose().to_owned(), number }
    }

    /// Seals another access token in the place of its number's.
    ///
    /// # Panics
    /// Where it can't be stored.
    pub async fn change_number_token(&mut self, world: &World, token: &str) {
        self.number.sealed_token = seal_number_token(&self.sealer, self.number.id, token).await;
        self.number.version += 1;
        world.store().update_phone_number(&self.number).await.expect("a number can be changed");
    }

    /// Another number of the workspace, in the account `business_id`, that holds an access token.
    ///
    /// # Panics
    /// Where it can't be registered.
    pub async fn add_number(
        &self,
        world: &World,
        business_id: &str,
        meta_id: &str,
        token: &str,
    ) -> PhoneNumber {
        let id = world.resources.ids.next_id();
        let number = PhoneNumber {
            id,
            meta_id: meta_id.parse().expect("an id of Meta's"),
            business_id: Some(business_id.parse().expect("an id of Meta's")),
            sealed_token: seal_number_token(&self.sealer, id, token).await,
            ..self.number.clone()
        };
        world.store().create_phone_number(&number).await.expect("a number can be registered");
        number
    }

    /// Somebody new, who joins the workspace in this role.
    ///
    /// # Panics
    /// Where they can't be added.
    pub async fn add(&self, world: &World, email: &str, role: Role) -> Person {
        let person = sign_in(world, &self.token_key, email).await;
        let member = member(world, &self.workspace, &person, role);
        world.store().add_member(&member).await.expect("a member can be added");
        person
    }
}

impl Business {
    /// A token of a program that may do what `grants` allow, 1,000 times an hour.
    pub async fn api_token(&self, world: &World, grants: &[Grant]) -> String {
        self.api_token_like(world, |token| token.grants = grants.to_vec()).await
    }

    /// A token of a program that may do everything, 1,000 times an hour, but for what `change` makes of it.
    ///
    /// # Panics
    /// Where it can't be made.
    pub async fn api_token_like(&self, world: &World, change: impl FnOnce(&mut ApiToken)) -> String {
        let secret = api_token::generate(self.workspace.id, &*world.resources.randomness);
        let now = world.resources.now();
        let mut token = ApiToken {
            id: world.resources.ids.next_id(),
            workspace_id: self.workspace.id,
            name: "API Bot".to_owned(),
            digest: secret.digest(),
            tail: api_token::tail(&secret),
            grants: vec![Grant::Everything],
            rate_limit: api_token::RATE_LIMIT_DEFAULT,
            expires_at: None,
            role: Role::Owner,
            created_by: Some(self.owner.user_id),
            created_at: now,
            usage: TokenUsage { total: 0, last_used_at: None, window_began_at: now, in_window: 0 },
        };
        change(&mut token);
        world.store().create_api_token(&token).await.expect("a token can be made");
        secret.expose().to_owned()
    }
}

/// Makes an account and signs in to it.
///
/// # Panics
/// Where there is an account of this address, or no local AWS runs.
pub async fn sign_in(world: &World, token_key: &Arc<Secret<TokenKey>>, email: &str) -> Person {
    sign_in_by(world, token_key, email, None).await
}

/// As [`sign_in`], by an invitation.
///
/// # Panics
/// As [`sign_in`] does, and where the invitation is not theirs.
pub async fn sign_in_by(
    world: &World,
    token_key: &Arc<Secret<TokenKey>>,
    email: &str,
    invitation_token: Option<SecretToken>,
) -> Person {
    let accounts = Accounts::new(world.resources.clone(), Arc::clone(token_key));
    let password = Password::chosen("SecurePassword123!".to_owned()).expect("a password");
    let address = email.parse().expect("an address");
    let new = NewAccount { email: address, password: password.clone(), name: None, invitation_token };
    let user = accounts.sign_up(new, "127.0.0.1").await.expect("an account can be made");
    let pair = accounts.sign_in(&user.email, password, "127.0.0.1").await.expect("a session can be started");
    Person { user_id: user.id, token: pair.access_token, email: email.to_owned() }
}

fn workspace(world: &World, ids: &IdGenerator, owner: &Person, api_key: &SecretToken) -> Workspace {
    let now = world.resources.now();
    let id = ids.next_id();
    let secrets =
        WorkspaceSecrets { api_key: api_key.expose().to_owned(), webhook_secret: "whsec_test".to_owned() };
    Workspace {
        id,
        name: "My Company".to_owned(),
        slug: format!("my-company-{id}").to_lowercase(),
        plan: Plan::Enterprise,
        status: WorkspaceStatus::Active,
        settings: json!({}),
        api_key_digest: api_key.digest(),
        sealed_secrets: Vec::new(),
        masked_secrets: secrets.masked(),
        created_by: owner.user_id,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        watched: switchboard_model::event::Watched::default(),
        version: 1,
    }
}

fn member(world: &World, workspace: &Workspace, person: &Person, role: Role) -> Member {
    Member {
        id: world.resources.ids.next_id(),
        workspace_id: workspace.id,
        user_id: person.user_id,
        email: person.email.parse().expect("an address"),
        role,
        status: MemberStatus::Active,
        title: None,
        department_id: None,
        joined_at: world.resources.now(),
    }
}

async fn number(world: &World, sealer: &Sealer, workspace_id: Id, meta_id: u64) -> PhoneNumber {
    let now = world.resources.now();
    let id = world.resources.ids.next_id();
    PhoneNumber {
        id,
        workspace_id,
        meta_id: meta_id.to_string().parse().expect("an id of Meta's"),
        business_id: None,
        phone_number: format!("+{meta_id}").parse().expect("a phone number"),
        verified_name: None,
        display_name: "Customer Support".to_owned(),
        quality_rating: QualityRating::Green,
        message_limit: Some(1_000),
        limit_as_of: now,
        tier: "STANDARD".to_owned(),
        status: PhoneNumberStatus::Active,
        sealed_token: seal_number_token(sealer, id, "EAAtest").await,
        token_expires_at: None,
        stopped: None,
        verified_at: now,
        synced_at: now,
        created_at: now,
        updated_at: now,
        deleted_at: None,
        version: 1,
    }
}

/// The access token of a number as it is stored.
///
/// # Panics
/// Where it can't be sealed.
pub async fn seal_number_token(sealer: &Sealer, number_id: Id, token: &str) -> Vec<u8> {
    let purpose = Purpose { kind: "phone_number_token", owner: &number_id.to_string() };
    sealer.seal(purpose, token).await.expect("a token can be sealed")
}
