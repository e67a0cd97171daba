//! The simulator's memory.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use serde_json::Value;
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::hold::Holds;
use crate::limits::Limits;
use crate::magic::{self, Fault};
use crate::media::Media;
use crate::numbers::NumberOverride;
use crate::stats::Stats;
use crate::templates::Template;
use crate::uploads;

/// The simulator: a handle to shared state, cheap to clone.
#[derive(Clone, Debug)]
pub struct Simulator(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    store: Mutex<Store>,
    http: reqwest::Client,
    deliveries: Semaphore,
    started_with: Config,
}

impl Simulator {
    /// A simulator with nothing in it.
    ///
    /// # Errors
    /// If the HTTP client for webhooks cannot be built.
    pub fn new(config: Config) -> Result<Self, reqwest::Error> {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none())
            .build()?;
        let deliveries = Semaphore::new(config.webhook_concurrency.max(1));
        let store = Mutex::new(Store::new(config.clone(), 0));
        Ok(Self(Arc::new(Shared { store, http, deliveries, started_with: config })))
    }

    /// The state, locked. Never held across an await.
    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        self.0.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.0.http
    }

    pub(crate) fn deliveries(&self) -> &Semaphore {
        &self.0.deliveries
    }

    /// Forgets everything, pending webhooks included; settings and subscriptions too if asked.
    pub(crate) fn reset(&self, settings_too: bool) {
        let mut store = self.store();
        let config = if settings_too { self.0.started_with.clone() } else { store.config.clone() };
        let subscriptions =
            if settings_too { HashMap::new() } else { std::mem::take(&mut store.subscriptions) };
        *store = Store { subscriptions, ..Store::new(config, store.epoch + 1) };
    }
}

/// Everything that is remembered.
#[derive(Debug)]
pub(crate) struct Store {
    pub config: Config,
    /// Goes up with each reset, so that what was under way before stops.
    pub epoch: u64,
    pub stats: Stats,
    pub limits: Limits,
    pub holds: Holds,
    pub messages: Vec<Accepted>,
    pub accepted_by_callback: HashMap<String, u64>,
    pub accepted_by_prefix: HashMap<String, u64>,
    pub numbers: BTreeMap<String, NumberOverride>,
    /// Business accounts that the app is subscribed to, with the callback addresses that they have of their own.
    pub subscriptions: HashMap<String, Option<String>>,
    pub templates: BTreeMap<u64, Template>,
    /// When approved templates were deleted, by account and name, in milliseconds.
    pub deleted_templates: HashMap<(String, String), u64>,
    pub media: HashMap<String, Media>,
    /// Files that are being uploaded as examples, by session.
    pub uploads: HashMap<String, uploads::Session>,
    /// Expiry of the tokens issued here, in seconds since the epoch.
    pub issued_tokens: HashMap<String, u64>,
    /// When a customer last wrote, by number and customer, in milliseconds.
    pub last_inbound: HashMap<(String, String), u64>,
    magic_calls: HashMap<(String, String), u32>,
}

impl Store {
    fn new(config: Config, epoch: u64) -> Self {
        Self {
            config,
            epoch,
            stats: Stats::default(),
            limits: Limits::default(),
            holds: Holds::default(),
            messages: Vec::new(),
            accepted_by_callback: HashMap::new(),
            accepted_by_prefix: HashMap::new(),
            numbers: BTreeMap::new(),
            subscriptions: HashMap::new(),
            templates: BTreeMap::new(),
            deleted_templates: HashMap::new(),
            media: HashMap::new(),
            uploads: HashMap::new(),
            issued_tokens: HashMap::new(),
            last_inbound: HashMap::new(),
            magic_calls: HashMap::new(),
        }
    }

    /// The fault that this call to a recipient meets, counting the call.
    pub fn fault_for(&mut self, number: &str, to: &str) -> Option<Fault> {
        let magic = magic::recipient(to)?;
        let calls = self.magic_calls.entry((number.to_owned(), to.to_owned())).or_default();
        *calls += 1;
        magic.first_calls.is_none_or(|first| *calls <= first).then_some(magic.fault)
    }

    /// Records an accepted message.
    pub fn accept(&mut self, message: Accepted) {
        self.stats.count(Some(&message.phone_number_id), |counters| counters.accepted += 1);
        if let Some(data) = &message.callback_data {
            let prefix = data.split(':').next().unwrap_or_default();
            *self.accepted_by_callback.entry(data.clone()).or_default() += 1;
            *self.accepted_by_prefix.entry(prefix.to_owned()).or_default() += 1;
        }
        self.messages.push(message);
    }
}

/// A message that was accepted.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Accepted {
    pub wamid: String,
    pub phone_number_id: String,
    pub waba_id: String,
    /// The recipient's digits, or business-scoped user id.
    pub to: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// The request body.
    pub payload: Value,
    pub callback_data: Option<String>,
    /// Milliseconds since the Unix epoch.
    #[serde(rename = "accepted_at")]
    pub at: u64,
    pub token_tail: String,
    /// `service`, or the template's category in lower case.
    pub category: String,
    /// The recipient as statuses name them.
    #[serde(skip)]
    pub wa_id: String,
    #[serde(skip)]
    pub epoch: u64,
}

impl Accepted {
    /// Whether the recipient is a business-scoped user id, not a phone number.
    pub fn to_user_id(&self) -> bool {
        self.to.contains('.')
    }
}
