//! What is asked of the functions. Texts go the whole way: sent, followed by the outbox, passed to the simulator,
//! and reported on by it, so that every function works on what the one before it has made.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde_json::{Value, json};

use super::events::{HttpEvent, of_queue, of_stream};
use super::hot::{self, EVENTS, Hot};
use super::setup::Setup;
use super::{HELLO, Program};
use crate::{http, seed};

/// Gives every function its hot requests.
pub async fn measure(setup: &Setup, programs: &[Program]) -> Result<Vec<Hot>> {
    let bench = Workload { setup, programs };
    let mut hot = vec![bench.repeat(HELLO, "any request", &get("/", None)).await?];
    hot.extend(bench.reads().await?);
    hot.extend(bench.messages().await?);
    hot.extend(bench.way_of_a_send().await?);
    Ok(hot)
}

struct Workload<'a> {
    setup: &'a Setup,
    programs: &'a [Program],
}

fn get<'a>(path: &'a str, token: Option<&'a str>) -> HttpEvent<'a> {
    HttpEvent { method: "GET", path, query: "", token, body: None }
}

impl Workload<'_> {
    /// Requests that can be repeated as they are.
    async fn reads(&self) -> Result<Vec<Hot>> {
        let Setup { demo, token, .. } = self.setup;
        let token = Some(token.as_str());
        let credentials = json!({ "email": demo.email, "password": demo.password }).to_string();
        let sign_in = HttpEvent {
            method: "POST",
            path: "/api/auth/signin",
            query: "",
            token: None,
            body: Some(credentials),
        };
        let workspace = format!("/api/workspaces/{}", demo.workspace_id);
        let number = format!("/api/phone-numbers/{}", demo.phone_number_id);
        let query = format!("workspace_id={}", demo.workspace_id);
        let numbers = HttpEvent { query: &query, ..get("/api/phone-numbers", token) };
        let message = json!({ "channelId": seed::CHANNEL, "content": "Deployment completed" }).to_string();
        let message = HttpEvent {
            method: "POST",
            path: "/api/v1/messages",
            query: "",
            token: Some(&demo.api_token),
            body: Some(message),
        };
        Ok(vec![
            self.repeat("auth", "POST /api/auth/signin", &sign_in).await?,
            self.repeat("auth", "GET /api/auth/me", &get("/api/auth/me", token)).await?,
            self.repeat("workspaces", "GET /api/workspaces/{id}", &get(&workspace, token)).await?,
            self.repeat("phone-numbers", "GET /api/phone-numbers", &numbers).await?,
            self.repeat("phone-numbers", "GET /api/phone-numbers/{id}", &get(&number, token)).await?,
            self.repeat("v1-messages", "POST /api/v1/messages", &message).await?,
            self.repeat("docs", "GET /openapi/whatsapp.json", &get("/openapi/whatsapp.json", None)).await?,
        ])
    }

    /// Texts to as many customers, and the status of one that was read.
    async fn messages(&self) -> Result<Vec<Hot>> {
        let Setup { demo, token, .. } = self.setup;
        let text = |at: usize| {
            let body = json!({
                "workspace_id": demo.workspace_id,
                "phone_number_id": demo.phone_number_id,
                "to": format!("+49151{at:08}"),
                "text": "Your parcel is on its way.",
            });
            let path = "/api/messages/send/text";
            HttpEvent { method: "POST", path, query: "", token: Some(token), body: Some(body.to_string()) }
                .bytes()
        };
        let texts: Vec<_> = (0..EVENTS).map(text).collect();
        let status = format!("/api/messages/{}/status", demo.message_id);
        Ok(vec![
            self.give("messages", "POST /api/messages/send/text", &texts).await?,
            self.repeat("messages", "GET /api/messages/{id}/status", &get(&status, Some(token))).await?,
        ])
    }

    /// What becomes of the texts.
    async fn way_of_a_send(&self) -> Result<Vec<Hot>> {
        let items = self.queued_messages().await?;
        let changes: Vec<_> = items.iter().map(of_stream).collect();
        let outbox = self.give("outbox", "a text queued", &changes).await?;
        let sends = self.received("WhatsappSendsQueueUrl").await?;
        let sender = self.give("whatsapp-sender", "a text sent", &sends).await?;
        let statuses = self.statuses().await?;
        let webhook = self.give("meta-webhook", "POST /webhook", &statuses).await?;
        let reports = self.received("MetaEventsQueueUrl").await?;
        let events = self.give("meta-events", "a status stored", &reports).await?;
        Ok(vec![webhook, outbox, sender, events])
    }

    /// Items of messages that wait to be sent.
    async fn queued_messages(&self) -> Result<Vec<Value>> {
        let mut request = json!({
            "TableName": self.setup.output("MessagesTableName")?,
            "FilterExpression": "attribute_exists(outbox)",
        });
        let mut items = Vec::new();
        loop {
            let mut page =
                http::aws(&self.setup.aws_url, "DynamoDB_20120810.Scan", &request).await?.json()?;
            items.extend(page["Items"].as_array().cloned().unwrap_or_default());
            if page["LastEvaluatedKey"].is_null() {
                return Ok(items);
            }
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"].take();
        }
    }

    /// Events of the messages in a queue.
    async fn received(&self, queue: &str) -> Result<Vec<Bytes>> {
        let request = json!({
            "QueueUrl": self.setup.output(queue)?,
            "MaxNumberOfMessages": 10,
            "AttributeNames": ["All"],
            "VisibilityTimeout": 3_600,
        });
        let mut events = Vec::new();
        while events.len() < EVENTS {
            let answer =
                http::aws(&self.setup.aws_url, "AmazonSQS.ReceiveMessage", &request).await?.json()?;
            let messages = answer["Messages"].as_array().cloned().unwrap_or_default();
            ensure!(!messages.is_empty(), "{queue} holds {} messages of {EVENTS}", events.len());
            events.extend(messages.iter().map(of_queue));
        }
        events.truncate(EVENTS);
        Ok(events)
    }

    /// Webhooks that report what the simulator accepted as delivered.
    async fn statuses(&self) -> Result<Vec<Bytes>> {
        let answer = http::get(&format!("{}/_sim/messages?limit={}", self.setup.graph_url, EVENTS + 1))
            .await?
            .json()?;
        let accepted = answer["messages"].as_array().context("the simulator lists no messages")?;
        let latest = accepted.iter().rev().take(EVENTS);
        Ok(latest.map(|message| self.status(message).signed(&self.setup.app_secret)).collect())
    }

    fn status(&self, message: &Value) -> HttpEvent<'static> {
        let number = &self.setup.demo.meta_phone_number_id;
        let seconds = jiff::Timestamp::now().as_second().to_string();
        let body = json!({
            "object": "whatsapp_business_account",
            "entry": [{
                "id": message["waba_id"],
                "changes": [{
                    "field": "messages",
                    "value": {
                        "messaging_product": "whatsapp",
                        "metadata": { "display_phone_number": "15550000000", "phone_number_id": number },
                        "statuses": [{
                            "id": message["wamid"],
                            "status": "delivered",
                            "timestamp": seconds,
                            "recipient_id": message["to"],
                        }],
                    },
                }],
            }],
        });
        HttpEvent { method: "POST", path: "/webhook", query: "", token: None, body: Some(body.to_string()) }
    }

    async fn repeat(&self, program: &str, operation: &'static str, event: &HttpEvent<'_>) -> Result<Hot> {
        self.give(program, operation, &vec![event.bytes(); EVENTS]).await
    }

    async fn give(&self, program: &str, operation: &'static str, events: &[Bytes]) -> Result<Hot> {
        ensure!(events.len() >= EVENTS, "{program} {operation}: {} events of {EVENTS}", events.len());
        let program = self.programs.iter().find(|known| known.name == program).context(operation)?;
        hot::measure(program, operation, &events[..EVENTS]).await
    }
}
