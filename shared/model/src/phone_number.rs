//! WhatsApp Business phone numbers.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::Id;
use crate::address::PhoneAddress;
use crate::field::{Reason, Refusal, check_length};

/// Most phone numbers of a workspace, deleted ones not counted.
pub const MAX_PER_WORKSPACE: u32 = 100;
/// Most characters of a display name.
pub const DISPLAY_NAME_MAX_LENGTH: usize = 128;
/// Most characters of a Meta access token.
pub const ACCESS_TOKEN_MAX_LENGTH: usize = 2_048;

/// A number that a workspace sends from.
#[derive(Clone, Debug, PartialEq)]
pub struct PhoneNumber {
    /// Our id.
    pub id: Id,
    /// Whose it is.
    pub workspace_id: Id,
    /// Meta's id of the number.
    pub meta_id: MetaId,
    /// Meta's id of the WhatsApp business account, where known.
    pub business_id: Option<MetaId>,
    /// The number itself.
    pub phone_number: PhoneAddress,
    /// The name that Meta verified, where there is one.
    pub verified_name: Option<String>,
    /// What the workspace calls it.
    pub display_name: String,
    /// Meta's opinion of what is sent from it.
    pub quality_rating: QualityRating,
    /// Users that may be messaged first in 24 hours; `None` is without limit.
    pub message_limit: Option<u32>,
    /// As of when the limit is known: what Meta said before tells nothing new.
    pub limit_as_of: Timestamp,
    /// Meta's throughput level, such as `STANDARD`.
    pub tier: String,
    /// Whether it may send.
    pub status: PhoneNumberStatus,
    /// The Meta access token, encrypted.
    pub sealed_token: Vec<u8>,
    /// When the access token expires; `None` is never.
    pub token_expires_at: Option<Timestamp>,
    /// Why Meta made us stop sending, if it did. Sends wait until this is cleared.
    pub stopped: Option<Stop>,
    /// When Meta confirmed the number.
    pub verified_at: Timestamp,
    /// When it was last synced with Meta.
    pub synced_at: Timestamp,
    /// When it was registered here.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

impl PhoneNumber {
    /// Whether messages may be accepted for it.
    pub fn accepts_messages(&self) -> bool {
        self.deleted_at.is_none() && self.status == PhoneNumberStatus::Active
    }

    /// Deletes it: the access token is forgotten.
    pub fn delete(&mut self, now: Timestamp) {
        self.deleted_at = Some(now);
        self.sealed_token.clear();
    }

    /// Takes over a limit as Meta had it at `at`; whether that is news. Meta tells times to the second.
    pub fn note_limit(&mut self, limit: Option<u32>, at: Timestamp) -> bool {
        if at.as_second() < self.limit_as_of.as_second() {
            return false;
        }
        let noted = (limit, at.max(self.limit_as_of));
        let is_news = noted != (self.message_limit, self.limit_as_of);
        (self.message_limit, self.limit_as_of) = noted;
        is_news
    }

    /// Takes over whether Meta has the number connected. What the workspace turned off stays so.
    pub fn note_connected(&mut self, is_connected: bool) {
        self.status = match (self.status, is_connected) {
            (PhoneNumberStatus::Pending, true) => PhoneNumberStatus::Active,
            (PhoneNumberStatus::Active, false) => PhoneNumberStatus::Pending,
            (status, _) => status,
        };
    }

    /// Whether messages may be handed to Meta now.
    pub fn may_send(&self) -> bool {
        self.accepts_messages() && self.stopped.is_none()
    }
}

/// Why sending from a number stopped (Meta, Cloud API error codes).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// Meta's error code.
    pub code: i64,
    /// Meta's words.
    pub message: String,
    /// When it stopped.
    pub at: i64,
}

impl Stop {
    /// Whether it was the access token, which only another one mends (Meta, Cloud API error codes 0 and 190).
    pub fn is_of_token(&self) -> bool {
        matches!(self.code, 0 | 190)
    }

    /// Whether Meta has locked or blocked the account, which it can take back (Meta, Cloud API error codes 368 and
    /// 131031).
    pub fn is_of_account(&self) -> bool {
        matches!(self.code, 368 | 131_031)
    }
}

/// A Meta access token as somebody gave it. It is kept encrypted, and never printed.
#[derive(Clone)]
pub struct AccessToken(String);

impl AccessToken {
    /// The token itself.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for AccessToken {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let token = text.trim();
        check_length(token, 1, ACCESS_TOKEN_MAX_LENGTH)?;
        if token.bytes().all(|byte| byte.is_ascii_graphic()) {
            Ok(Self(token.to_owned()))
        } else {
            Err(Refusal::new(Reason::BadValue, "should be a Meta access token, which has no spaces"))
        }
    }
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AccessToken(…)")
    }
}

/// An id that Meta gave: decimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MetaId(String);

impl MetaId {
    /// Most digits of an id.
    pub const MAX_LENGTH: usize = 32;

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for MetaId {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        check_length(text, 1, Self::MAX_LENGTH)?;
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Refusal::new(Reason::BadValue, "should be a Meta id, which has only digits"))
        }
    }
}

impl std::fmt::Display for MetaId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Meta's opinion of what is sent from a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString)]
#[serde(rename_all = "UPPERCASE")]
#[strum(serialize_all = "UPPERCASE")]
pub enum QualityRating {
    /// Good quality, full limits.
    Green,
    /// Medium quality, reduced limits.
    Yellow,
    /// Poor quality, severely limited.
    Red,
    /// Not yet rated.
    Unknown,
}

