//! API tokens on the wire.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::DomainError;
use switchboard_model::api_token::{
    ApiToken, Grant, PREFIX, RATE_LIMIT_DEFAULT, grants, rate_limit, token_name,
};
use switchboard_model::field::{Checks, Reason, Refusal};
use switchboard_model::session::SecretToken;
use utoipa::ToSchema;

use crate::WireId;

/// Stars in the place of what a token's shown form does not show.
const STARS: usize = 24;

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({"name": "Deployments", "permissions": ["send:messages", "read:channels"], "rate_limit": 1_000}))]
pub struct CreateApiTokenIn {
    /// What it is for, 1 to 100 characters.
    #[schema(example = "Deployments", min_length = 1, max_length = 100)]
    name: String,
    /// What it may do: `read:members`, `write:members`, `read:channels`, `write:channels`, `send:messages`,
    /// `read:departments`, `write:departments`, or `*` for all.
    #[schema(example = json!(["send:messages", "read:channels"]))]
    permissions: Vec<String>,
    /// Requests an hour, 100 to 100,000; 1,000 where it is left out.
    #[schema(value_type = Option<u32>, minimum = 100, maximum = 100_000, example = 1_000)]
    rate_limit: Option<i64>,
    /// When it ends, a time to come; never by itself where it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    expires_at: Option<String>,
}

/// The checked form of [`CreateApiTokenIn`].
#[derive(Debug)]
pub struct CreateApiToken {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub grants: Vec<Grant>,
    /// Requests an hour.
    pub rate_limit: u32,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

impl TryFrom<CreateApiTokenIn> for CreateApiToken {
    type Error = DomainError;

    fn try_from(wire: CreateApiTokenIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let name = checks.body("name", token_name(&wire.name));
        let grants = checks.body("permissions", grants(&wire.permissions));
        let limit = checks.body("rate_limit", wire.rate_limit.map_or(Ok(RATE_LIMIT_DEFAULT), rate_limit));
        let ends = checks.body("expires_at", wire.expires_at.as_deref().map(time).transpose());
        let checked = name.zip(grants).zip(limit).zip(ends);
        let (((name, grants), rate_limit), expires_at) = checks.finish(checked)?;
        Ok(Self { name, grants, rate_limit, expires_at })
    }
}

/// The moment that `text` tells.
pub(crate) fn time(text: &str) -> Result<Timestamp, Refusal> {
    text.parse().map_err(|_| Refusal::new(Reason::BadValue, "Input should be a time in ISO 8601 with a zone"))
}

/// An API token.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiTokenOut {
    /// Its id, which stays when it is rotated.
    pub id: WireId,
    /// The token: in full only where it is created or rotated, otherwise its end.
    #[schema(example = "wst_************************901234ab")]
    pub token: String,
    /// What it is for.
    #[schema(example = "Deployments")]
    pub name: String,
    /// What it may do.
    #[schema(example = json!(["send:messages"]))]
    pub permissions: Vec<String>,
    /// Requests an hour.
    #[schema(example = 1_000)]
    pub rate_limit: u32,
    /// When it ends, if it does by itself.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was used last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
    /// How often it was used, requests over the limit included.
    #[schema(example = 0)]
    pub usage_count: u64,
    /// Who made it; nobody where that was done with the API key of the workspace.
    pub created_by: Option<WireId>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
}

impl From<ApiToken> for ApiTokenOut {
    fn from(token: ApiToken) -> Self {
        Self {
            id: token.id.into(),
            token: format!("{PREFIX}{}{}", "*".repeat(STARS), token.tail),
            name: token.name,
            permissions: token.grants.iter().map(ToString::to_string).collect(),
            rate_limit: token.rate_limit,
            expires_at: token.expires_at,
            last_used_at: token.usage.last_used_at,
            usage_count: token.usage.total,
            created_by: token.created_by.map(WireId::from),
            created_at: token.created_at,
        }
    }
}

impl From<(ApiToken, SecretToken)> for ApiTokenOut {
    fn from((token, secret): (ApiToken, SecretToken)) -> Self {
        Self { token: secret.expose().to_owned(), ..Self::from(token) }
    }
}
