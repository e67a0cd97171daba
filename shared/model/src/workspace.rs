//! Workspaces and their members.

use data_encoding::BASE64;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use strum::{Display, EnumString, VariantArray};

use crate::access::{ManageWorkspace, Permission, Role};
use crate::address::EmailAddress;
use crate::event::Watched;
use crate::field::{Reason, Refusal, check_length};
use crate::messaging::MessagingSettings;
use crate::plan::Plan;
use crate::session::SecretToken;
use crate::{Id, Randomness};

/// Most characters of a workspace's name.
pub const NAME_MAX_LENGTH: usize = 100;
/// Most bytes of a workspace's settings as JSON.
pub const SETTINGS_MAX_BYTES: usize = 16 * 1024;
/// Most levels of objects and arrays in a workspace's settings.
pub const SETTINGS_MAX_DEPTH: usize = 16;
/// Most members of a workspace.
pub const MAX_MEMBERS: u32 = 1_000;
/// What stands in front of an API key.
pub const API_KEY_PREFIX: &str = "wsk_";
/// What stands in front of a webhook secret.
pub const WEBHOOK_SECRET_PREFIX: &str = "whsec_";

/// A business that uses Switchboard.
#[derive(Clone, Debug, PartialEq)]
pub struct Workspace {
    /// Its id.
    pub id: Id,
    /// What it is called.
    pub name: String,
    /// Its name in URLs; unique.
    pub slug: String,
    /// What it pays for.
    pub plan: Plan,
    /// Whether it may be used.
    pub status: WorkspaceStatus,
    /// Whatever the business keeps here; a JSON object.
    pub settings: Value,
    /// SHA-256 of the API key.
    pub api_key_digest: String,
    /// The [`WorkspaceSecrets`], encrypted.
    pub sealed_secrets: Vec<u8>,
    /// The same secrets as shown to those who do not manage the workspace.
    pub masked_secrets: WorkspaceSecrets,
    /// Who made it.
    pub created_by: Id,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// The kinds of events that its webhooks are told of.
    pub watched: Watched,
    /// Counts changes, so that two at once do not overwrite each other.
    pub version: u32,
}

/// Whether a workspace may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum WorkspaceStatus {
    /// In use.
    Active,
    /// Can be looked at and made active again, nothing else.
    Suspended,
}

/// What the API shows again to those who manage a workspace, so it can't be stored as a digest.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspaceSecrets {
    /// Works as a bearer token for this workspace.
    pub api_key: String,
    /// Signs what is posted to the workspace's own webhooks.
    pub webhook_secret: String,
}

/// Characters at the end of a secret that its masked form shows.
const SHOWN_CHARACTERS: usize = 4;
/// Random bytes of a webhook secret (Standard Webhooks asks for 24 to 64).
const WEBHOOK_SECRET_BYTES: usize = 32;

impl WorkspaceSecrets {
    /// Secrets for a new workspace.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self { api_key: new_api_key(randomness), webhook_secret: new_webhook_secret(randomness) }
    }

    /// What may be shown to those who do not manage the workspace: which kind of secret it is and how it ends.
    #[must_use]
    pub fn masked(&self) -> Self {
        Self {
            api_key: masked(API_KEY_PREFIX, &self.api_key),
            webhook_secret: masked(WEBHOOK_SECRET_PREFIX, &self.webhook_secret),
        }
    }

    /// SHA-256 of the API key: what is stored and looked up.
    pub fn api_key_digest(&self) -> String {
        SecretToken::presented(self.api_key.as_str()).digest()
    }
}

/// An API key that nobody has.
pub fn new_api_key(randomness: &dyn Randomness) -> String {
    SecretToken::generate(API_KEY_PREFIX, randomness).expose().to_owned()
}

/// A webhook secret that nobody has, in the form of Standard Webhooks: `whsec_` and base64.
pub fn new_webhook_secret(randomness: &dyn Randomness) -> String {
    let mut bytes = [0; WEBHOOK_SECRET_BYTES];
    randomness.fill(&mut bytes);
    format!("{WEBHOOK_SECRET_PREFIX}{}", BASE64.encode(&bytes))
}

/// A webhook secret as it may be shown: which kind of secret it is and how it ends.
pub fn masked_webhook_secret(secret: &str) -> String {
    masked(WEBHOOK_SECRET_PREFIX, secret)
}

fn masked(prefix: &str, secret: &str) -> String {
    let end = secret.len().saturating_sub(SHOWN_CHARACTERS).max(prefix.len());
    format!("{prefix}…{}", secret.get(end..).unwrap_or_default())
}

impl std::fmt::Debug for WorkspaceSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WorkspaceSecrets(…)")
    }
}

/// A person's place in a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The id of the membership.
    pub id: Id,
    /// The workspace.
    pub workspace_id: Id,
    /// The person; one who was invited has an id before they have an account.
    pub user_id: Id,
    /// Their address.
    pub email: EmailAddress,
    /// What they may do.
    pub role: Role,
    /// Whether they have come in.
    pub status: MemberStatus,
    /// What they do, in the workspace's own words.
    pub title: Option<String>,
    /// The department that they belong to.
    pub department_id: Option<Id>,
    /// When they were added.
    pub joined_at: Timestamp,
}

