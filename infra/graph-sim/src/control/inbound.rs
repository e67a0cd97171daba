//! What comes in from customers, and webhooks made by hand.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::BadCall;
use super::settings::read;
use crate::clock;
use crate::ids;
use crate::media::{self, Media};
use crate::numbers;
use crate::state::Simulator;
use crate::webhook::deliver::Delivery;
use crate::webhook::{payload, sign, verify};

/// The most messages of one call.
const MOST_AT_ONCE: usize = 10_000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Inbound {
    phone_number_id: String,
    from: String,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    message: Map<String, Value>,
    #[serde(default)]
    profile_name: Option<String>,
    #[serde(default)]
    count: Option<usize>,
    #[serde(default)]
    id: Option<String>,
}

/// `POST /_sim/inbound`: a customer writes in. With `id`, `count` copies of one message come.
pub async fn write_in(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Value>, BadCall> {
    let inbound: Inbound = read(&body)?;
    numbers::require_numeric(&inbound.phone_number_id)
        .map_err(|_| BadCall::new("phone_number_id must be digits"))?;
    let count = inbound.count.unwrap_or(1);
    if !(1..=MOST_AT_ONCE).contains(&count) {
        return Err(BadCall::new(format!("count must be from 1 to {MOST_AT_ONCE}")));
    }
    let mut wamids = Vec::with_capacity(count);
    for index in 0..count {
        let (wamid, delivery) = inbound.delivery(&simulator, &headers, index)?;
        wamids.push(wamid);
        let simulator = simulator.clone();
        tokio::spawn(async move { delivery.run(&simulator).await });
    }
    Ok(Json(json!({ "wamids": wamids })))
}

impl Inbound {
    fn sender(&self) -> String {
        if self.from.contains('.') { self.from.clone() } else { self.from.trim_start_matches('+').to_owned() }
    }

    fn delivery(
        &self,
        simulator: &Simulator,
        headers: &HeaderMap,
        index: usize,
    ) -> Result<(String, Delivery), BadCall> {
        let from = self.sender();
        let wamid = self.id.clone().unwrap_or_else(|| ids::wamid(&from));
        let mut message = self.message(simulator, headers, &wamid, index)?;
        message.extend(self.message.clone());
        let mut store = simulator.store();
        store.last_inbound.insert((self.phone_number_id.clone(), from.clone()), clock::now_ms());
        let number = numbers::number(&store, &self.phone_number_id);
        let mut value = payload::value_of(&number);
        let profile_name = self.profile_name.as_deref().unwrap_or("Simulated Customer");
        value["contacts"] = json!([payload::contact(&from, profile_name)]);
        value["messages"] = json!([message]);
        let delivery = Delivery {
            body: payload::envelope(&number.waba_id, "messages", &value),
            waba_id: number.waba_id,
            number: Some(number.id),
            epoch: store.epoch,
        };
        Ok((wamid, delivery))
    }

    /// The message, before what the caller wants otherwise.
    fn message(
        &self,
        simulator: &Simulator,
        headers: &HeaderMap,
        wamid: &str,
        index: usize,
    ) -> Result<Map<String, Value>, BadCall> {
        let overridden = self.message.get("type").and_then(Value::as_str);
        let kind = self.kind.as_deref().or(overridden).unwrap_or("text");
        let from_key = if self.from.contains('.') { "from_user_id" } else { "from" };
        let mut message = Map::new();
        message.insert(from_key.into(), self.sender().into());
        message.insert("id".into(), wamid.into());
        message.insert("timestamp".into(), clock::now_seconds().to_string().into());
        message.insert("type".into(), kind.into());
        if self.message.contains_key(kind) {
            return Ok(message);
        }
        let default_text = if index == 0 { "Hello".to_owned() } else { format!("Hello {}", index + 1) };
        let text = self.text.clone().unwrap_or(default_text);
        let content = match sample_file(kind) {
            Some((mime_type, bytes)) => self.stored_file(simulator, headers, kind, mime_type, bytes),
            None => content(kind, &text, wamid).ok_or_else(|| {
                BadCall::new(format!("type '{kind}' has no content of its own here: give it in message"))
            })?,
        };
        let key = if kind == "unsupported" { "errors" } else { kind };
        message.insert(key.into(), content);
        Ok(message)
    }

    fn stored_file(
        &self,
        simulator: &Simulator,
        headers: &HeaderMap,
        kind: &str,
        mime_type: &str,
        bytes: &'static [u8],
    ) -> Value {
        let media = Media::new(&self.phone_number_id, mime_type, Bytes::from_static(bytes));
        let mut content = json!({
            "id": media.id(),
            "mime_type": mime_type,
            "sha256": STANDARD.encode(media.sha256()),
            "url": media::address(&media, headers),
        });
        match (kind, &self.text) {
            ("image" | "video" | "document", Some(caption)) => content["caption"] = caption.as_str().into(),
            ("audio", _) => content["voice"] = true.into(),
            ("sticker", _) => content["animated"] = false.into(),
            _ => {}
        }
        if kind == "document" {
            content["filename"] = "sample.pdf".into();
        }
        simulator.store().media.insert(media.id().to_owned(), media);
        content
    }
}

fn content(kind: &str, text: &str, wamid: &str) -> Option<Value> {
    Some(match kind {
        "text" => json!({"body": text}),
        "button" => json!({"payload": text, "text": text}),
        "interactive" => json!({"type": "button_reply", "button_reply": {"id": text, "title": text}}),
        "location" => json!({"latitude": 52.52, "longitude": 13.405, "name": "Berlin", "address": text}),
        "reaction" => json!({"message_id": wamid, "emoji": "👍"}),
        "contacts" => json!([{
            "name": {"formatted_name": text, "first_name": text},
            "phones": [{"phone": "+1 650-555-0100", "wa_id": "16505550100", "type": "MOBILE"}],
        }]),
        "order" => json!({
            "catalog_id": "1",
            "text": text,
            "product_items": [
                {"product_retailer_id": "a", "quantity": "1", "item_price": 1, "currency": "EUR"},
            ],
        }),
        "system" => json!({"type": "user_changed_number", "body": text, "wa_id": "16505550100"}),
        "unsupported" => json!([{"code": 131_051, "title": "Unsupported message type"}]),
        _ => return None,
    })
}

/// The smallest content that passes for a file of a kind.
fn sample_file(kind: &str) -> Option<(&'static str, &'static [u8])> {
    Some(match kind {
        "image" => {
            ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9")
        }
        "video" => ("video/mp4", b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom"),
        "audio" => ("audio/ogg", b"OggS\x00\x02OpusHead"),
        "sticker" => ("image/webp", b"RIFF\x0c\x00\x00\x00WEBPVP8 "),
        "document" => ("application/pdf", b"%PDF-1.4\n%%EOF\n"),
        _ => return None,
    })
}

#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Signature {
    #[default]
    Valid,
    Invalid,
    Missing,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ByHand {
    body: Value,
    #[serde(default)]
    signature: Signature,
}

/// `POST /_sim/webhook`: signs and posts a payload once; a string is posted as it is. Answers with what the
/// receiver answered.
pub async fn post_webhook(State(simulator): State<Simulator>, body: Bytes) -> Result<Json<Value>, BadCall> {
    let by_hand: ByHand = read(&body)?;
    let raw = match &by_hand.body {
        Value::String(text) => text.clone().into_bytes(),
        other => sign::encode(other),
    };
    let (url, secret) = {
        let store = simulator.store();
        (store.config.webhook_url.clone(), store.config.app_secret.clone())
    };
    let url = url.ok_or_else(|| BadCall::new("there is no webhook_url"))?;
    let mut request = simulator.http().post(url).header("content-type", "application/json");
    request = match by_hand.signature {
        Signature::Valid => request.header("x-hub-signature-256", sign::signature(&secret, &raw)),
        Signature::Invalid => request.header("x-hub-signature-256", sign::signature("another secret", &raw)),
        Signature::Missing => request,
    };
    let response = request.body(raw).send().await.map_err(|error| BadCall::new(error.to_string()))?;
    let status = response.status().as_u16();
    let text = response.text().await.map_err(|error| BadCall::new(error.to_string()))?;
    Ok(Json(json!({"status": status, "body": text})))
}

/// `POST /_sim/verify`: asks the receiver to prove itself, as Meta does when an address is entered.
pub async fn verify_callback(State(simulator): State<Simulator>) -> Result<Json<Value>, BadCall> {
    let (url, verify_token) = {
        let store = simulator.store();
        (store.config.webhook_url.clone(), store.config.verify_token.clone())
    };
    let url = url.ok_or_else(|| BadCall::new("there is no webhook_url"))?;
    let outcome = verify::handshake(&simulator, &url, &verify_token).await;
    Ok(Json(json!({"verified": outcome.is_ok(), "reason": outcome.err()})))
}
