//! API tokens: programs that act in one workspace, each with permissions and a rate limit of its own.

use std::marker::PhantomData;
use std::time::Duration;

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, VariantArray};

use crate::access::Role;
use crate::field::{Reason, Refusal, check_length, one_of};
use crate::plan::{Limit, Window};
use crate::session::SecretToken;
use crate::{DomainError, Id, Randomness};

/// What stands in front of an API token.
pub const PREFIX: &str = "wst_";
/// Most characters of a token's name.
pub const NAME_MAX_LENGTH: usize = 100;
/// Most tokens of a workspace.
pub const MAX_TOKENS: u32 = 100;
/// Requests an hour of a token whose maker does not say.
pub const RATE_LIMIT_DEFAULT: u32 = 1_000;
/// Fewest requests an hour that a token can be given.
pub const RATE_LIMIT_MIN: u32 = 100;
/// Most requests an hour that a token can be given.
pub const RATE_LIMIT_MAX: u32 = 100_000;
/// How long a window of requests lasts; it begins with the first request after the last has ended.
pub const WINDOW: Duration = Duration::from_hours(1);

/// Characters of the workspace's id in a token, in hex.
const WORKSPACE_CHARACTERS: usize = 16;
/// Random bytes of a token.
const RANDOM_BYTES: usize = 24;
/// Characters at the end of a token by which a person knows it again.
const SHOWN_CHARACTERS: usize = 8;

/// A permission that a token can have. It is spelled as the Workspace Messaging API v1 spells it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    VariantArray,
)]
pub enum Grant {
    /// List members.
    #[serde(rename = "read:members")]
    #[strum(serialize = "read:members")]
    ReadMembers,
    /// Add members.
    #[serde(rename = "write:members")]
    #[strum(serialize = "write:members")]
    WriteMembers,
    /// List channels.
    #[serde(rename = "read:channels")]
    #[strum(serialize = "read:channels")]
    ReadChannels,
    /// Create channels.
    #[serde(rename = "write:channels")]
    #[strum(serialize = "write:channels")]
    WriteChannels,
    /// Send messages to channels.
    #[serde(rename = "send:messages")]
    #[strum(serialize = "send:messages")]
    SendMessages,
    /// List departments.
    #[serde(rename = "read:departments")]
    #[strum(serialize = "read:departments")]
    ReadDepartments,
    /// Create departments.
    #[serde(rename = "write:departments")]
    #[strum(serialize = "write:departments")]
    WriteDepartments,
    /// All of these.
    #[serde(rename = "*")]
    #[strum(serialize = "*")]
    Everything,
}

/// Something that a permission of a token lets it do.
pub trait Granted: Send + Sync + 'static {
    /// The permission.
    const GRANT: Grant;
    /// Whether it is possible in a suspended workspace.
    const WHILE_SUSPENDED: bool;
}

