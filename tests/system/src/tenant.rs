//! A workspace whose webhooks are told of its messages.

use std::time::Duration;

use futures::future::join_all;
use serde_json::{Value, json};
use tokio::time::interval;

use crate::{Api, Business, Manner, Receiver, Stack};

/// A workspace, a program that sends messages in it, and receivers that are told of them.
#[derive(Clone, Debug)]
pub struct Tenant {
    /// The workspace.
    pub business: Business,
    /// Its receivers.
    pub hooks: Vec<Hook>,
    program: Api,
    channel_id: String,
}

/// A receiver and its webhook.
#[derive(Clone, Debug)]
pub struct Hook {
    /// The receiver.
    pub receiver: Receiver,
    path: String,
}

impl Tenant {
    /// A workspace with a webhook for each of `manners`.
    pub async fn new(stack: &Stack, manners: &[Manner]) -> Self {
        let business = Business::new(stack).await;
        let workspace = format!("/api/workspaces/{}", business.workspace_id);
        let token = json!({"name": "Messages", "permissions": ["*"], "rate_limit": 100_000});
        let token = business.api.post(&format!("{workspace}/api-tokens"), token).await.str("token");
        let program = stack.api().with(&token);
        let channel = program.post("/api/v1/channels", json!({"name": "general"})).await;
        let channel_id = channel.body["channel"]["id"].as_str().expect("a channel").to_owned();
        let mut hooks = Vec::new();
        for manner in manners {
            let receiver = Receiver::new(*manner).await;
            let body = json!({"url": receiver.url, "events": ["message.created"]});
            let made = business.api.post(&format!("{workspace}/webhooks"), body).await;
            receiver.trust(made.str("secret"));
            hooks.push(Hook { receiver, path: format!("{workspace}/webhooks/{}", made.str("id")) });
        }
        Self { business, hooks, program, channel_id }
    }

    /// Sends a message; its id.
    ///
    /// # Panics
    /// Where it is refused.
    pub async fn say(&self, what: &str) -> String {
        let body = json!({"channelId": self.channel_id, "content": what});
        let answer = self.program.post("/api/v1/messages", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        answer.body["message"]["id"].as_str().expect("an id").to_owned()
    }

    /// Sends so many messages at this pace, whether or not the ones before are stored; their ids.
    pub async fn say_all(&self, messages: u32, per_second: u32) -> Vec<String> {
        let mut ticks = interval(Duration::from_secs(1) / per_second.max(1));
        let mut said = Vec::new();
        for number in 0..messages {
            ticks.tick().await;
            let tenant = self.clone();
            said.push(tokio::spawn(async move { tenant.say(&format!("Message {number}")).await }));
        }
        join_all(said).await.into_iter().map(|id| id.expect("a message was sent")).collect()
    }

    /// All deliveries to a webhook, as its log tells them.
    pub async fn log(&self, hook: &Hook) -> Vec<Value> {
        let (mut deliveries, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = self.business.api.get(&format!("{}/deliveries?limit=100{cursor}", hook.path)).await;
            deliveries.extend(page.body["data"].as_array().expect("a page").iter().cloned());
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return deliveries,
            }
        }
    }
}
