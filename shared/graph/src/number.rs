//! `GET /{phone_number_id}` and what it says.

use secrecy::SecretString;
use serde_json::Value;
use switchboard_model::address::PhoneAddress;
use switchboard_model::phone_number::{MetaId, MetaNumber, QualityRating, message_limit_of_tier};

use crate::{Graph, GraphError, loose};

const FIELDS: &str = "id,display_phone_number,verified_name,quality_rating,code_verification_status,name_status,\
                      platform_type,throughput,status,account_mode,health_status";
const BASIC_FIELDS: &str = "id,display_phone_number,verified_name,quality_rating";
/// Since v24.0 the limit is that of the whole portfolio and has another name (Meta, messaging limits).
const PORTFOLIO_LIMIT_SINCE: (u32, u32) = (24, 0);
const PORTFOLIO_LIMIT: &str = "whatsapp_business_manager_messaging_limit";
const NUMBER_LIMIT: &str = "messaging_limit_tier";
const INVALID_PARAMETER: i64 = 100;
/// What Meta calls numbers that can send (Meta, phone number statuses); those that are flagged or restricted may send
/// less.
const SENDING_STATUSES: [&str; 5] = ["CONNECTED", "FLAGGED", "RESTRICTED", "RATE_LIMITED", "UNKNOWN"];
const DEFAULT_THROUGHPUT: &str = "STANDARD";

/// What Graph says of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberInfo {
    /// What the domain keeps.
    pub number: MetaNumber,
    /// The WhatsApp business account, where the health status names it.
    pub business_id: Option<MetaId>,
    /// Whether the number may send: `CONNECTED`, or one of Meta's other words.
    pub status: Option<String>,
    /// `VERIFIED`, `NOT_VERIFIED`, `EXPIRED` or another word.
    pub code_verification_status: Option<String>,
    /// Meta's verdict on the display name, such as `APPROVED`.
    pub name_status: Option<String>,
    /// `LIVE` or `SANDBOX`.
    pub account_mode: Option<String>,
}

/// How many users may be messaged first in 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MessageLimit {
    /// As many as one likes.
    Unlimited,
    /// This many.
    Users(u32),
}

impl MessageLimit {
    /// The limit that `TIER_2K`, `TIER_UNLIMITED`, 2000, "2000" or -1 stands for; `None` for anything else.
    pub fn read(value: &Value) -> Option<Self> {
        let text = loose::text(value)?;
        match text.strip_prefix("TIER_").unwrap_or(&text) {
            "UNLIMITED" | "-1" => Some(Self::Unlimited),
            amount => match amount.strip_suffix('K') {
                Some(thousands) => thousands.parse::<u32>().ok()?.checked_mul(1_000).map(Self::Users),
                None => amount.parse().ok().map(Self::Users),
            },
        }
    }

    /// The domain's form, in which `None` is without limit.
    pub fn users(self) -> Option<u32> {
        match self {
            Self::Unlimited => None,
            Self::Users(users) => Some(users),
        }
    }
}

impl Graph {
    /// What Graph says of `meta_number`, as the owner of `token` may see it. A version of Graph that does not
    /// know one of the fields is asked again for the basic ones.
    pub async fn phone_number(
        &self,
        token: &SecretString,
        meta_number: &MetaId,
    ) -> Result<NumberInfo, GraphError> {
        let limit = if self.version() >= PORTFOLIO_LIMIT_SINCE { PORTFOLIO_LIMIT } else { NUMBER_LIMIT };
        let fields = format!("{FIELDS},{limit}");
        let answer = match self.get(Some(token), meta_number.as_str(), &[("fields", &fields)]).await {
            Err(error) if is_unknown_field(&error) => {
                self.get(Some(token), meta_number.as_str(), &[("fields", BASIC_FIELDS)]).await?
            }
            answer => answer?,
        };
        number_info(&answer).ok_or(GraphError::Unreadable { http_status: 200 })
    }
}

fn is_unknown_field(error: &GraphError) -> bool {
    let refusal = error.refusal().filter(|refusal| refusal.code == INVALID_PARAMETER);
    refusal.is_some_and(|refusal| refusal.explanation().contains("nonexisting field"))
}

