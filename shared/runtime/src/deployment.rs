//! What a function can ask for at cold start.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use serde::de::DeserializeOwned;
use switchboard_bucket::Bucket;
use switchboard_courier::{Courier, CourierConfig};
use switchboard_graph::{ConfigError, Graph, GraphConfig};
use switchboard_model::clock::SystemClock;
use switchboard_model::lazy::Lazy;
use switchboard_model::random::SystemRandomness;
use switchboard_service::deliveries::DeliverySettings;
use switchboard_service::sending::SendingSettings;
use switchboard_service::{Gate, Resources};
use switchboard_store::{Store, TableNames};
use switchboard_vault::{MetaSecrets, Sealer, Secret, TokenKey};

use crate::aws::Aws;
use crate::environment::{MissingVariable, number, optional, required};
use crate::queue::Queue;
use crate::scheduler::{Scheduler, Target};

/// Seconds after which a send whose outcome nobody reported may be tried again.
const RECONCILE_SECONDS: u64 = 300;
/// Messages a second that a number may send until Meta refuses.
const DEFAULT_THROUGHPUT: u64 = 80;
const GRAPH_URL: &str = "https://graph.facebook.com";
const GRAPH_VERSION: &str = "v25.0";

/// Where a function is deployed: builds what it asks for.
#[derive(Debug)]
pub struct Deployment {
    aws: Arc<Aws>,
    token_key: OnceLock<Arc<Secret<TokenKey>>>,
}

impl Deployment {
    /// The deployment that the environment describes.
    pub(crate) fn from_environment() -> Self {
        Self { aws: Arc::new(Aws::from_environment()), token_key: OnceLock::new() }
    }

    /// The tables, the clock and the ids. A function has the names of the tables that it may touch.
    pub fn resources(&self) -> Result<Resources, MissingVariable> {
        let names = TableNames {
            main: optional("SWITCHBOARD_TABLE_MAIN").unwrap_or_default(),
            messages: optional("SWITCHBOARD_TABLE_MESSAGES").unwrap_or_default(),
            ephemeral: optional("SWITCHBOARD_TABLE_EPHEMERAL").unwrap_or_default(),
        };
        let store = Store::new(self.aws.dynamodb(), names);
        Ok(Resources::new(store, Arc::new(SystemClock), Arc::new(SystemRandomness)))
    }

    /// What signs access tokens. Whoever asks gets the same, so that it is fetched once.
    pub fn token_key(&self) -> Result<Arc<Secret<TokenKey>>, MissingVariable> {
        if let Some(key) = self.token_key.get() {
            return Ok(Arc::clone(key));
        }
        let key = self.secret("SWITCHBOARD_SECRET_JWT")?;
        Ok(Arc::clone(self.token_key.get_or_init(|| key)))
    }

    /// What is shared with the Meta app.
    pub fn meta_secrets(&self) -> Result<Arc<Secret<MetaSecrets>>, MissingVariable> {
        self.secret("SWITCHBOARD_SECRET_META")
    }

    fn secret<T: DeserializeOwned>(&self, name: &'static str) -> Result<Arc<Secret<T>>, MissingVariable> {
        let aws = Arc::clone(&self.aws);
        Ok(Arc::new(Secret::new(Lazy::new(move || aws.secrets_manager()), required(name)?)))
    }

    /// Who may come in.
    pub fn gate(&self, resources: &Resources) -> Result<Gate, MissingVariable> {
        Ok(Gate::new(resources.clone(), self.token_key()?))
    }

    /// What seals tokens and keys.
    pub fn sealer(&self) -> Result<Sealer, MissingVariable> {
        let aws = Arc::clone(&self.aws);
        Ok(Sealer::new(Lazy::new(move || aws.kms()), required("SWITCHBOARD_KMS_KEY_ID")?))
    }

    /// Meta's Graph API.
    pub fn graph(&self) -> Result<Graph, ConfigError> {
        let base_url = optional("SWITCHBOARD_GRAPH_URL").unwrap_or_else(|| GRAPH_URL.to_owned());
        let version = optional("SWITCHBOARD_GRAPH_VERSION").unwrap_or_else(|| GRAPH_VERSION.to_owned());
        Graph::new(GraphConfig::new(base_url, version))
    }

