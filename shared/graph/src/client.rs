//! The client itself: configuration, one HTTP client, and how an answer is read.

#[cfg(test)]
mod tests;
pub(crate) mod transfer;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{Client, Method, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::OnceCell;

use crate::{GraphError, NO_CODE, Refusal};

/// Most bytes of an answer that are read.
pub const MAX_ANSWER_BYTES: usize = 1_048_576;

/// Where Graph is and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphConfig {
    /// Graph's address, such as `https://graph.facebook.com`.
    pub base_url: String,
    /// The version of the API, such as `v23.0`.
    pub version: String,
    /// For resolving, connecting and TLS together. Keep it well below [`GraphConfig::timeout`]: a call that
    /// ends by it has surely sent nothing.
    pub connect_timeout: Duration,
    /// For the whole call. One that ends by it may have been acted on.
    pub timeout: Duration,
    /// How long an unused connection is kept. Short, since a request that is written to a connection which the
    /// other side has closed has an unknown outcome.
    pub idle_timeout: Duration,
}

impl GraphConfig {
    /// Graph at `base_url`, with 3 s to connect, 20 s for a call and 5 s for an unused connection.
    pub fn new(base_url: impl Into<String>, version: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            version: version.into(),
            connect_timeout: Duration::from_secs(3),
            timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(5),
        }
    }
}

/// A configuration that can't work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The address is not an HTTP one.
    #[error("the base URL of Graph should be an http or https address without a query")]
    BaseUrl,
    /// The version is not `v<major>.<minor>`.
    #[error("the version of Graph should look like v23.0")]
    Version,
    /// Connecting may take as long as the whole call.
    #[error("the connect timeout of Graph should be shorter than the timeout")]
    Timeouts,
}

/// Meta's Graph API. Clones share one HTTP client, which is built at the first call: its TLS set-up is not
/// paid for by those who never call.
#[derive(Clone)]
pub struct Graph {
    inner: Arc<Inner>,
}

struct Inner {
    root: String,
    version: (u32, u32),
    config: GraphConfig,
    client: OnceCell<Client>,
}

impl Graph {
    /// Checks the configuration; neither connects nor sets up TLS.
    pub fn new(config: GraphConfig) -> Result<Self, ConfigError> {
        let url = Url::parse(&config.base_url).map_err(|_| ConfigError::BaseUrl)?;
        let plain = url.query().is_none() && url.fragment().is_none();
        if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !plain {
            return Err(ConfigError::BaseUrl);
        }
        let version = version_number(&config.version).ok_or(ConfigError::Version)?;
        if config.connect_timeout >= config.timeout {
            return Err(ConfigError::Timeouts);
        }
        let root = format!("{}/{}", url.as_str().trim_end_matches('/'), config.version);
        Ok(Self { inner: Arc::new(Inner { root, version, config, client: OnceCell::new() }) })
    }

    /// The version as numbers.
    pub(crate) fn version(&self) -> (u32, u32) {
        self.inner.version
    }

