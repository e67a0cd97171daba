//! Calls of the API, as a client makes them.

use reqwest::{Method, StatusCode};
use serde_json::Value;

/// The API, with the credentials of one client.
#[derive(Clone, Debug)]
pub struct Api {
    url: String,
    bearer: Option<String>,
    client: reqwest::Client,
}

/// What the API answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The body; null where it is no JSON.
    pub body: Value,
    /// The body as text.
    pub text: String,
}

impl Api {
    /// The API at `url`, without credentials.
    pub fn new(url: String) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client can be built");
        Self { url, bearer: None, client }
    }

    /// The API with this bearer token.
    #[must_use]
    pub fn with(&self, bearer: &str) -> Self {
        Self { bearer: Some(bearer.to_owned()), ..self.clone() }
    }

    /// A GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path, None).await
    }

    /// A POST of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Any call.
    ///
    /// # Panics
    /// Where the API does not answer.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        self.answer(request).await
    }

    /// A POST of these bytes with these headers.
    pub async fn post_bytes(&self, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = self.client.post(format!("{}{path}", self.url)).body(body);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let names_its_own = headers.iter().any(|(name, _)| *name == "authorization");
        if let Some(bearer) = self.bearer.as_ref().filter(|_| !names_its_own) {
            request = request.bearer_auth(bearer);
        }
        self.answer(request).await
    }

    async fn answer(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("the API answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("an answer has a body");
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, headers, body, text }
    }
}

impl Answer {
    /// A member of the body that is text.
    ///
    /// # Panics
    /// Where it is not there.
    pub fn str(&self, name: &str) -> String {
        let member = self.body[name].as_str();
        member.unwrap_or_else(|| panic!("{name} in {} {}", self.status, self.text)).to_owned()
    }
}