impl Member {
    /// Whether having the address is enough to come in where the person is invited. Nothing proves that it is theirs, so
    /// whoever is to manage the workspace needs the token of the invitation.
    pub fn comes_in_by_address(&self) -> bool {
        !ManageWorkspace::ROLES.contains(&self.role)
    }
}

/// Most characters of a member's title.
pub const TITLE_MAX_LENGTH: usize = 100;

/// A member's title without surrounding space; `None` where nothing is left.
pub fn member_title(text: &str) -> Result<Option<String>, Refusal> {
    let title = text.trim();
    check_length(title, 0, TITLE_MAX_LENGTH)?;
    Ok((!title.is_empty()).then(|| title.to_owned()))
}

/// Whether a member has come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, VariantArray)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum MemberStatus {
    /// They had an account when they were added, or took up the invitation.
    Active,
    /// They were added by an address without an account, and have not taken up the invitation.
    Invited,
}

/// A workspace's name without surrounding space.
pub fn workspace_name(text: &str) -> Result<String, Refusal> {
    let name = text.trim();
    check_length(name, 1, NAME_MAX_LENGTH)?;
    Ok(name.to_owned())
}

/// The slug that a name asks for. Names without a letter or digit that can be spelled in ASCII give `workspace`.
pub fn slug_of(name: &str) -> String {
    let slug: String = slug::slugify(name).chars().take(60).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "workspace".to_owned() } else { slug.to_owned() }
}

/// Checks that `settings` is an object within the bounds of size and depth, that a limit of requests in it lets at
/// least one through, since a workspace must not lock itself out, and what they say of messages.
pub fn check_settings(settings: &Value) -> Result<(), Refusal> {
    if !settings.is_object() {
        return Err(Refusal::new(Reason::WrongType, "Input should be a valid dictionary"));
    }
    if depth(settings) > SETTINGS_MAX_DEPTH {
        return Err(Refusal::new(
            Reason::TooLong,
            format!("should be at most {SETTINGS_MAX_DEPTH} levels deep"),
        ));
    }
    if settings.to_string().len() > SETTINGS_MAX_BYTES {
        return Err(Refusal::new(Reason::TooLong, format!("should have at most {SETTINGS_MAX_BYTES} bytes")));
    }
    for name in ["requests_per_hour", "requests_per_day"] {
        let limit = &settings["rate_limits"][name];
        let allowed =
            limit.is_null() || limit.as_u64().is_some_and(|limit| (1..=u64::from(u32::MAX)).contains(&limit));
        if !allowed {
            let message = format!("rate_limits.{name} should be a whole number from 1 to {}", u32::MAX);
            return Err(Refusal::new(Reason::OutOfRange, message));
        }
    }
    MessagingSettings::check(settings)
}

/// How many levels of objects and arrays `value` has.
pub(crate) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::random::SeededRandomness;

    #[test]
    fn secrets_are_random_and_masked_but_for_their_end() {
        let randomness = SeededRandomness::new(1);
        let secrets = WorkspaceSecrets::generate(&randomness);

        let key = secrets.api_key.strip_prefix("wsk_").unwrap();
        let webhook = secrets.webhook_secret.strip_prefix("whsec_").unwrap();
        let masked = secrets.masked();
        assert_eq!(key.len(), 43);
        assert_eq!(BASE64.decode(webhook.as_bytes()).unwrap().len(), 32);
        assert_eq!(masked.api_key, format!("wsk_…{}", &key[39..]));
        assert_eq!(masked.webhook_secret, format!("whsec_…{}", &webhook[webhook.len() - 4..]));
        assert_ne!(WorkspaceSecrets::generate(&randomness), secrets);
    }

    #[test]
    fn a_workspace_can_not_lock_itself_out() {
        for limit in [json!(0), json!(-1), json!("10"), json!(1.5), json!(5_000_000_000_u64)] {
            let settings = json!({"rate_limits": {"requests_per_hour": limit}});
            assert!(check_settings(&settings).is_err(), "{settings}");
        }
        for settings in [json!({"rate_limits": {"requests_per_day": 1}}), json!({"rate_limits": null})] {
            assert!(check_settings(&settings).is_ok(), "{settings}");
        }
    }

    #[test]
    fn a_slug_is_made_of_the_name() {
        assert_eq!(slug_of("My Company"), "my-company");
        assert_eq!(slug_of("Käse & Söhne GmbH"), "kase-sohne-gmbh");
        assert_eq!(slug_of("!!!"), "workspace");
        assert!(slug_of(&"a".repeat(100)).len() <= 60);
    }

    #[test]
    fn settings_are_a_bounded_object() {
        let deep = (0..20).fold(json!({}), |inner, _| json!({"inner": inner}));
        assert!(check_settings(&json!({"feature_flags": {}})).is_ok());
        assert!(check_settings(&json!([])).is_err());
        assert!(check_settings(&deep).is_err());
        assert!(check_settings(&json!({"text": "x".repeat(SETTINGS_MAX_BYTES)})).is_err());
    }
}