/// Reads the fields. Only the number itself must be there; a rating or tier that is new to us is no error.
fn number_info(answer: &Value) -> Option<NumberInfo> {
    let display = loose::text(&answer["display_phone_number"])?;
    let rating = answer["quality_rating"].as_str().and_then(|rating| rating.parse().ok());
    let limit = [PORTFOLIO_LIMIT, NUMBER_LIMIT].iter().find_map(|name| MessageLimit::read(&answer[*name]));
    let tier = loose::text_at(answer, &["throughput", "level"]);
    let status = loose::text(&answer["status"]);
    Some(NumberInfo {
        number: MetaNumber {
            phone_number: PhoneAddress::from_display(&display).ok()?,
            verified_name: loose::text(&answer["verified_name"]),
            quality_rating: rating.unwrap_or(QualityRating::Unknown),
            message_limit: limit.map_or_else(|| message_limit_of_tier(""), MessageLimit::users),
            tier: tier.unwrap_or_else(|| DEFAULT_THROUGHPUT.to_owned()),
            is_connected: status.as_deref().is_none_or(|status| SENDING_STATUSES.contains(&status)),
        },
        business_id: business_id(&answer["health_status"]),
        status,
        code_verification_status: loose::text(&answer["code_verification_status"]),
        name_status: loose::text(&answer["name_status"]),
        account_mode: loose::text(&answer["account_mode"]),
    })
}

/// The account among the entities whose health decides on the number's (Meta, messaging health status).
fn business_id(health: &Value) -> Option<MetaId> {
    let entities = health["entities"].as_array()?;
    let account = entities.iter().find(|entity| entity["entity_type"] == "WABA")?;
    loose::text(&account["id"])?.parse().ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_number_is_read_with_all_its_fields() {
        let info = number_info(&json!({
            "display_phone_number": "+1 631-555-5555", "verified_name": "Jasper's Market", "quality_rating": "GREEN",
            "throughput": {"level": "HIGH"}, "whatsapp_business_manager_messaging_limit": "TIER_100K",
            "health_status": {"entities": [{"entity_type": "PHONE_NUMBER", "id": "1"}, {"entity_type": "WABA", "id": "77"}]},
            "status": "CONNECTED", "account_mode": "LIVE",
        }))
        .unwrap();
        assert_eq!(info.number.phone_number.as_str(), "+16315555555");
        assert_eq!(
            (info.number.quality_rating, info.number.message_limit),
            (QualityRating::Green, Some(100_000))
        );
        assert_eq!((info.number.tier.as_str(), info.status.as_deref()), ("HIGH", Some("CONNECTED")));
        assert_eq!(info.business_id, "77".parse().ok());
    }

    #[test]
    fn what_is_unknown_or_missing_is_no_error() {
        for rating in [json!("NA"), json!("UNKNOWN"), json!("PURPLE"), json!(3), json!(null)] {
            let answer = json!({"display_phone_number": "15550783881", "quality_rating": rating, "messaging_limit_tier": "TIER_X"});
            let info = number_info(&answer).unwrap();
            assert_eq!(
                (info.number.quality_rating, info.number.message_limit),
                (QualityRating::Unknown, Some(250))
            );
            assert_eq!((info.number.tier.as_str(), info.business_id), ("STANDARD", None));
        }
        assert_eq!(number_info(&json!({"id": "1"})), None);
    }

    #[test]
    fn a_number_is_connected_unless_its_status_says_otherwise() {
        let is_connected = |status: Value| {
            let answer = json!({"display_phone_number": "15550783881", "status": status});
            number_info(&answer).unwrap().number.is_connected
        };
        for status in [json!("CONNECTED"), json!("FLAGGED"), json!("RESTRICTED"), json!(null)] {
            assert!(is_connected(status.clone()), "{status}");
        }
        for status in ["PENDING", "DISCONNECTED", "BANNED", "UNVERIFIED", "MIGRATED", "DELETED"] {
            assert!(!is_connected(json!(status)), "{status}");
        }
    }

    #[test]
    fn a_limit_is_a_tier_or_a_number() {
        use MessageLimit::{Unlimited, Users};
        let read = [
            (json!("TIER_50"), Some(Users(50))),
            (json!("TIER_250"), Some(Users(250))),
            (json!("TIER_1K"), Some(Users(1_000))),
            (json!("TIER_100K"), Some(Users(100_000))),
            (json!("TIER_UNLIMITED"), Some(Unlimited)),
            (json!(2000), Some(Users(2_000))),
            (json!("2000"), Some(Users(2_000))),
            (json!(-1), Some(Unlimited)),
            (json!("TIER_NOT_SET"), None),
            (json!("TIER_9999999999K"), None),
            (json!({}), None),
        ];
        for (value, limit) in read {
            assert_eq!(MessageLimit::read(&value), limit, "{value}");
        }
    }
}
