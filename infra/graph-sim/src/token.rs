//! Access tokens: which work, and the magic ones, which the README lists.

use std::time::Duration;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use serde::Deserialize;

use crate::clock;
use crate::codes;
use crate::failure::{Failure, GraphError};
use crate::state::{Simulator, Store};
use crate::webhook::sign;

/// What a call needs the token for (Meta, WhatsApp permissions).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// `whatsapp_business_messaging`: messages and media.
    Messaging,
    /// `whatsapp_business_management`: numbers, templates, subscriptions.
    Management,
    /// To subscribe the app to the account, which takes more than the permission.
    Subscription,
}

/// What a magic token does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    Expired,
    Invalid,
    NoPermission,
    NoMessaging,
    NoManagement,
    NoSubscription,
    Expiring,
    NeverExpires,
    Down,
    Page,
    Lost,
    Slow,
    Code(u32),
}

const PREFIXES: &[(&str, Effect)] = &[
    ("EAAexpired", Effect::Expired),
    ("EAAinvalid", Effect::Invalid),
    ("EAAnopermission", Effect::NoPermission),
    ("EAAnomessaging", Effect::NoMessaging),
    ("EAAnomanagement", Effect::NoManagement),
    ("EAAnosubscription", Effect::NoSubscription),
    ("EAAexpiring", Effect::Expiring),
    ("EAAneverexpires", Effect::NeverExpires),
    ("EAAdown", Effect::Down),
    ("EAApage", Effect::Page),
    ("EAAlost", Effect::Lost),
    ("EAAslow", Effect::Slow),
];

/// How long ordinary tokens live, in seconds (Meta, long-lived tokens: about 60 days).
pub const LIFETIME_SECONDS: u64 = 5_183_944;

fn effect(token: &str) -> Option<Effect> {
    if let Some(digits) = token.strip_prefix("EAAcode").and_then(|rest| rest.get(..7)) {
        let code = digits.parse().ok()?;
        return codes::lookup(code).map(|row| Effect::Code(row.code));
    }
    PREFIXES.iter().find(|(prefix, _)| token.starts_with(prefix)).map(|(_, effect)| *effect)
}

/// A caller's token that was let in.
#[derive(Clone, Debug)]
pub struct Token(pub String);

impl Token {
    /// Refuses the call if the token lacks a permission.
    pub fn require(&self, scope: Scope) -> Result<(), GraphError> {
        match (effect(&self.0), scope) {
            (Some(Effect::NoMessaging), Scope::Messaging) => Err(GraphError::of(131_005)),
            (Some(Effect::NoManagement), Scope::Management)
            | (Some(Effect::NoSubscription), Scope::Subscription) => Err(GraphError::of(200)),
            _ => Ok(()),
        }
    }
}

#[derive(Deserialize)]
struct Credentials {
    access_token: Option<String>,
    appsecret_proof: Option<String>,
}

impl FromRequestParts<Simulator> for Token {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, simulator: &Simulator) -> Result<Self, Failure> {
        let Query(query) = Query::<Credentials>::try_from_uri(&parts.uri)
            .map_err(|_| GraphError::parameter("The query string is malformed"))?;
        let token = bearer(&parts.headers)
            .or(query.access_token)
            .ok_or_else(|| GraphError::invalid_token("An access token is required"))?;
        if let Some(proof) = query.appsecret_proof {
            let expected = sign::hmac_hex(&simulator.store().config.app_secret, token.as_bytes());
            if proof != expected {
                return Err(GraphError::parameter("Invalid appsecret_proof").into());
            }
        }
        admit(simulator, &token).await?;
        Ok(Self(token))
    }
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let known = scheme.eq_ignore_ascii_case("bearer") || scheme.eq_ignore_ascii_case("oauth");
    known.then(|| token.trim().to_owned())
}

/// Brings on what the token stands for, if that is the same for all calls.
pub async fn admit(simulator: &Simulator, token: &str) -> Result<(), Failure> {
    check(&simulator.store(), token)?;
    if effect(token) == Some(Effect::Slow) {
        let delay = simulator.store().config.delays.slow_answer;
        tokio::time::sleep(Duration::from_millis(delay)).await;
    }
    Ok(())
}

