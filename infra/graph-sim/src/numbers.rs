//! Phone numbers and business accounts. All numeric ids exist; what they hold is derived from the id, unless
//! the control endpoint has set it.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::failure::{Failure, GraphError};
use crate::ids;
use crate::media;
use crate::paging::{self, PageQuery};
use crate::state::{Simulator, Store};
use crate::templates;
use crate::token::{Scope, Token};

/// A phone number as it stands.
#[derive(Clone, Debug)]
pub struct Number {
    /// Meta's phone number id.
    pub id: String,
    /// The business account it belongs to.
    pub waba_id: String,
    shown_as: String,
    settings: NumberOverride,
}

/// What the control endpoint can set of a phone number; what is absent is derived.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberOverride {
    pub(crate) phone_number_id: String,
    waba_id: Option<String>,
    display_phone_number: Option<String>,
    verified_name: Option<String>,
    quality_rating: Option<String>,
    status: Option<String>,
    name_status: Option<String>,
    code_verification_status: Option<String>,
    throughput_level: Option<String>,
    messaging_limit_tier: Option<String>,
    pin: Option<String>,
}

impl NumberOverride {
    /// Sets what the other has, keeping the rest.
    pub fn merge(&mut self, other: Self) {
        let keep = |new: Option<String>, old: &mut Option<String>| {
            if new.is_some() {
                *old = new;
            }
        };
        self.phone_number_id = other.phone_number_id;
        keep(other.waba_id, &mut self.waba_id);
        keep(other.display_phone_number, &mut self.display_phone_number);
        keep(other.verified_name, &mut self.verified_name);
        keep(other.quality_rating, &mut self.quality_rating);
        keep(other.status, &mut self.status);
        keep(other.name_status, &mut self.name_status);
        keep(other.code_verification_status, &mut self.code_verification_status);
        keep(other.throughput_level, &mut self.throughput_level);
        keep(other.messaging_limit_tier, &mut self.messaging_limit_tier);
        keep(other.pin, &mut self.pin);
    }
}

/// The business account of a number: its id less a trailing `001` to `009`, else with `000` added.
fn derived_waba(id: &str) -> String {
    match id.len().checked_sub(3).map(|cut| id.split_at(cut)) {
        Some((waba, index)) if !waba.is_empty() && index.starts_with("00") && index != "000" => {
            waba.to_owned()
        }
        _ => format!("{id}000"),
    }
}

/// The numbers of a business account: the inverse of [`derived_waba`], and those that were put there.
fn numbers_of(store: &Store, waba_id: &str) -> Vec<Number> {
    let derived = match waba_id.strip_suffix("000") {
        Some(id) if !id.is_empty() => vec![id.to_owned()],
        _ => vec![format!("{waba_id}001"), format!("{waba_id}002")],
    };
    let known = store.numbers.keys().filter(|id| !derived.contains(id)).cloned();
    let all: Vec<String> = derived.iter().cloned().chain(known).collect();
    all.iter().map(|id| number(store, id)).filter(|number| number.waba_id == waba_id).collect()
}

/// The phone number with an id.
pub fn number(store: &Store, id: &str) -> Number {
    let settings = store.numbers.get(id).cloned().unwrap_or_default();
    let local = format!("{:07}", ids::derived(id, 10_000_000));
    let derived = format!("+1 650-{}-{}", &local[..3], &local[3..]);
    Number {
        id: id.to_owned(),
        waba_id: settings.waba_id.clone().unwrap_or_else(|| derived_waba(id)),
        shown_as: settings.display_phone_number.clone().unwrap_or(derived),
        settings,
    }
}

/// Refuses ids that can be no phone number or business account: only numeric ids exist.
pub fn require_numeric(id: &str) -> Result<(), GraphError> {
    if ids::is_numeric(id) && !ids::is_object_id(id) { Ok(()) } else { Err(GraphError::unknown_object(id)) }
}

impl Number {
    /// The display number's digits.
    pub fn digits(&self) -> String {
        self.shown_as.chars().filter(char::is_ascii_digit).collect()
    }

    /// Whether it may send.
    pub fn is_connected(&self) -> bool {
        self.settings.status.as_deref().is_none_or(|status| status == "CONNECTED")
    }

