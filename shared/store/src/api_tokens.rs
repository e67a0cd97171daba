//! API tokens, and what a request with one reads first: patterns K1 to K5.

use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::api_token::{ApiToken, Grant, MAX_TOKENS, TokenUsage, WINDOW};

use crate::expression::{Change, Check, number};
use crate::item::StoredForm;
use crate::{Attributes, Condition, Store, StoreError, keys};

/// A token as stored. What it was used is counted on it, so that finding and counting are one call.
#[derive(Serialize, Deserialize)]
struct StoredApiToken {
    id: Id,
    workspace_id: Id,
    name: String,
    digest: String,
    tail: String,
    grants: Vec<Grant>,
    rate_limit: u32,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    expires_at: Option<Timestamp>,
    role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_by: Option<Id>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    created_at: Timestamp,
    used: u64,
    #[serde(
        default,
        with = "jiff::fmt::serde::timestamp::millisecond::optional",
        skip_serializing_if = "Option::is_none"
    )]
    last_used_at: Option<Timestamp>,
    #[serde(with = "jiff::fmt::serde::timestamp::millisecond::required")]
    window_at: Timestamp,
    window_used: u32,
}

impl StoredForm for StoredApiToken {
    const ENTITY: &'static str = "api_token";
}

/// A token in its workspace's list.
#[derive(Serialize, Deserialize)]
struct StoredListing {
    id: Id,
    digest: String,
}

impl StoredForm for StoredListing {
    const ENTITY: &'static str = "api_token_listing";
}

const COUNT: &str = "api_tokens";
const WINDOW_AT: &str = "window_at";
/// How often a use is tried: once in the window that is known, once to begin another, once in the one that somebody
/// else began meanwhile; and as often again where a rotation comes in between.
const TRIES: usize = 6;

/// What came of one try to count a use.
enum Use {
    Counted(Attributes),
    /// There is a token, but its window is another.
    OtherWindow,
    Unknown,
    Collided,
}

impl Store {
    /// K1: finds the token with this digest and counts a use of it at `now`: one update, or two for the first use
    /// of a window. What is answered includes this use.
    pub async fn use_api_token(&self, digest: &str, now: Timestamp) -> Result<Option<ApiToken>, StoreError> {
        let mut begin = false;
        for _ in 0..TRIES {
            match self.try_to_use(digest, now, begin).await? {
                Use::Counted(item) => {
                    let stored = self.read::<StoredApiToken>(&keys::api_token(digest), item)?;
                    return Ok(Some(stored.into()));
                }
                Use::OtherWindow => begin = !begin,
                Use::Unknown => return Ok(None),
                Use::Collided => {}
            }
        }
        Err(StoreError::Throttled("a token is changed again and again".into()))
    }