macro_rules! granted {
    ($($(#[doc = $doc:literal])* $name:ident: $grant:ident, while_suspended: $suspended:literal;)+) => {$(
        $(#[doc = $doc])*
        #[derive(Debug)]
        pub enum $name {}

        impl Granted for $name {
            const GRANT: Grant = Grant::$grant;
            const WHILE_SUSPENDED: bool = $suspended;
        }
    )+};
}

granted! {
    /// List members.
    ReadMembers: ReadMembers, while_suspended: true;
    /// Add members.
    WriteMembers: WriteMembers, while_suspended: false;
    /// List channels.
    ReadChannels: ReadChannels, while_suspended: true;
    /// Create channels.
    WriteChannels: WriteChannels, while_suspended: false;
    /// Send messages to channels, and see how they were answered.
    SendMessages: SendMessages, while_suspended: false;
    /// List departments.
    ReadDepartments: ReadDepartments, while_suspended: true;
    /// Create departments.
    WriteDepartments: WriteDepartments, while_suspended: false;
}

/// A token as a client presents it, asking for `P`. Only authentication makes one; whether the token is good shows
/// when its workspace is entered.
#[derive(Debug)]
pub struct TokenPermit<P> {
    digest: String,
    workspace_id: Id,
    permission: PhantomData<P>,
}

impl<P> TokenPermit<P> {
    /// What `token` claims; `None` where it can't be a token of ours.
    pub fn presented(token: &str) -> Option<Self> {
        let body = token.strip_prefix(PREFIX)?;
        let bits = body.get(..WORKSPACE_CHARACTERS).and_then(|hex| u64::from_str_radix(hex, 16).ok())?;
        let digest = SecretToken::presented(token).digest();
        Some(Self { digest, workspace_id: Id::from_bits(bits)?, permission: PhantomData })
    }

    /// SHA-256 of the token.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The workspace that the token names, so that it can be read beside the token.
    pub fn workspace_id(&self) -> Id {
        self.workspace_id
    }
}

/// A token that nobody has: the prefix and 64 characters of lower-case hex, of which the first 16 are the workspace.
pub fn generate(workspace_id: Id, randomness: &dyn Randomness) -> SecretToken {
    let mut bytes = [0; RANDOM_BYTES];
    randomness.fill(&mut bytes);
    SecretToken::presented(format!("{PREFIX}{:016x}{}", workspace_id.bits(), HEXLOWER.encode(&bytes)))
}

/// The end of a token, by which a person knows it again.
pub fn tail(token: &SecretToken) -> String {
    let text = token.expose();
    text.get(text.len().saturating_sub(SHOWN_CHARACTERS)..).unwrap_or_default().to_owned()
}

/// An API token. The token itself is only known to whoever got it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id, which stays when it is rotated.
    pub id: Id,
    /// The workspace that it acts in.
    pub workspace_id: Id,
    /// What it is for.
    pub name: String,
    /// SHA-256 of the token.
    pub digest: String,
    /// The last characters of the token.
    pub tail: String,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// Requests in a window of an hour.
    pub rate_limit: u32,
    /// When it ends, if it does by itself.
    pub expires_at: Option<Timestamp>,
    /// The role of whoever made it, at that time: no token adds members of a higher one.
    pub role: Role,
    /// Who made it, where a person did.
    pub created_by: Option<Id>,
    /// When it was made.
    pub created_at: Timestamp,
    /// How much it was used.
    pub usage: TokenUsage,
}

/// How much a token was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenUsage {
    /// Requests in all, those over the limit included.
    pub total: u64,
    /// The last of them.
    pub last_used_at: Option<Timestamp>,
    /// When the window that is running, or the last one, began.
    pub window_began_at: Timestamp,
    /// Requests in it.
    pub in_window: u32,
}

impl ApiToken {
    /// Whether the token has ended at `now`.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// Whether the token may do what `grant` allows.
    pub fn may(&self, grant: Grant) -> bool {
        self.grants.iter().any(|given| *given == grant || *given == Grant::Everything)
    }

    /// What is left of the token's window, and whether the request that was counted last is within it.
    pub fn judge(&self, now: Timestamp) -> (bool, Limit) {
        let window = i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX);
        let ends = self.usage.window_began_at.as_millisecond().saturating_add(window);
        // Rounded up, so that whoever waits that long finds a new window.
        let reset_at = ends.saturating_add(999).div_euclid(1_000);
        let left = (reset_at - now.as_second()).clamp(1, i64::try_from(WINDOW.as_secs()).unwrap_or(1));
        let limit = Limit {
            window: Window::Hour,
            limit: self.rate_limit,
            remaining: self.rate_limit.saturating_sub(self.usage.in_window),
            reset_at,
            seconds_to_reset: u32::try_from(left).unwrap_or(1),
        };
        (self.usage.in_window <= self.rate_limit, limit)
    }
}

/// A token's name without surrounding space.
pub fn token_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}

/// The permissions that `texts` spell, each once and sorted; at least one.
pub fn grants(texts: &[String]) -> Result<Vec<Grant>, Refusal> {
    if texts.is_empty() {
        return Err(Refusal::new(Reason::TooShort, "List should have at least 1 permission"));
    }
    let mut grants = texts.iter().map(|text| one_of::<Grant>(text)).collect::<Result<Vec<_>, _>>()?;
    grants.sort_unstable();
    grants.dedup();
    Ok(grants)
}