    /// The id of the Meta app.
    pub fn meta_app_id(&self) -> Result<String, MissingVariable> {
        required("SWITCHBOARD_META_APP_ID")
    }

    /// How messages are sent.
    pub fn sending_settings(&self) -> Result<SendingSettings, MissingVariable> {
        let per_second = number("SWITCHBOARD_DEFAULT_THROUGHPUT", DEFAULT_THROUGHPUT)?;
        Ok(SendingSettings {
            reconcile_delay: Duration::from_secs(number("SWITCHBOARD_RECONCILE_SECONDS", RECONCILE_SECONDS)?),
            per_second: f64::from(u32::try_from(per_second).unwrap_or(u32::MAX)),
        })
    }

    /// The bucket of files.
    pub fn media_bucket(&self) -> Result<Bucket, MissingVariable> {
        let aws = Arc::clone(&self.aws);
        Ok(Bucket::new(Lazy::new(move || aws.s3()), required("SWITCHBOARD_BUCKET_MEDIA")?))
    }

    /// The queue of sends to WhatsApp.
    pub fn whatsapp_sends(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_WHATSAPP_SENDS")?))
    }

    /// The queue of imports of contacts.
    pub fn contact_imports(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_CONTACT_IMPORTS")?))
    }

    /// The queue of what is to be done with media files.
    pub fn media_jobs(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_MEDIA_JOBS")?))
    }

    /// The queue of campaigns' steps.
    pub fn campaign_steps(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_CAMPAIGN_STEPS")?))
    }

    /// The timers that start campaigns.
    pub fn campaign_timers(&self) -> Result<Scheduler, MissingVariable> {
        let target = Target {
            group: required("SWITCHBOARD_TIMERS_CAMPAIGNS")?,
            queue_arn: required("SWITCHBOARD_TIMERS_QUEUE_ARN")?,
            role_arn: required("SWITCHBOARD_TIMERS_ROLE_ARN")?,
        };
        let aws = Arc::clone(&self.aws);
        Ok(Scheduler::new(Lazy::new(move || aws.scheduler()), target))
    }

    /// The queue of campaigns' sends.
    pub fn campaign_sends(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_CAMPAIGN_SENDS")?))
    }

    /// The client that calls addresses which users name. Private networks are out of its reach unless they are listed.
    pub fn courier(&self) -> Result<Courier, MissingVariable> {
        const NAME: &str = "SWITCHBOARD_PRIVATE_NETWORKS";
        let listed = optional(NAME).unwrap_or_default();
        let networks = listed.split(',').map(str::trim).filter(|network| !network.is_empty());
        let allowed: Result<Vec<_>, _> = networks.map(str::parse).collect();
        Ok(Courier::new(CourierConfig::new(allowed.map_err(|_| MissingVariable(NAME))?)))
    }

    /// How deliveries are made.
    pub fn delivery_settings(&self) -> Result<DeliverySettings, MissingVariable> {
        let divisor = number("SWITCHBOARD_DELIVERY_WAIT_DIVISOR", 1)?;
        Ok(DeliverySettings { divisor: u32::try_from(divisor).unwrap_or(u32::MAX) })
    }

    /// The timers that put attempts into the queue of deliveries.
    pub fn delivery_timers(&self) -> Result<Scheduler, MissingVariable> {
        let target = Target {
            group: required("SWITCHBOARD_TIMERS_DELIVERIES")?,
            queue_arn: required("SWITCHBOARD_TIMERS_DELIVERIES_QUEUE_ARN")?,
            role_arn: required("SWITCHBOARD_TIMERS_DELIVERIES_ROLE_ARN")?,
        };
        let aws = Arc::clone(&self.aws);
        Ok(Scheduler::new(Lazy::new(move || aws.scheduler()), target))
    }

    /// The queue of deliveries to webhooks and callbacks.
    pub fn webhook_deliveries(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_WEBHOOK_DELIVERIES")?))
    }

    /// The queue of Meta's events.
    pub fn meta_events(&self) -> Result<Queue, MissingVariable> {
        Ok(Queue::new(self.aws.sqs(), required("SWITCHBOARD_QUEUE_META_EVENTS")?))
    }
}
