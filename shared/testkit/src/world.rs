//! What a test of a service or a function begins with.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use switchboard_model::Timestamp;
use switchboard_model::clock::FixedClock;
use switchboard_model::random::SeededRandomness;
use switchboard_service::{Gate, Resources};
use switchboard_store::Store;
use switchboard_vault::{MetaSecrets, Sealer, Secret, TokenKey};

use crate::LocalAws;

/// Tables without items, a clock that stands at 2026-01-01T00:00:00Z, and ids that repeat from run to run.
#[derive(Debug)]
pub struct World {
    /// The local AWS.
    pub aws: LocalAws,
    /// What services work with.
    pub resources: Resources,
    /// The clock of the resources.
    pub clock: Arc<FixedClock>,
}

impl World {
    /// A world in which nothing has happened.
    ///
    /// # Panics
    /// Where no local AWS runs.
    pub async fn new() -> Self {
        let aws = LocalAws::new();
        let store = Store::new(aws.dynamodb(), aws.create_tables().await);
        let clock = Arc::new(FixedClock::at(Timestamp::from_second(1_767_225_600).expect("a time")));
        let resources = Resources::new(store, Arc::clone(&clock) as _, Arc::new(SeededRandomness::new(7)));
        Self { aws, resources, clock }
    }

    /// The tables.
    pub fn store(&self) -> &Store {
        &self.resources.store
    }

    /// Lets time pass.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// What signs access tokens.
    pub async fn token_key(&self) -> Arc<Secret<TokenKey>> {
        let json = json!({"key": "a key that only tests know, of 48 characters ..."});
        Arc::new(Secret::new(self.aws.secrets_manager(), self.aws.create_secret("jwt", &json).await))
    }

    /// What is shared with the Meta app.
    pub async fn meta_secrets(&self) -> Arc<Secret<MetaSecrets>> {
        let json = json!({"app_secret": "app secret of tests", "verify_token": "verify token of tests"});
        Arc::new(Secret::new(self.aws.secrets_manager(), self.aws.create_secret("meta", &json).await))
    }

    /// What seals tokens and keys.
    pub async fn sealer(&self) -> Sealer {
        Sealer::new(self.aws.kms(), self.aws.create_key().await)
    }

    /// Who may come in, by access tokens that `token_key` signs.
    pub fn gate(&self, token_key: &Arc<Secret<TokenKey>>) -> Gate {
        Gate::new(self.resources.clone(), Arc::clone(token_key))
    }
}
