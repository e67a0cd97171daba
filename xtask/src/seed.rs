//! The demo workspace, made through the API as any user would make it.

use anyhow::{Context, Result};
use hyper::{Method, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http;

const EMAIL: &str = "demo@switchboard.example";
const PASSWORD: &str = "Switchboard-demo-1";
const WORKSPACE_NAME: &str = "Demo";
/// What Meta calls the demo's number.
pub const META_PHONE_NUMBER_ID: &str = "1234567890";
const META_TOKEN: &str = "EAAdemo0switchboard0local";
/// The channel of the demo.
pub const CHANNEL: &str = "general";
/// Where channels are listed and made.
const CHANNELS: &str = "/api/v1/channels";
/// Whom the demo writes to.
pub const CUSTOMER: &str = "+15550001111";

/// What a visitor needs to try the API.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Demo {
    /// Sign-in name.
    pub email: String,
    /// Password.
    pub password: String,
    /// Id of the workspace.
    pub workspace_id: String,
    /// Key of the workspace: a bearer that does not expire.
    pub api_key: String,
    /// A token of the Workspace Messaging API v1 that may do everything.
    #[serde(default)]
    pub api_token: String,
    /// Our id of the phone number.
    pub phone_number_id: String,
    /// Meta's id of the phone number.
    pub meta_phone_number_id: String,
    /// A message of the demo, whose status can be asked for.
    pub message_id: String,
}

/// A caller of the API.
struct Api<'a> {
    url: &'a str,
    token: String,
}

impl Api<'_> {
    async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("{}{path}", self.url);
        let answer = http::call(method.clone(), &url, Some(&self.token), body.as_ref()).await?;
        answer.json().with_context(|| format!("{method} {path}"))
    }
}

/// Finds the demo workspace, and makes what is missing of it. `known` is the demo of an earlier run.
pub async fn demo(url: &str, known: Option<Demo>) -> Result<Demo> {
    let api = Api { url, token: sign_in(url).await? };
    let workspace_id = workspace(&api).await?;
    let details = api.call(Method::GET, &format!("/api/workspaces/{workspace_id}"), None).await?;
    let phone_number_id = phone_number(&api, &workspace_id).await?;
    let known = known.filter(|known| known.workspace_id == workspace_id);
    let known_token = known.as_ref().map(|known| known.api_token.clone()).filter(|token| !token.is_empty());
    let api_token = match known_token {
        Some(token) if is_good(url, &token).await? => token,
        _ => api_token(&api, &workspace_id).await?,
    };
    channel(&Api { url, token: api_token.clone() }).await?;
    let message_id = match known {
        Some(known) => known.message_id,
        None => first_message(&api, &workspace_id, &phone_number_id).await?,
    };
    Ok(Demo {
        email: EMAIL.to_owned(),
        password: PASSWORD.to_owned(),
        api_key: text(&details, "api_key")?,
        api_token,
        workspace_id,
        phone_number_id,
        meta_phone_number_id: META_PHONE_NUMBER_ID.to_owned(),
        message_id,
    })
}

/// An access token of the demo user, who is signed up on the first run.
async fn sign_in(url: &str) -> Result<String> {
    let sign_in = format!("{url}/api/auth/signin");
    let credentials = json!({ "email": EMAIL, "password": PASSWORD });
    let mut answer = http::call(Method::POST, &sign_in, None, Some(&credentials)).await?;
    if answer.status.is_client_error() {
        let user = json!({ "email": EMAIL, "password": PASSWORD, "name": "Demo" });
        let sign_up = format!("{url}/api/auth/signup");
        http::call(Method::POST, &sign_up, None, Some(&user)).await?.json().context("sign-up")?;
        answer = http::call(Method::POST, &sign_in, None, Some(&credentials)).await?;
    }
    text(&answer.json().context("sign-in")?, "access_token")
}

async fn workspace(api: &Api<'_>) -> Result<String> {
    let found = api.call(Method::GET, "/api/workspaces", None).await?;
    let demo = found.as_array().into_iter().flatten().find(|workspace| workspace["name"] == WORKSPACE_NAME);
    if let Some(workspace) = demo {
        return text(workspace, "id");
    }
    let body = json!({ "name": WORKSPACE_NAME, "plan": "pro" });
    let id = text(&api.call(Method::POST, "/api/workspaces", Some(body)).await?, "id")?;
    // The first text goes to somebody who never wrote.
    let settings = json!({ "settings": { "messaging": { "enforce_window": false } } });
    api.call(Method::PATCH, &format!("/api/workspaces/{id}"), Some(settings)).await?;
    Ok(id)
}

async fn phone_number(api: &Api<'_>, workspace_id: &str) -> Result<String> {
    let found =
        api.call(Method::GET, &format!("/api/phone-numbers?workspace_id={workspace_id}"), None).await?;
    if let Some(number) = found["data"].get(0) {
        let id = text(number, "id")?;
        // A simulator that was started again sends no webhooks before it is asked to.
        api.call(Method::POST, &format!("/api/phone-numbers/{id}/sync"), None).await?;
        return Ok(id);
    }
    let body = json!({
        "workspace_id": workspace_id,
        "phone_number_id": META_PHONE_NUMBER_ID,
        "access_token": META_TOKEN,
        "display_name": "Demo",
    });
    text(&api.call(Method::POST, "/api/phone-numbers", Some(body)).await?, "id")
}

/// Whether programs come in with a token of an earlier run: it can have been replaced or deleted since.
async fn is_good(url: &str, token: &str) -> Result<bool> {
    let answer = http::call(Method::GET, &format!("{url}{CHANNELS}"), Some(token), None).await?;
    Ok(answer.status != StatusCode::UNAUTHORIZED)
}

/// A token that may do everything.
async fn api_token(api: &Api<'_>, workspace_id: &str) -> Result<String> {
    let body = json!({ "name": "Demo", "permissions": ["*"] });
    let path = format!("/api/workspaces/{workspace_id}/api-tokens");
    text(&api.call(Method::POST, &path, Some(body)).await?, "token")
}

/// The channel that programs can write to, made on the first run.
async fn channel(program: &Api<'_>) -> Result<()> {
    let found = program.call(Method::GET, CHANNELS, None).await?;
    if found["channels"].as_array().into_iter().flatten().any(|channel| channel["name"] == CHANNEL) {
        return Ok(());
    }
    let body = json!({ "name": CHANNEL, "description": "General discussion" });
    program.call(Method::POST, CHANNELS, Some(body)).await.map(drop)
}

async fn first_message(api: &Api<'_>, workspace_id: &str, phone_number_id: &str) -> Result<String> {
    let body = json!({
        "workspace_id": workspace_id,
        "phone_number_id": phone_number_id,
        "to": CUSTOMER,
        "text": "Welcome to Switchboard.",
    });
    text(&api.call(Method::POST, "/api/messages/send/text", Some(body)).await?, "id")
}

fn text(value: &Value, field: &str) -> Result<String> {
    value[field].as_str().map(str::to_owned).with_context(|| format!("the answer has no {field}: {value}"))
}
