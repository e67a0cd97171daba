//! Access tokens: what one may do, and a longer-lived one in its place.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use switchboard_model::phone_number::MetaId;

use crate::{Graph, GraphError, loose};

/// What Graph knows of a token (Meta, `debug_token`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInfo {
    /// Whether it works.
    pub is_valid: bool,
    /// The app that it was made for.
    pub app_id: Option<String>,
    /// When it expires; `None` is never.
    pub expires_at: Option<Timestamp>,
    /// What it may do, such as `whatsapp_business_messaging`.
    pub scopes: Vec<String>,
    /// What it may do to which accounts.
    pub granular_scopes: Vec<GranularScope>,
}

/// A permission and whom it concerns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GranularScope {
    /// The permission.
    pub scope: String,
    /// Whom it concerns; empty is everyone whom the token's owner can see.
    pub target_ids: Vec<MetaId>,
}

impl TokenInfo {
    /// Whether the token has a permission.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known == scope)
            || self.granular_scopes.iter().any(|known| known.scope == scope)
    }

    /// The WhatsApp business account, where the token is for exactly one.
    pub fn business_id(&self) -> Option<&MetaId> {
        let concerned =
            self.granular_scopes.iter().filter(|granular| granular.scope.starts_with("whatsapp_business"));
        let mut ids = concerned.flat_map(|granular| &granular.target_ids);
        let first = ids.next()?;
        ids.all(|id| id == first).then_some(first)
    }
}

/// A token that took another's place.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// The token.
    pub token: SecretString,
    /// How long it lives; `None` where Graph sets no end.
    pub expires_in: Option<Duration>,
}

impl Graph {
    /// What Graph knows of `token`, asked in the name of the app.
    pub async fn debug_token(
        &self,
        app_id: &str,
        app_secret: &SecretString,
        token: &SecretString,
    ) -> Result<TokenInfo, GraphError> {
        let app_token = SecretString::from(format!("{app_id}|{}", app_secret.expose_secret()));
        let query = [("input_token", token.expose_secret())];
        let answer = self.get(Some(&app_token), "debug_token", &query).await?;
        token_info(&answer["data"]).ok_or(GraphError::Unreadable { http_status: 200 })
    }

    /// A token of about 60 days for one that still works (Meta, long-lived access tokens).
    pub async fn exchange_token(
        &self,
        app_id: &str,
        app_secret: &SecretString,
        token: &SecretString,
    ) -> Result<NewToken, GraphError> {
        let query = [
            ("grant_type", "fb_exchange_token"),
            ("client_id", app_id),
            ("client_secret", app_secret.expose_secret()),
            ("fb_exchange_token", token.expose_secret()),
        ];
        let answer = self.get(None, "oauth/access_token", &query).await?;
        new_token(&answer).ok_or(GraphError::Unreadable { http_status: 200 })
    }
}

fn token_info(data: &Value) -> Option<TokenInfo> {
    let list = |value: &Value| value.as_array().map(Vec::as_slice).unwrap_or_default().to_vec();
    let granular = |entry: &Value| {
        let ids = list(&entry["target_ids"]);
        let target_ids = ids.iter().filter_map(|id| loose::text(id)?.parse().ok()).collect();
        Some(GranularScope { scope: loose::text(&entry["scope"])?, target_ids })
    };
    Some(TokenInfo {
        is_valid: data["is_valid"].as_bool()?,
        app_id: loose::text(&data["app_id"]),
        // 0 is never.
        expires_at: loose::time(&data["expires_at"]).filter(|at| at.as_second() > 0),
        scopes: list(&data["scopes"]).iter().filter_map(loose::text).collect(),
        granular_scopes: list(&data["granular_scopes"]).iter().filter_map(granular).collect(),
    })
}

fn new_token(answer: &Value) -> Option<NewToken> {
    let seconds = loose::integer(&answer["expires_in"]).and_then(|seconds| u64::try_from(seconds).ok());
    Some(NewToken {
        token: SecretString::from(loose::text(&answer["access_token"])?),
        expires_in: seconds.filter(|seconds| *seconds > 0).map(Duration::from_secs),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_token_says_what_it_may_do_and_to_whom() {
        let info = token_info(&json!({
            "app_id": "1", "is_valid": true, "expires_at": 1_800_000_000,
            "scopes": ["whatsapp_business_management", "whatsapp_business_messaging"],
            "granular_scopes": [
                {"scope": "whatsapp_business_management", "target_ids": ["77"]},
                {"scope": "whatsapp_business_messaging", "target_ids": [77]},
                {"scope": "public_profile"},
            ],
        }))
        .unwrap();
        assert!(info.is_valid && info.has_scope("whatsapp_business_messaging") && !info.has_scope("email"));
        assert_eq!(info.business_id().map(MetaId::as_str), Some("77"));
        assert_eq!(info.expires_at, Timestamp::from_second(1_800_000_000).ok());
    }

    #[test]
    fn a_token_of_several_accounts_names_none() {
        let scopes = json!([{"scope": "whatsapp_business_management", "target_ids": ["77", "78"]}]);
        let info =
            token_info(&json!({"is_valid": true, "expires_at": 0, "granular_scopes": scopes})).unwrap();
        assert_eq!((info.business_id(), info.expires_at), (None, None));
        assert_eq!(token_info(&json!({"app_id": "1"})), None);
    }

    #[test]
    fn a_new_token_does_not_print() {
        let new =
            new_token(&json!({"access_token": "EAAnew", "token_type": "bearer", "expires_in": 5_183_944}))
                .unwrap();
        assert_eq!(new.expires_in, Some(Duration::from_secs(5_183_944)));
        assert!(!format!("{new:?}").contains("EAAnew"));
        assert!(new_token(&json!({"token_type": "bearer"})).is_none());
    }
}
