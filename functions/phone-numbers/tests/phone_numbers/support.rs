//! What these tests begin with.

use axum::Router;
use graph_sim::{Config, Delays};
use phone_numbers::router;
use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::plan::Plan;
use switchboard_model::session::SecretToken;
use switchboard_model::user::Password;
use switchboard_model::workspace::{Member, MemberStatus, Workspace, WorkspaceSecrets, WorkspaceStatus};
use switchboard_runtime::Api;
use switchboard_service::accounts::NewAccount;
use switchboard_service::phone_numbers::MetaApp;
use switchboard_service::{Accounts, PhoneNumbers};
use switchboard_testkit::{Answer, Call, GraphSimulator, World, seal_number_token};
use switchboard_vault::Sealer;

/// A token that works for ever, so that answers repeat from run to run.
pub const TOKEN: &str = "EAAneverexpires-secret-of-this-test";
pub const META_ID: &str = "1234567890";

/// A workspace with its owner, and the function that serves it.
pub struct Numbers {
    pub world: World,
    pub router: Router,
    pub sealer: Sealer,
    simulator: GraphSimulator,
    pub workspace_id: Id,
    pub owner: String,
    accounts: Accounts,
}

impl Numbers {
    pub async fn new() -> Self {
        let config = Config {
            app_secret: "app secret of tests".to_owned(),
            delays: Delays { slow_answer: 50, ..Delays::default() },
            ..Config::default()
        };
        Self::with_graph(GraphSimulator::start_as(config).await).await
    }

    /// With a Graph at which nobody listens.
    pub async fn without_graph() -> Self {
        Self::with_graph(GraphSimulator::nowhere().await).await
    }

    async fn with_graph(simulator: GraphSimulator) -> Self {
        let world = Box::pin(World::new()).await;
        let token_key = world.token_key().await;
        let sealer = world.sealer().await;
        let gate = world.gate(&token_key);
        let graph = simulator.graph();
        let meta = MetaApp::new(graph, Config::default().app_id, world.meta_secrets().await);
        let service = PhoneNumbers::new(world.resources.clone(), gate.clone(), sealer.clone(), meta);
        let accounts = Accounts::new(world.resources.clone(), token_key);
        let router = router(Api::new(service, gate));
        let mut numbers =
            Self { world, router, sealer, simulator, workspace_id: Id::NONE, owner: String::new(), accounts };
        (numbers.workspace_id, numbers.owner) = Box::pin(numbers.workspace("acme")).await;
        numbers
    }

    /// Makes a workspace whose API key is `wsk_` and its slug: its id and its owner's access token.
    pub async fn workspace(&self, slug: &str) -> (Id, String) {
        let (owner_id, token) = Box::pin(self.person(&format!("owner@{slug}.example"))).await;
        let (id, now) = (self.world.resources.ids.next_id(), self.world.resources.now());
        let workspace = Workspace {
            id,
            name: slug.to_owned(),
            slug: slug.to_owned(),
            plan: Plan::Enterprise,
            status: WorkspaceStatus::Active,
            settings: json!({}),
            api_key_digest: SecretToken::presented(format!("wsk_{slug}")).digest(),
            sealed_secrets: Vec::new(),
            masked_secrets: WorkspaceSecrets { api_key: String::new(), webhook_secret: String::new() },
            created_by: owner_id,
            created_at: now,
            updated_at: now,
            deleted_at: None,
            watched: switchboard_model::event::Watched::default(),
            version: 1,
        };
        let owner = self.member(id, owner_id, Role::Owner);
        self.world.store().create_workspace(&workspace, &owner).await.unwrap();
        (id, token)
    }

    /// The access token of somebody new who is a member with this role.
    pub async fn colleague(&self, role: Role) -> String {
        let (user_id, token) = Box::pin(self.person(&format!("{role}@acme.example"))).await;
        let member = self.member(self.workspace_id, user_id, role);
        self.world.store().add_member(&member).await.unwrap();
        token
    }

    async fn person(&self, email: &str) -> (Id, String) {
        let password = || Password::chosen("SecurePassword123!".to_owned()).unwrap();
        let email = email.parse().unwrap();
        let new = NewAccount { email, password: password(), name: None, invitation_token: None };
        let user = Box::pin(self.accounts.sign_up(new, "")).await.unwrap();
        let session = Box::pin(self.accounts.sign_in(&user.email, password(), "")).await.unwrap();
        (user.id, session.access_token)
    }

    fn member(&self, workspace_id: Id, user_id: Id, role: Role) -> Member {
        Member {
            id: self.world.resources.ids.next_id(),
            workspace_id,
            user_id,
            email: "colleague@acme.example".parse().unwrap(),
            role,
            status: MemberStatus::Active,
            title: None,
            department_id: None,
            joined_at: self.world.resources.now(),
        }
    }