fn check(store: &Store, token: &str) -> Result<(), Failure> {
    if is_app_token(store, token) {
        return Ok(());
    }
    if !token.starts_with("EAA") {
        return Err(GraphError::invalid_token("Cannot parse access token").into());
    }
    if store.issued_tokens.get(token).is_some_and(|expiry| *expiry <= clock::now_seconds()) {
        return Err(GraphError::of(190).into());
    }
    match effect(token) {
        Some(Effect::Expired) => Err(GraphError::of(190).into()),
        Some(Effect::Invalid) => Err(GraphError::invalid_token("Error validating access token").into()),
        Some(Effect::NoPermission) => Err(GraphError::of(10).into()),
        Some(Effect::Down) => Err(GraphError::of(2).into()),
        Some(Effect::Page) => Err(Failure::Page),
        Some(Effect::Lost) => Err(Failure::Lost),
        Some(Effect::Code(code)) => Err(GraphError::of(code).into()),
        _ => Ok(()),
    }
}

/// The app's own token, as `client_credentials` gives it.
pub fn app_token(store: &Store) -> String {
    let proof = sign::hmac_hex(&store.config.app_secret, store.config.app_id.as_bytes());
    format!("{}|{}", store.config.app_id, &proof[..27.min(proof.len())])
}

/// Whether a token is the app's own: the issued one, or app id and secret joined.
pub fn is_app_token(store: &Store, token: &str) -> bool {
    token == app_token(store) || token == format!("{}|{}", store.config.app_id, store.config.app_secret)
}

/// What `debug_token` says of a token.
#[derive(Debug)]
pub struct Inspection {
    /// Whether it works.
    pub is_valid: bool,
    /// Why not: code, subcode, message.
    pub error: Option<(u32, Option<u32>, &'static str)>,
    /// Seconds since the epoch; 0: never.
    pub expires_at: u64,
    /// Granted permissions.
    pub scopes: Vec<&'static str>,
}

/// Inspects a token without using it.
pub fn inspect(store: &Store, token: &str) -> Inspection {
    const MESSAGING: &str = "whatsapp_business_messaging";
    const MANAGEMENT: &str = "whatsapp_business_management";
    let now = clock::now_seconds();
    let effect = effect(token);
    let expired = store.issued_tokens.get(token).is_some_and(|expiry| *expiry <= now);
    let error = match effect {
        Some(Effect::Expired) => Some((190, Some(463), "The session has expired")),
        _ if expired => Some((190, Some(463), "The session has expired")),
        Some(Effect::Invalid) => Some((190, None, "The session is invalid")),
        _ if !token.starts_with("EAA") => Some((190, None, "The token cannot be parsed")),
        _ => None,
    };
    let expires_at = match effect {
        Some(Effect::Expired) => now - 3600,
        Some(Effect::Expiring) => now + 3600,
        Some(Effect::NeverExpires) => 0,
        _ => store.issued_tokens.get(token).copied().unwrap_or(now + LIFETIME_SECONDS),
    };
    let scopes = match effect {
        _ if error.is_some() => vec![],
        Some(Effect::NoPermission) => vec![],
        Some(Effect::NoMessaging) => vec![MANAGEMENT],
        Some(Effect::NoManagement) => vec![MESSAGING],
        _ => vec![MESSAGING, MANAGEMENT],
    };
    Inspection { is_valid: error.is_none(), error, expires_at, scopes }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_every_magic_token() {
        let readme = include_str!("../README.md");
        assert!(PREFIXES.iter().all(|(prefix, _)| readme.contains(&format!("| `{prefix}` |"))));
    }

    #[test]
    fn codes_are_read_from_the_token() {
        assert_eq!(effect("EAAcode0131031abc"), Some(Effect::Code(131_031)));
        assert_eq!(effect("EAAcode9999999"), None);
        assert_eq!(effect("EAAordinary"), None);
    }
}