/// Whether a number may send.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Display, EnumString, VariantArray,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum PhoneNumberStatus {
    /// Known, not connected at Meta.
    Pending,
    /// May send.
    Active,
    /// Turned off by the workspace.
    Disabled,
}

/// What Meta says of a number.
#[derive(Clone, Debug, PartialEq)]
pub struct MetaNumber {
    /// The number itself.
    pub phone_number: PhoneAddress,
    /// The name that Meta verified.
    pub verified_name: Option<String>,
    /// Meta's opinion.
    pub quality_rating: QualityRating,
    /// Users that may be messaged first in 24 hours; `None` is without limit.
    pub message_limit: Option<u32>,
    /// Meta's throughput level.
    pub tier: String,
    /// Whether it can send, as far as Meta is concerned.
    pub is_connected: bool,
}

/// A number that a workspace wants to send from.
#[derive(Clone, Debug)]
pub struct NewPhoneNumber {
    /// The workspace.
    pub workspace_id: Id,
    /// Meta's id of the number.
    pub meta_id: MetaId,
    /// A Meta access token that may send from it.
    pub token: AccessToken,
    /// What the workspace calls it; what Meta does where this is not given.
    pub display_name: Option<String>,
    /// Meta's id of the WhatsApp business account; what Meta says where this is not given.
    pub business_id: Option<MetaId>,
}

/// What is to become of a number; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct PhoneNumberChange {
    /// Another name.
    pub display_name: Option<String>,
    /// Another Meta access token.
    pub token: Option<AccessToken>,
    /// Another status.
    pub status: Option<PhoneNumberStatus>,
}

/// The number of users that a messaging limit tier of Meta allows in 24 hours (Meta, messaging limits);
/// `None` is without limit. A tier that is not known is the smallest.
pub fn message_limit_of_tier(tier: &str) -> Option<u32> {
    match tier {
        "TIER_UNLIMITED" => None,
        "TIER_100K" => Some(100_000),
        "TIER_10K" => Some(10_000),
        "TIER_2K" => Some(2_000),
        "TIER_1K" => Some(1_000),
        "TIER_50" => Some(50),
        _ => Some(250),
    }
}

/// A display name without surrounding space.
pub fn display_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, DISPLAY_NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_access_token_loses_the_space_around_it_and_does_not_print() {
        let token: AccessToken = " EAAsecret\n".parse().unwrap();
        assert_eq!(token.expose(), "EAAsecret");
        assert_eq!(format!("{token:?}"), "AccessToken(…)");
        for text in ["", "  ", "EAA secret", "EAA\u{e9}", &"E".repeat(ACCESS_TOKEN_MAX_LENGTH + 1)] {
            assert!(text.parse::<AccessToken>().is_err(), "{text}");
        }
    }

    fn second(at: i64) -> Timestamp {
        Timestamp::from_second(at).unwrap()
    }

    fn number() -> PhoneNumber {
        PhoneNumber {
            id: Id::NONE,
            workspace_id: Id::NONE,
            meta_id: "1".parse().unwrap(),
            business_id: None,
            phone_number: "+16505551234".parse().unwrap(),
            verified_name: None,
            display_name: "Support".to_owned(),
            quality_rating: QualityRating::Green,
            message_limit: Some(250),
            limit_as_of: second(10),
            tier: "STANDARD".to_owned(),
            status: PhoneNumberStatus::Active,
            sealed_token: Vec::new(),
            token_expires_at: None,
            stopped: None,
            verified_at: second(10),
            synced_at: second(10),
            created_at: second(10),
            updated_at: second(10),
            deleted_at: None,
            version: 1,
        }
    }

    #[test]
    fn of_two_limits_the_newer_one_holds_whatever_the_order() {
        let (mut forwards, mut backwards) = (number(), number());
        let news = [
            forwards.note_limit(Some(2_000), second(20)),
            forwards.note_limit(Some(250), second(30)),
            backwards.note_limit(Some(250), second(30)),
            backwards.note_limit(Some(2_000), second(20)),
            backwards.note_limit(None, second(9)),
            backwards.note_limit(Some(250), second(30)),
        ];
        assert_eq!(news, [true, true, true, false, false, false]);
        assert_eq!((forwards.message_limit, forwards), (Some(250), backwards));
    }

    #[test]
    fn what_was_said_in_the_same_second_is_no_older() {
        let mut number = number();
        number.limit_as_of = Timestamp::from_millisecond(10_900).unwrap();
        assert!(number.note_limit(Some(2_000), second(10)));
        assert_eq!(number.limit_as_of.as_millisecond(), 10_900);
    }

    #[test]
    fn a_number_follows_meta_unless_it_is_turned_off() {
        use PhoneNumberStatus::{Active, Disabled, Pending};
        let noted = |status, is_connected| {
            let mut number = PhoneNumber { status, ..number() };
            number.note_connected(is_connected);
            number.status
        };
        assert_eq!(
            [noted(Active, true), noted(Pending, true), noted(Disabled, true)],
            [Active, Active, Disabled]
        );
        assert_eq!(
            [noted(Active, false), noted(Pending, false), noted(Disabled, false)],
            [Pending, Pending, Disabled]
        );
    }
}