/// A rate limit within its bounds.
pub fn rate_limit(requests: i64) -> Result<u32, Refusal> {
    let allowed = u32::try_from(requests).ok();
    allowed.filter(|requests| (RATE_LIMIT_MIN..=RATE_LIMIT_MAX).contains(requests)).ok_or_else(|| {
        let message = format!("Input should be a whole number from {RATE_LIMIT_MIN} to {RATE_LIMIT_MAX}");
        Refusal::new(Reason::OutOfRange, message)
    })
}

/// Checks that a token may do what `P` is.
pub fn check<P: Granted>(token: &ApiToken) -> Result<(), DomainError> {
    if token.may(P::GRANT) { Ok(()) } else { Err(DomainError::GrantRequired { grant: P::GRANT }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn token(in_window: u32) -> ApiToken {
        ApiToken {
            id: Id::from_bits(1).unwrap(),
            workspace_id: Id::from_bits(2).unwrap(),
            name: "Deployments".to_owned(),
            digest: String::new(),
            tail: String::new(),
            grants: vec![Grant::SendMessages],
            rate_limit: 1_000,
            expires_at: Some(at("2026-02-01T00:00:00Z")),
            role: Role::Admin,
            created_by: None,
            created_at: at("2026-01-01T00:00:00Z"),
            usage: TokenUsage {
                total: 5_000,
                last_used_at: None,
                window_began_at: at("2026-01-01T10:20:00.5Z"),
                in_window,
            },
        }
    }

    #[test]
    fn a_token_is_the_prefix_and_64_characters_of_hex_and_names_its_workspace() {
        let workspace_id = Id::from_bits(911_234_567_890_123_456).unwrap();
        let token = generate(workspace_id, &SeededRandomness::new(1));

        let body = token.expose().strip_prefix("wst_").unwrap();
        let permit = TokenPermit::<SendMessages>::presented(token.expose()).unwrap();

        assert_eq!(body.len(), 64);
        assert!(body.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)));
        assert_eq!(permit.workspace_id(), workspace_id);
        assert_eq!(permit.digest(), token.digest());
        assert!(token.expose().ends_with(&tail(&token)));
    }

    #[test]
    fn what_can_not_be_a_token_of_ours_is_none() {
        for text in ["", "wst_", "wst_x", "wsk_0123456789abcdef", "wst_ffffffffffffffff", "wst_ééééééééé"]
        {
            assert!(TokenPermit::<SendMessages>::presented(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_window_lasts_an_hour_from_its_first_request() {
        let (within, limit) = token(1).judge(at("2026-01-01T10:20:00.5Z"));
        let (still, last) = token(1_000).judge(at("2026-01-01T11:19:59Z"));
        let (over, none) = token(1_001).judge(at("2026-01-01T10:50:00Z"));

        assert!(within && still && !over);
        assert_eq!((limit.limit, limit.remaining, limit.seconds_to_reset), (1_000, 999, 3_600));
        assert_eq!((last.remaining, last.seconds_to_reset), (0, 2));
        assert_eq!((none.remaining, none.reset_at), (0, at("2026-01-01T11:20:01Z").as_second()));
    }

    #[test]
    fn a_token_may_do_what_it_was_given_and_the_star_is_everything() {
        let star = ApiToken { grants: vec![Grant::Everything], ..token(0) };
        assert!(token(0).may(Grant::SendMessages) && !token(0).may(Grant::ReadMembers));
        assert!(star.may(Grant::WriteDepartments));
        assert!(token(0).has_expired(at("2026-02-01T00:00:00Z")));
        assert!(!token(0).has_expired(at("2026-01-31T23:59:59Z")));
    }

    #[test]
    fn permissions_are_known_by_name_and_limits_have_bounds() {
        let spelled =
            |texts: &[&str]| grants(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>());
        assert_eq!(
            spelled(&["send:messages", "read:members", "send:messages"]),
            Ok(vec![Grant::ReadMembers, Grant::SendMessages])
        );
        assert!(spelled(&[]).is_err() && spelled(&["read:teams"]).is_err());
        assert_eq!((rate_limit(100), rate_limit(100_000)), (Ok(100), Ok(100_000)));
        assert!(rate_limit(99).is_err() && rate_limit(100_001).is_err() && rate_limit(-1).is_err());
    }
}
