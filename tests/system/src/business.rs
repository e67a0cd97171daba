//! A business that uses the API.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard_model::id::spelling::{key, uuid};

use crate::{Answer, Api, Simulator, Stack, eventually};

/// A business of one test: its owner, its workspace and its number.
#[derive(Clone, Debug)]
pub struct Business {
    /// The API with the owner's credentials.
    pub api: Api,
    /// The owner's address.
    pub email: String,
    /// The workspace.
    pub workspace_id: String,
    /// Our id of the number.
    pub phone_number_id: String,
    /// Meta's id of the number.
    pub meta_id: String,
}

const PASSWORD: &str = "SecurePassword123!";

impl Business {
    /// Signs up, makes a workspace without rate limit and registers a number.
    pub async fn new(stack: &Stack) -> Self {
        let unique = unique();
        let email = format!("owner-{unique}@example.com");
        let credentials = json!({"email": email, "password": PASSWORD});
        let api = stack.api();
        let account = api.post("/api/auth/signup", credentials.clone()).await;
        assert_eq!(account.status, 200, "{}", account.text);
        let api = api.with(&api.post("/api/auth/signin", credentials).await.str("access_token"));
        let body = json!({"name": format!("Business {unique}"), "plan": "enterprise"});
        let workspace_id = api.post("/api/workspaces", body).await.str("id");
        // Texts go to customers who never wrote.
        let settings = json!({"settings": {"messaging": {"enforce_window": false}}});
        let path = format!("/api/workspaces/{workspace_id}");
        let set = api.call(Method::PATCH, &path, Some(settings)).await;
        assert_eq!(set.status, 200, "{}", set.text);
        // The simulator puts a number that ends in 001 to 009 into an account of its own kind.
        let meta_id = format!("{unique}77");
        let body = json!({
            "workspace_id": workspace_id,
            "phone_number_id": meta_id,
            // The account that the simulator has such a number in.
            "business_id": format!("{meta_id}000"),
            "access_token": "EAAtest",
            "display_name": "Customer Support",
        });
        let phone_number_id = api.post("/api/phone-numbers", body).await.str("id");
        Self { api, email, workspace_id, phone_number_id, meta_id }
    }

    /// Makes a token of the Workspace Messaging API v1 that may do everything.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn api_token(&self) -> String {
        let path = format!("/api/workspaces/{}/api-tokens", self.workspace_id);
        let answer = self.api.post(&path, json!({"name": "Tests", "permissions": ["*"]})).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.str("token")
    }

    /// Makes a template; its id.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn template(&self, name: &str, text: &str) -> String {
        let body = json!({
            "workspace_id": self.workspace_id,
            "phone_number_id": self.phone_number_id,
            "name": name,
            "category": "UTILITY",
            "language": "en",
            "components": {"body": {"text": text}},
        });
        let answer = self.api.post("/api/templates", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.str("id")
    }

    /// Sends a text; the id of the message.
    ///
    /// # Panics
    /// Where it is not queued.
    pub async fn send(&self, to: &str, text: &str) -> String {
        let answer = self.try_send(to, text).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.str("id")
    }

    /// Sends a text.
    pub async fn try_send(&self, to: &str, text: &str) -> Answer {
        let body = json!({
            "workspace_id": self.workspace_id,
            "phone_number_id": self.phone_number_id,
            "to": to,
            "text": text,
        });
        self.api.post("/api/messages/send/text", body).await
    }

    /// How far a message has come.
    pub async fn status(&self, message_id: &str) -> Value {
        self.api.get(&format!("/api/messages/{message_id}/status")).await.body
    }

    /// Waits until a message has this status.
    pub async fn reaches(&self, message_id: &str, status: &str) -> Value {
        let what = format!("status {status} of {message_id}");
        eventually(&what, || async {
            Some(self.status(message_id).await).filter(|found| found["status"] == status)
        })
        .await
    }

    /// A recipient for each number.
    pub fn customer(&self, number: u32) -> String {
        format!("+4915{number:09}")
    }
}

/// The id of a message as queues and callback data have it.
///
/// # Panics
/// Where it is no id.
pub fn key_of(message_id: &str) -> String {
    key::spell(uuid::parse(message_id).expect("an id"))
}

impl Simulator {
    /// How often this message was really accepted.
    pub async fn acceptances(&self, message_id: &str) -> u64 {
        self.times_accepted(&key_of(message_id)).await
    }
}

/// A number that no other test has, in this run or in others.
fn unique() -> u64 {
    1_000_000_000_000 + RandomState::new().build_hasher().finish() % 8_000_000_000_000
}