    /// What registers a number with [`TOKEN`].
    pub fn registration(&self, meta_id: &str) -> Value {
        self.registration_with(meta_id, TOKEN)
    }

    pub fn registration_with(&self, meta_id: &str, token: &str) -> Value {
        json!({"workspace_id": uuid::spell(self.workspace_id), "phone_number_id": meta_id, "access_token": token})
    }

    /// Registers as the owner.
    pub async fn register(&self, body: &Value) -> Answer {
        self.send(Call::post("/api/phone-numbers").json(body)).await
    }

    /// The id of a registered number.
    pub async fn registered(&self, meta_id: &str) -> String {
        self.registered_with(meta_id, TOKEN).await
    }

    pub async fn registered_with(&self, meta_id: &str, token: &str) -> String {
        let answer = self.register(&self.registration_with(meta_id, token)).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.str("/id")
    }

    /// Makes a call as the owner.
    pub async fn send(&self, call: Call) -> Answer {
        call.bearer(&self.owner).to(&self.router).await
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.send(Call::get(format!("/api/phone-numbers/{id}"))).await
    }

    pub async fn patch(&self, id: &str, body: Value) -> Answer {
        self.send(Call::patch(format!("/api/phone-numbers/{id}")).json(&body)).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.send(Call::delete(format!("/api/phone-numbers/{id}"))).await
    }

    pub async fn sync(&self, id: &str) -> Answer {
        self.send(Call::post(format!("/api/phone-numbers/{id}/sync"))).await
    }

    pub async fn exchange(&self, id: &str) -> Answer {
        self.send(Call::post(format!("/api/phone-numbers/{id}/exchange-token"))).await
    }

    /// The owner's list, with what the query says beside the workspace.
    pub async fn list(&self, query: &str) -> Answer {
        let workspace_id = uuid::spell(self.workspace_id);
        self.send(Call::get(format!("/api/phone-numbers?workspace_id={workspace_id}{query}"))).await
    }

    /// What is stored of a number.
    pub async fn stored(&self, id: &str) -> PhoneNumber {
        let id = uuid::parse(id).unwrap();
        self.world.store().phone_number(id).await.unwrap().unwrap()
    }

    /// Changes what is stored of a number, as a worker does.
    pub async fn store(&self, id: &str, change: impl FnOnce(&mut PhoneNumber)) {
        let mut number = self.stored(id).await;
        change(&mut number);
        number.version += 1;
        self.world.store().update_phone_number(&number).await.unwrap();
    }

    /// Seals another token in the place of a number's, as if its own had gone bad.
    pub async fn spoil(&self, id: &str, token: &str) {
        let donor = self.stored(id).await;
        let sealed = seal_number_token(&self.sealer, donor.id, token).await;
        self.store(id, |number| number.sealed_token = sealed).await;
    }

    /// Whether our app hears of an account.
    pub async fn is_subscribed(&self, account: &str) -> bool {
        let url = format!("{}/{account}/subscribed_apps", self.simulator.url);
        let answer = self.simulator.client.get(url).bearer_auth(TOKEN).send().await.unwrap();
        let apps: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        !apps["data"].as_array().unwrap().is_empty()
    }

    /// Lets Meta forget that our app is to hear of an account.
    pub async fn unsubscribe(&self, account: &str) {
        let url = format!("{}/{account}/subscribed_apps", self.simulator.url);
        let request = self.simulator.client.delete(url).bearer_auth(TOKEN);
        request.send().await.unwrap().error_for_status().unwrap();
    }

    /// The id of a number whose account was not known when it was registered.
    pub async fn without_account(&self, meta_id: &str) -> String {
        let model = self.stored(&self.registered(META_ID).await).await;
        let id = self.world.resources.ids.next_id();
        let number = PhoneNumber {
            id,
            meta_id: meta_id.parse().unwrap(),
            business_id: None,
            sealed_token: seal_number_token(&self.sealer, id, TOKEN).await,
            ..model
        };
        self.world.store().create_phone_number(&number).await.unwrap();
        uuid::spell(id)
    }

    /// Our ids of the numbers that are known to be in an account.
    pub async fn of_account(&self, account: &str) -> Vec<String> {
        let account = account.parse().unwrap();
        let found = self.world.store().phone_numbers_of_account(&account).await.unwrap();
        found.into_iter().map(|number| uuid::spell(number.id)).collect()
    }

    /// Sets what Meta says of a number.
    pub async fn meta_says(&self, fields: Value) {
        self.simulator.post("numbers", &fields).await;
    }
}

/// Several answers as one text, for snapshots.
pub fn together(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What one request cost, for snapshots.
pub fn cost(answer: &Answer) -> String {
    let reading = answer.reading;
    format!("{} calls, {} read units, {} write units", reading.calls, reading.read_units, reading.write_units)
}