    fn fields(&self) -> Value {
        let or = |set: &Option<String>, derived: &str| set.clone().unwrap_or_else(|| derived.to_owned());
        let settings = &self.settings;
        let name = format!("Simulated Business {:03}", ids::derived(&self.id, 1000));
        let can_send = if self.is_connected() { "AVAILABLE" } else { "BLOCKED" };
        json!({
            "id": self.id,
            "display_phone_number": self.shown_as,
            "verified_name": or(&settings.verified_name, &name),
            "quality_rating": or(&settings.quality_rating, "GREEN"),
            "code_verification_status": or(&settings.code_verification_status, "VERIFIED"),
            "name_status": or(&settings.name_status, "APPROVED"),
            "status": or(&settings.status, "CONNECTED"),
            "platform_type": "CLOUD_API",
            "account_mode": "LIVE",
            "throughput": {"level": or(&settings.throughput_level, "STANDARD")},
            "messaging_limit_tier": or(&settings.messaging_limit_tier, "TIER_1K"),
            "whatsapp_business_manager_messaging_limit": or(&settings.messaging_limit_tier, "TIER_1K"),
            "is_official_business_account": false,
            "is_on_biz_app": false,
            "is_pin_enabled": settings.pin.is_some(),
            "health_status": {
                "can_send_message": can_send,
                "entities": [
                    {"entity_type": "PHONE_NUMBER", "id": self.id, "can_send_message": can_send},
                    {"entity_type": "WABA", "id": self.waba_id, "can_send_message": "AVAILABLE"},
                ],
            },
            "webhook_configuration": {},
        })
    }
}

/// Fields that are given unless others are asked for.
const DEFAULT_FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,code_verification_status";

fn select(number: &Number, fields: Option<&str>) -> Result<Value, GraphError> {
    let all = number.fields();
    let mut selected = json!({"id": number.id});
    for field in fields.unwrap_or(DEFAULT_FIELDS).split(',').map(str::trim) {
        let value = all.get(field).cloned();
        selected[field] = value
            .ok_or_else(|| GraphError::parameter(format!("Tried accessing nonexisting field ({field})")))?;
    }
    Ok(selected)
}

/// Query of `GET /{id}`.
#[derive(Deserialize)]
pub struct NodeQuery {
    pub(crate) fields: Option<String>,
    pub(crate) phone_number_id: Option<String>,
}

/// `GET /{id}`: a media object, a template, or else a phone number.
pub async fn get_node(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(query): Query<NodeQuery>,
    headers: HeaderMap,
    token: Token,
) -> Result<Json<Value>, Failure> {
    let store = simulator.store();
    if let Some(media) = store.media.get(&id) {
        token.require(Scope::Messaging)?;
        return Ok(Json(media::describe(media, &query, &headers)?));
    }
    token.require(Scope::Management)?;
    if let Some(template) = templates::find(&store, &id) {
        return Ok(Json(template.shown(query.fields.as_deref())));
    }
    require_numeric(&id)?;
    Ok(Json(select(&number(&store, &id), query.fields.as_deref())?))
}

/// `GET /{waba_id}/phone_numbers`.
pub async fn list(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
    token: Token,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    require_numeric(&waba_id)?;
    let numbers = numbers_of(&simulator.store(), &waba_id);
    let rows = numbers
        .iter()
        .map(|number| select(number, query.fields.as_deref()))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Json(paging::page(rows, &query, &format!("{waba_id}/phone_numbers"), &headers)?))
}

/// `POST /{phone_number_id}/register`. The first PIN is kept; another one is refused with 133005.
pub async fn register(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    token: Token,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    require_numeric(&id)?;
    let body: Value = serde_json::from_slice(&body)
        .map_err(|_| GraphError::parameter("The request body must be a JSON object"))?;
    if body["messaging_product"] != "whatsapp" {
        return Err(GraphError::parameter("The parameter messaging_product is required").into());
    }
    let pin =
        body["pin"].as_str().filter(|pin| pin.len() == 6 && pin.bytes().all(|byte| byte.is_ascii_digit()));
    let pin = pin.ok_or_else(|| GraphError::parameter("Param pin must be 6 digits"))?;
    let mut store = simulator.store();
    let settings = store.numbers.entry(id.clone()).or_default();
    if settings.pin.as_deref().is_some_and(|known| known != pin) {
        return Err(GraphError::of(133_005).into());
    }
    settings.merge(NumberOverride {
        phone_number_id: id,
        pin: Some(pin.to_owned()),
        status: Some("CONNECTED".to_owned()),
        ..NumberOverride::default()
    });
    Ok(Json(json!({"success": true})))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn numbers_and_accounts_lead_to_each_other() {
        let simulator = Simulator::new(Config::default()).unwrap();
        let store = simulator.store();
        for id in ["106540352242922", "7", "555001", "555002"] {
            let waba = number(&store, id).waba_id;
            assert!(numbers_of(&store, &waba).iter().any(|number| number.id == id), "{id}");
        }
        for waba in ["987654321", "4000", "001"] {
            assert!(numbers_of(&store, waba).iter().all(|number| number.waba_id == waba));
            assert!(!numbers_of(&store, waba).is_empty(), "{waba}");
        }
    }

    #[test]
    fn fields_are_chosen_and_checked() {
        let simulator = Simulator::new(Config::default()).unwrap();
        let number = number(&simulator.store(), "106540352242922");
        let chosen = select(&number, Some("throughput,status")).unwrap();
        assert_eq!(chosen["throughput"]["level"], "STANDARD");
        assert!(chosen.get("verified_name").is_none());
        assert!(select(&number, Some("no_such")).is_err());
    }
}