    /// `GET {path}?{query}`. The path has no characters that need escaping.
    pub(crate) async fn get(
        &self,
        bearer: Option<&SecretString>,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, GraphError> {
        self.call(Method::GET, bearer, path, query, None::<&()>).await
    }

    /// `POST {path}` with a JSON body.
    pub(crate) async fn post(
        &self,
        bearer: &SecretString,
        path: &str,
        body: &impl Serialize,
    ) -> Result<Value, GraphError> {
        self.call(Method::POST, Some(bearer), path, &[], Some(body)).await
    }

    /// `POST {path}?{query}` without a body.
    pub(crate) async fn post_query(
        &self,
        bearer: &SecretString,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, GraphError> {
        self.call(Method::POST, Some(bearer), path, query, None::<&()>).await
    }

    /// `POST {path}` with a file as it is. An upload session takes it from its beginning and wants the token in this
    /// way (Meta, Resumable Upload API).
    pub(crate) async fn post_bytes(
        &self,
        token: &SecretString,
        path: &str,
        bytes: Vec<u8>,
    ) -> Result<Value, GraphError> {
        let url = self.url(path)?;
        let authorization = authorization_by("OAuth", token)?;
        let request = self.client().await?.post(url).header(AUTHORIZATION, authorization);
        let request = request.header("file_offset", "0").body(bytes);
        answer(request.send().await.map_err(GraphError::of_transport)?).await
    }

    /// `DELETE {path}?{query}`.
    pub(crate) async fn delete(
        &self,
        bearer: &SecretString,
        path: &str,
        query: &[(&str, &str)],
    ) -> Result<Value, GraphError> {
        self.call(Method::DELETE, Some(bearer), path, query, None::<&()>).await
    }

    fn url(&self, path: &str) -> Result<Url, GraphError> {
        Url::parse(&format!("{}/{path}", self.inner.root))
            .map_err(|source| GraphError::NotConnected { source: source.into() })
    }

    async fn call(
        &self,
        method: Method,
        bearer: Option<&SecretString>,
        path: &str,
        query: &[(&str, &str)],
        body: Option<&impl Serialize>,
    ) -> Result<Value, GraphError> {
        let mut url = self.url(path)?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        let mut request = self.client().await?.request(method, url);
        if let Some(token) = bearer {
            request = request.header(AUTHORIZATION, authorization(token)?);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        answer(request.send().await.map_err(GraphError::of_transport)?).await
    }

    async fn client(&self) -> Result<&Client, GraphError> {
        let config = &self.inner.config;
        let build = async || {
            Client::builder()
                .user_agent("switchboard")
                .connect_timeout(config.connect_timeout)
                .timeout(config.timeout)
                .pool_idle_timeout(config.idle_timeout)
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .no_proxy()
                .build()
        };
        self.inner.client.get_or_try_init(build).await.map_err(GraphError::of_transport)
    }
}

impl fmt::Debug for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Graph").field(&self.inner.root).finish()
    }
}

fn version_number(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.strip_prefix('v')?.split_once('.')?;
    let number =
        |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
    Some((number(major)?, number(minor)?))
}

fn authorization(token: &SecretString) -> Result<HeaderValue, GraphError> {
    authorization_by("Bearer", token)
}

fn authorization_by(scheme: &str, token: &SecretString) -> Result<HeaderValue, GraphError> {
    let text = token.expose_secret();
    let header = HeaderValue::from_str(&format!("{scheme} {text}")).ok().filter(|_| !text.trim().is_empty());
    let mut header = header.ok_or_else(|| GraphError::Refused(Box::new(Refusal::unusable_token())))?;
    header.set_sensitive(true);
    Ok(header)
}

/// What an answer says. An error object is a refusal whatever the status. A status from 400 to 499 is one
/// without it, too (RFC 9110, section 15.5); any other answer without a code leaves open what Graph did.
async fn answer(mut response: Response) -> Result<Value, GraphError> {
    let status = response.status();
    let headers = response.headers().clone();
    let refused = |refusal: Refusal| Err(GraphError::Refused(Box::new(refusal.with_headers(&headers))));
    let value = match read(&mut response).await {
        Ok(body) => body.and_then(|body| serde_json::from_slice::<Value>(&body).ok()).unwrap_or_default(),
        Err(_) if status.is_client_error() => Value::Null,
        Err(error) => return Err(GraphError::of_transport(error)),
    };
    let error = &value["error"];
    if error.is_object() || error.is_string() {
        let refusal = Refusal::read(status.as_u16(), error);
        if refusal.code != NO_CODE || status.is_client_error() {
            return refused(refusal);
        }
    } else if status.is_client_error() {
        return refused(Refusal::unexplained(status.as_u16()));
    } else if status.is_success() && value.is_object() {
        return Ok(value);
    }
    Err(GraphError::Unreadable { http_status: status.as_u16() })
}

/// The body; `None` where it is too long.
async fn read(response: &mut Response) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
