//! The one client that calls addresses that users name.
//!
//! A name is resolved once, and the connection goes to the addresses that were checked: those that are not of the
//! public Internet are refused, unless the deployment allows their network. Redirects are not followed, no proxy is
//! used, answers are read up to a limit, and everything ends in time.

mod guard;
mod reply;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT};
use reqwest::redirect::Policy;
use switchboard_model::webhook::{Network, WebAddress};
use tokio::time::Instant;

use guard::Guard;

pub use guard::Refused;
pub use reply::Reply;

/// Who calls.
const AGENT: &str = "Switchboard-Webhooks/1.0 (+https://www.standardwebhooks.com)";

/// Whom to call, and how long to wait.
#[derive(Clone, Debug)]
pub struct CourierConfig {
    /// Networks that may be called although they are not public.
    pub allowed: Vec<Network>,
    /// For resolving, connecting and TLS together.
    pub connect_timeout: Duration,
    /// Until the answer's status and headers are there.
    pub timeout: Duration,
    /// For reading the answer's body; what has not come by then is left out.
    pub body_timeout: Duration,
}

impl CourierConfig {
    /// Public addresses and those of `allowed`; 3 s to connect, 15 s for an answer and 3 s more to read it.
    pub fn new(allowed: Vec<Network>) -> Self {
        Self {
            allowed,
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(15),
            body_timeout: Duration::from_secs(3),
        }
    }
}

/// The client. Clones share it; its TLS set-up is not paid for before the first call.
#[derive(Clone)]
pub struct Courier {
    inner: Arc<Inner>,
}

struct Inner {
    config: CourierConfig,
    client: OnceLock<reqwest::Client>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum CourierError {
    /// The address is not one that may be called.
    #[error("the address is not one of the public Internet")]
    AddressRefused,
    /// Nobody listens there, or TLS failed, or the connection broke.
    #[error("the receiver can't be reached")]
    Unreachable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// There was no answer in time.
    #[error("the receiver did not answer in time")]
    TimedOut,
}

impl Courier {
    /// A client of this configuration.
    pub fn new(config: CourierConfig) -> Self {
        Self { inner: Arc::new(Inner { config, client: OnceLock::new() }) }
    }

    /// Whether `address` may be called as far as can be seen without resolving its name.
    pub fn may_call(&self, address: &WebAddress) -> bool {
        address.ip().is_none_or(|ip| guard::may_call(ip, &self.inner.config.allowed))
    }

    /// Posts JSON to `address`. `now` is what a date in `Retry-After` is compared with.
    pub async fn post(
        &self,
        address: &WebAddress,
        headers: &[(&'static str, String)],
        json: String,
        now: Timestamp,
    ) -> Result<Reply, CourierError> {
        if !self.may_call(address) {
            return Err(CourierError::AddressRefused);
        }
        let started = Instant::now();
        let request = self.client()?.post(address.as_str()).headers(header_map(headers)).body(json);
        let response = match tokio::time::timeout(self.inner.config.timeout, request.send()).await {
            Ok(sent) => sent.map_err(classified)?,
            Err(_) => return Err(CourierError::TimedOut),
        };
        Ok(Reply::read(response, self.inner.config.body_timeout, now, started).await)
    }

    fn client(&self) -> Result<reqwest::Client, CourierError> {
        if let Some(client) = self.inner.client.get() {
            return Ok(client.clone());
        }
        let config = &self.inner.config;
        let client = reqwest::Client::builder()
            .dns_resolver(Arc::new(Guard::new(config.allowed.clone())))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .connect_timeout(config.connect_timeout)
            // A connection that the other side has closed meanwhile costs an attempt.
            .pool_idle_timeout(Duration::from_secs(5))
            .pool_max_idle_per_host(4)
            .build()
            .map_err(|error| CourierError::Unreachable(error.into()))?;
        Ok(self.inner.client.get_or_init(|| client).clone())
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Courier").field("config", &self.inner.config).finish_non_exhaustive()
    }
}

/// The headers of a request. One whose value can't be sent is left out.
fn header_map(headers: &[(&'static str, String)]) -> HeaderMap {
    let mut map = HeaderMap::with_capacity(headers.len() + 2);
    map.insert(USER_AGENT, HeaderValue::from_static(AGENT));
    map.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(value) {
            map.insert(HeaderName::from_static(name), value);
        }
    }
    map
}

fn classified(error: reqwest::Error) -> CourierError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(found) = cause {
        if found.is::<Refused>() {
            return CourierError::AddressRefused;
        }
        cause = found.source();
    }
    if error.is_timeout() { CourierError::TimedOut } else { CourierError::Unreachable(error.into()) }
}