    async fn try_to_use(&self, digest: &str, now: Timestamp, begin: bool) -> Result<Use, StoreError> {
        let now = now.as_millisecond();
        let oldest = now - i64::try_from(WINDOW.as_millis()).unwrap_or(0);
        let change = Change::default().set("last_used_at", number(now)).add("used", 1);
        let change = if begin {
            let over = Check::Below(WINDOW_AT, number(oldest + 1));
            change
                .set(WINDOW_AT, number(now))
                .set("window_used", number(1))
                .only_if(over, Condition::Contested)
        } else {
            let running = Check::Above(WINDOW_AT, number(oldest));
            change.add("window_used", 1).only_if(running, Condition::Contested)
        };
        let (update, check, expression, _) = change.build();
        let key = keys::api_token(digest);
        let request = self
            .client
            .update_item()
            .table_name(self.names.of(key.table))
            .set_key(Some(key.attributes()))
            .update_expression(update)
            .set_condition_expression(check)
            .set_expression_attribute_names(expression.names())
            .set_expression_attribute_values(expression.values())
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match Box::pin(request.send()).await {
            Ok(answer) => Ok(Use::Counted(answer.attributes.unwrap_or_default())),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(failed)) => {
                    let known = failed.item().is_some_and(|item| !item.is_empty());
                    Ok(if known { Use::OtherWindow } else { Use::Unknown })
                }
                Some(UpdateItemError::TransactionConflictException(_)) => Ok(Use::Collided),
                _ => Err(error.into()),
            },
        }
    }

    /// K3: creates a token. Fails as `IdTaken`, `TooManyApiTokens`, or `Contested` where the workspace is deleted.
    pub async fn create_api_token(&self, token: &ApiToken) -> Result<(), StoreError> {
        let room = Check::Any(vec![Check::Lacks(COUNT), Check::Below(COUNT, number(MAX_TOKENS))]);
        let tally = Change::default().add(COUNT, 1).only_if(room, Condition::TooManyApiTokens);
        let listing = StoredListing { id: token.id, digest: token.digest.clone() };
        self.transaction()
            .create(&keys::workspace_api_token(token.workspace_id, token.id), &listing, Condition::IdTaken)?
            .create(&keys::api_token(&token.digest), &StoredApiToken::from(token), Condition::IdTaken)?
            .update(&keys::tally(token.workspace_id), tally)?
            .workspace_lives(token.workspace_id)?
            .commit()
            .await
    }

    /// K4: the tokens of a workspace, by age.
    pub async fn api_tokens(&self, workspace_id: Id) -> Result<Vec<ApiToken>, StoreError> {
        let listed = self.list::<StoredListing>(&keys::workspace_api_tokens(workspace_id)).await?;
        let wanted: Vec<_> = listed.iter().map(|listing| keys::api_token(&listing.digest)).collect();
        let found = self.get_all(&wanted).await?;
        found
            .into_iter()
            .map(|(key, item)| self.read::<StoredApiToken>(&key, item).map(ApiToken::from))
            .collect()
    }

    /// K4, for one: the token of a workspace with this id. Where it is rotated between the two reads, it is looked for
    /// once more.
    pub async fn api_token(&self, workspace_id: Id, id: Id) -> Result<Option<ApiToken>, StoreError> {
        for _ in 0..2 {
            let listing = self.get::<StoredListing>(&keys::workspace_api_token(workspace_id, id)).await?;
            let Some(listing) = listing else { return Ok(None) };
            let token = self.get::<StoredApiToken>(&keys::api_token(&listing.digest)).await?;
            if let Some(token) = token {
                return Ok(Some(token.into()));
            }
        }
        Ok(None)
    }

    /// K5: gives a token another digest, at once and with what it was used; uses in the same moment may go uncounted.
    /// Fails as `Contested` where it was rotated or deleted since it was read.
    pub async fn rotate_api_token(&self, rotated: &ApiToken, old_digest: &str) -> Result<(), StoreError> {
        let listing = StoredListing { id: rotated.id, digest: rotated.digest.clone() };
        let listing_key = keys::workspace_api_token(rotated.workspace_id, rotated.id);
        let same = Check::Equals("digest", crate::expression::string(old_digest));
        self.transaction()
            .put_if(&listing_key, &listing, same, Condition::Contested)?
            .create(&keys::api_token(&rotated.digest), &StoredApiToken::from(rotated), Condition::IdTaken)?
            .delete(&keys::api_token(old_digest), None)?
            .commit()
            .await
    }

    /// K5: deletes a token. Fails as `Contested` where it was rotated or deleted since it was read.
    pub async fn delete_api_token(&self, token: &ApiToken) -> Result<(), StoreError> {
        let same = Check::Equals("digest", crate::expression::string(&token.digest));
        let listing = keys::workspace_api_token(token.workspace_id, token.id);
        self.transaction()
            .delete(&listing, Some((same, Condition::Contested)))?
            .delete(&keys::api_token(&token.digest), None)?
            .update(&keys::tally(token.workspace_id), Change::default().add(COUNT, -1))?
            .commit()
            .await
    }
}

impl From<&ApiToken> for StoredApiToken {
    fn from(token: &ApiToken) -> Self {
        Self {
            id: token.id,
            workspace_id: token.workspace_id,
            name: token.name.clone(),
            digest: token.digest.clone(),
            tail: token.tail.clone(),
            grants: token.grants.clone(),
            rate_limit: token.rate_limit,
            expires_at: token.expires_at,
            role: token.role,
            created_by: token.created_by,
            created_at: token.created_at,
            used: token.usage.total,
            last_used_at: token.usage.last_used_at,
            window_at: token.usage.window_began_at,
            window_used: token.usage.in_window,
        }
    }
}

impl From<StoredApiToken> for ApiToken {
    fn from(stored: StoredApiToken) -> Self {
        Self {
            id: stored.id,
            workspace_id: stored.workspace_id,
            name: stored.name,
            digest: stored.digest,
            tail: stored.tail,
            grants: stored.grants,
            rate_limit: stored.rate_limit,
            expires_at: stored.expires_at,
            role: stored.role,
            created_by: stored.created_by,
            created_at: stored.created_at,
            usage: TokenUsage {
                total: stored.used,
                last_used_at: stored.last_used_at,
                window_began_at: stored.window_at,
                in_window: stored.window_used,
            },
        }
    }
}
