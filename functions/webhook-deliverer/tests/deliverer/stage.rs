//! What these tests begin with.

use std::time::Duration;

use switchboard_courier::{Courier, CourierConfig};
use switchboard_model::access::{Caller, Permit};
use switchboard_model::delivery::{Delivery, DeliveryKey};
use switchboard_model::event::{Event, EventId, EventType, Watched};
use switchboard_model::webhook::{Endpoint, EndpointChange, NewEndpoint, SignatureFormat};
use switchboard_model::{Id, Timestamp};
use switchboard_service::deliveries::{DeliverySettings, Due, Job};
use switchboard_service::{Deliveries, Webhooks};
use switchboard_testkit::{Business, World};
use tokio::task::JoinSet;

pub struct Stage {
    pub world: World,
    pub business: Business,
    pub webhooks: Webhooks,
    pub deliveries: Deliveries,
}

/// A client that calls receivers on this machine and has little patience.
pub fn courier() -> Courier {
    let allowed = vec!["127.0.0.0/8".parse().unwrap()];
    Courier::new(CourierConfig {
        connect_timeout: Duration::from_millis(300),
        timeout: Duration::from_millis(500),
        body_timeout: Duration::from_millis(200),
        ..CourierConfig::new(allowed)
    })
}

impl Stage {
    pub async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let (resources, sealer) = (world.resources.clone(), business.sealer.clone());
        let gate = world.gate(&business.token_key);
        let webhooks = Webhooks::new(resources.clone(), gate, sealer.clone(), courier());
        let deliveries = Deliveries::new(resources, courier(), sealer, DeliverySettings { divisor: 1 });
        Self { world, business, webhooks, deliveries }
    }

    /// A process that remembers nothing.
    pub fn another_process(&self) -> Deliveries {
        let (resources, sealer) = (self.world.resources.clone(), self.business.sealer.clone());
        Deliveries::new(resources, courier(), sealer, DeliverySettings { divisor: 1 })
    }

    pub fn permit<P>(&self) -> Permit<P> {
        let user_id = self.business.owner.user_id;
        Permit::new(Caller::User { user_id, session_id: Id::NONE })
    }

    /// A webhook at `url` that is told of new members, and its secret.
    pub async fn webhook(&self, url: &str, signature_format: SignatureFormat) -> (Endpoint, String) {
        let new = NewEndpoint {
            workspace_id: self.business.workspace.id,
            url: url.parse().unwrap(),
            description: None,
            events: Watched::from_iter([EventType::MemberAdded, EventType::WebhookDisabled]),
            signature_format,
        };
        let made = Box::pin(self.webhooks.create(&self.permit(), new)).await.unwrap();
        (made.endpoint, made.secret)
    }

    /// A new member, as an event.
    pub fn event(&self, number: u32) -> Event {
        let now = self.world.resources.now();
        let id = EventId::of(now, &number.to_string());
        Event {
            body: format!(r#"{{"id":"{id}","type":"member.added","data":{{"n":1.0,"name":"Zoë"}}}}"#),
            id,
            workspace_id: self.business.workspace.id,
            kind: EventType::MemberAdded.to_string(),
            at: now.as_millisecond(),
        }
    }

    pub async fn work(&self, job: Job) -> Vec<Due> {
        Box::pin(self.deliveries.work(job)).await.unwrap()
    }

    /// Tells of an event and makes the first attempts; what is due after them.
    pub async fn tell(&self, event: &Event) -> Vec<Due> {
        let mut follows = Vec::new();
        for due in self.work(Job::Event(event.clone())).await {
            follows.extend(self.work(due.job).await);
        }
        follows
    }

    /// Lets time pass until the only thing that is due, and does it.
    pub async fn follow(&self, follows: Vec<Due>) -> Vec<Due> {
        let [due] = <[Due; 1]>::try_from(follows).unwrap();
        self.wait_until(due.at);
        self.work(due.job).await
    }

    /// Lets time pass until this moment, if it is to come.
    pub fn wait_until(&self, at: Timestamp) {
        let wait = at.as_millisecond() - self.world.resources.now().as_millisecond();
        self.world.clock.advance(Duration::from_millis(u64::try_from(wait.max(0)).unwrap()));
    }

    /// Does what is due at the same time, in one process.
    pub async fn work_at_once(&self, due: Vec<Due>) {
        let mut running = JoinSet::new();
        for due in due {
            let deliveries = self.deliveries.clone();
            running.spawn(async move { Box::pin(deliveries.work(due.job)).await.unwrap() });
        }
        running.join_all().await;
    }

    /// Changes a webhook as its workspace does.
    pub async fn change(&self, endpoint: &Endpoint, change: EndpointChange) {
        let Endpoint { id, workspace_id, .. } = endpoint;
        Box::pin(self.webhooks.update(&self.permit(), *workspace_id, *id, change)).await.unwrap();
    }

    pub async fn delivery(&self, event: &Event, endpoint: &Endpoint) -> Delivery {
        let key = DeliveryKey::Event { endpoint_id: endpoint.id, event_id: event.id.clone() };
        self.world.store().delivery(&key).await.unwrap().unwrap()
    }

    pub async fn endpoint(&self, endpoint: &Endpoint) -> Endpoint {
        self.world.store().endpoint(endpoint.workspace_id, endpoint.id).await.unwrap().unwrap()
    }

    /// Seconds from now until what is due.
    pub fn wait(&self, follows: &[Due]) -> Vec<i64> {
        let now: Timestamp = self.world.resources.now();
        follows.iter().map(|due| (due.at.as_millisecond() - now.as_millisecond()).div_euclid(1_000)).collect()
    }
}
