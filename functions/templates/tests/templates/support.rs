//! What these tests begin with.

use axum::Router;
use graph_sim::{Config, Review};
use serde_json::{Value, json};
use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::template::Template;
use switchboard_model::{Id, Timestamp};
use switchboard_runtime::Api;
use switchboard_service::Templates;
use switchboard_service::templates::TemplateSamples;
use switchboard_testkit::{Answer, Business, Call, GraphSimulator, LocalBucket, World};
use templates::router;

/// The account of the business's number.
pub const ACCOUNT: &str = "102290129340398";

/// A business whose number has an account, and the function that serves it.
pub struct Stage {
    pub world: World,
    pub business: Business,
    /// The number that has the account.
    pub number: PhoneNumber,
    pub router: Router,
    pub simulator: GraphSimulator,
    pub bucket: LocalBucket,
}

impl Stage {
    pub async fn new() -> Self {
        // It reviews nothing by itself.
        let config = Config { template_review: Review::Never, ..Config::default() };
        Self::with_graph(GraphSimulator::start_as(config).await).await
    }

    /// With a Graph at which nobody listens.
    pub async fn without_graph() -> Self {
        Self::with_graph(GraphSimulator::nowhere().await).await
    }

    pub async fn with_graph(simulator: GraphSimulator) -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let gate = world.gate(&business.token_key);
        let graph = simulator.graph();
        let bucket = world.aws.create_bucket().await;
        let samples = TemplateSamples::new(bucket.bucket.clone(), Config::default().app_id);
        let sealer = business.sealer.clone();
        let service = Templates::new(world.resources.clone(), gate.clone(), sealer, graph, samples);
        let router = router(Api::new(service, gate));
        let number = business.number.clone();
        let mut stage = Self { world, business, number, router, simulator, bucket };
        stage.number = stage.add_number(ACCOUNT, "7001", "EAAtest").await;
        stage
    }

    /// Another number of the business, in an account, with a token.
    pub async fn add_number(&self, account: &str, meta_id: &str, token: &str) -> PhoneNumber {
        self.business.add_number(&self.world, account, meta_id, token).await
    }

    /// Makes a call in the name of the owner.
    pub async fn send(&self, call: Call) -> Answer {
        call.bearer(&self.business.owner.token).to(&self.router).await
    }

    /// A template that keeps all rules.
    pub fn template(&self, name: &str) -> Value {
        json!({
            "workspace_id": uuid::spell(self.business.workspace.id),
            "phone_number_id": uuid::spell(self.number.id),
            "name": name, "category": "MARKETING", "language": "en",
            "components": {
                "body": {"text": format!("Hello {{{{1}}}}, welcome to our service {name}!")},
                "footer": {"text": "Reply STOP to unsubscribe"},
            },
        })
    }

    pub fn with_components(&self, name: &str, components: Value) -> Value {
        let mut body = self.template(name);
        body["components"] = components;
        body
    }

    pub async fn create(&self, body: &Value) -> Answer {
        self.send(Call::post("/api/templates").json(body)).await
    }

    /// The id of a new template.
    pub async fn created(&self, name: &str) -> String {
        let answer = self.create(&self.template(name)).await;
        assert_eq!(answer.status, 201, "{answer}");
        answer.str("/id")
    }

    /// The id of a new template that Meta says this of.
    pub async fn created_as(&self, name: &str, status: &str) -> String {
        let id = self.created(name).await;
        self.meta_says(&id, status).await;
        self.synced().await;
        id
    }

    pub async fn get(&self, id: &str) -> Answer {
        self.send(Call::get(format!("/api/templates/{id}"))).await
    }

    pub async fn update(&self, id: &str, body: &Value) -> Answer {
        self.send(Call::patch(format!("/api/templates/{id}")).json(body)).await
    }

    pub async fn delete(&self, id: &str) -> Answer {
        self.send(Call::delete(format!("/api/templates/{id}"))).await
    }

    /// The list with this further query.
    pub async fn list(&self, query: &str) -> Answer {
        let workspace_id = uuid::spell(self.business.workspace.id);
        self.send(Call::get(format!("/api/templates?workspace_id={workspace_id}{query}"))).await
    }

    pub async fn sync(&self, phone_number_id: Option<Id>) -> Answer {
        let body = json!({
            "workspace_id": uuid::spell(self.business.workspace.id),
            "phone_number_id": phone_number_id.map(uuid::spell),
        });
        self.send(Call::post("/api/templates/sync").json(&body)).await
    }

    pub async fn synced(&self) -> Value {
        let answer = self.sync(None).await;
        assert_eq!(answer.status, 200, "{answer}");
        answer.json()
    }

    pub async fn stored(&self, id: &str) -> Template {
        self.world.store().template(uuid::parse(id).unwrap()).await.unwrap().unwrap()
    }

    /// Changes what is stored of a template.
    pub async fn store(&self, id: &str, change: impl FnOnce(&mut Template)) {
        let mut template = self.stored(id).await;
        change(&mut template);
        template.version += 1;
        self.world.store().update_template(&template).await.unwrap();
    }

    /// Moves a template of Meta's into a state.
    pub async fn meta_says(&self, id: &str, status: &str) {
        let meta_id = self.stored(id).await.meta_template_id.unwrap();
        let path = format!("/_sim/templates/{meta_id}/status");
        self.simulate(&path, &json!({"status": status, "reason": "SCAM"})).await;
    }

    /// Puts a template there at Meta.
    pub async fn at_meta(&self, account: &str, name: &str, components: Value) -> Value {
        let body = json!({"waba_id": account, "name": name, "language": "en", "category": "UTILITY",
            "components": components});
        self.simulate("/_sim/templates", &body).await
    }

    /// What Meta has under the path.
    pub async fn look(&self, path: &str) -> Value {
        let request =
            self.simulator.client.get(format!("{}{path}", self.simulator.url)).bearer_auth("EAAtest");
        request.send().await.unwrap().json().await.unwrap()
    }

    pub async fn simulate(&self, path: &str, body: &Value) -> Value {
        let answer = self
            .simulator
            .client
            .post(format!("{}{path}", self.simulator.url))
            .json(body)
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "{path}: {}", answer.text().await.unwrap());
        answer.json().await.unwrap()
    }

    /// Deletes a template at Meta.
    pub async fn gone_at_meta(&self, name: &str) {
        let url = format!("{}/{ACCOUNT}/message_templates?name={name}", self.simulator.url);
        assert!(
            self.simulator
                .client
                .delete(url)
                .bearer_auth("EAAtest")
                .send()
                .await
                .unwrap()
                .status()
                .is_success()
        );
    }

    /// Somebody of the business, with this role.
    pub async fn token_of(&self, role: Role) -> String {
        self.business.add(&self.world, &format!("{role}@example.com").to_lowercase(), role).await.token
    }

    pub fn now(&self) -> Timestamp {
        self.world.resources.now()
    }
}

/// The refusals of an answer, one a line: the way to the field, the sort of error, the words.
pub fn refusals(answer: &Answer) -> String {
    assert_eq!(answer.status, 422, "{answer}");
    let body = answer.json();
    let lines = body["detail"].as_array().unwrap().iter().map(|error| {
        let path: Vec<String> = error["loc"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step.as_str().map_or_else(|| step.to_string(), str::to_owned))
            .collect();
        format!("{} {} {}", path.join("."), error["type"].as_str().unwrap(), error["msg"].as_str().unwrap())
    });
    lines.collect::<Vec<_>>().join("\n")
}
