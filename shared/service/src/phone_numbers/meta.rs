//! What Meta says of a number and of the token for it.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use switchboard_graph::{Disposition, Graph, GraphError, NumberInfo, TokenInfo};
use switchboard_model::DomainError;
use switchboard_model::field::{FieldError, Reason};
use switchboard_model::phone_number::{AccessToken, MetaId, MetaNumber};
use switchboard_vault::{MetaSecrets, Secret};

/// What a token must allow: to send messages (Meta, WhatsApp permissions).
const MESSAGING: &str = "whatsapp_business_messaging";
/// Meta's code of a token that does not work.
const TOKEN_INVALID: i64 = 190;

/// Graph, asked in the name of the deployment's Meta app.
#[derive(Clone)]
pub struct MetaApp {
    graph: Graph,
    id: String,
    secrets: Arc<Secret<MetaSecrets>>,
}

/// What Meta says of a number and of a token that is good for it.
#[derive(Debug, PartialEq)]
pub(super) struct Inspection {
    /// The number.
    pub(super) number: MetaNumber,
    /// When the token expires; `None` is never.
    pub(super) token_expires_at: Option<Timestamp>,
    /// The account that Meta says the number belongs to, where it says so.
    owner: Option<MetaId>,
    /// The accounts that the token is for; none where it does not say.
    accounts: Vec<MetaId>,
}

/// A token in another's place.
#[derive(Debug)]
pub(super) struct ExchangedToken {
    /// The token.
    pub(super) token: SecretString,
    /// How long it lives; `None` is for ever.
    pub(super) lifetime: Option<Duration>,
}

impl MetaApp {
    /// The app `id`, whose secret is among `secrets`.
    pub fn new(graph: Graph, id: String, secrets: Arc<Secret<MetaSecrets>>) -> Self {
        Self { graph, id, secrets }
    }

    /// What Meta says of a number and of `token`, asked side by side. Fails where the token is not good to send
    /// from the number.
    pub(super) async fn inspect(
        &self,
        meta_id: &MetaId,
        token: &AccessToken,
    ) -> Result<Inspection, DomainError> {
        let secrets = self.secrets.get().await?;
        let token = SecretString::from(token.expose());
        let (number, info) = futures::join!(
            self.graph.phone_number(&token, meta_id),
            self.graph.debug_token(&self.id, &secrets.app_secret, &token),
        );
        judge(number, info)
    }

    /// Graph itself.
    pub(super) fn graph(&self) -> Graph {
        self.graph.clone()
    }

    /// A token that lives longer than `token`.
    pub(super) async fn exchange(&self, token: &SecretString) -> Result<ExchangedToken, DomainError> {
        let secrets = self.secrets.get().await?;
        let new = self.graph.exchange_token(&self.id, &secrets.app_secret, token).await?;
        Ok(ExchangedToken { token: new.token, lifetime: new.expires_in })
    }
}

impl Inspection {
    /// The account that the number belongs to: the `given` one, unless Meta knows better, or else Meta's.
    pub(super) fn business_id(&self, given: Option<MetaId>) -> Result<Option<MetaId>, DomainError> {
        let known = self.owner.as_ref().map_or(self.accounts.as_slice(), std::slice::from_ref);
        match given {
            Some(given) if known.is_empty() || known.contains(&given) => Ok(Some(given)),
            Some(_) => {
                let message = "should be the WhatsApp business account that the phone number belongs to";
                Err(DomainError::field(FieldError::body("business_id", Reason::BadValue, message)))
            }
            None => Ok(match known {
                [only] => Some(only.clone()),
                _ => None,
            }),
        }
    }
}

/// What both answers say together. A refusal counts before a failure that may pass, and Meta's own words of a
/// token before ours.
fn judge(
    number: Result<NumberInfo, GraphError>,
    token: Result<TokenInfo, GraphError>,
) -> Result<Inspection, DomainError> {
    let number = number.map_err(DomainError::from);
    if let Err(refused @ DomainError::MetaRefused { .. }) = number {
        return Err(refused);
    }
    let token = token.map_err(of_inspection)?;
    if !token.is_valid {
        let message = "the access token is not valid".to_owned();
        return Err(DomainError::MetaRefused { code: TOKEN_INVALID, message });
    }
    if !token.has_scope(MESSAGING) {
        return Err(DomainError::TokenLacksPermission { permission: MESSAGING });
    }
    let number = number?;
    Ok(Inspection {
        number: number.number,
        token_expires_at: token.expires_at,
        owner: number.business_id,
        accounts: accounts(&token),
    })
}

/// A failed inspection of a token. What Meta has against whoever asks it has against our app, which the caller
/// can do nothing about.
fn of_inspection(error: GraphError) -> DomainError {
    match error.refusal().map(switchboard_graph::Refusal::disposition) {
        Some(Disposition::StopNumber | Disposition::StopAccount) => {
            DomainError::MetaUnavailable { source: Box::new(error) }
        }
        _ => error.into(),
    }
}

fn accounts(token: &TokenInfo) -> Vec<MetaId> {
    let concerned =
        token.granular_scopes.iter().filter(|granular| granular.scope.starts_with("whatsapp_business"));
    let mut ids: Vec<MetaId> = concerned.flat_map(|granular| granular.target_ids.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

#[cfg(test)]
mod tests {
    use switchboard_graph::GranularScope;
    use switchboard_model::phone_number::QualityRating;

    use super::*;

    fn id(digits: &str) -> MetaId {
        digits.parse().unwrap()
    }

    fn number(business_id: Option<&str>) -> NumberInfo {
        NumberInfo {
            number: MetaNumber {
                phone_number: "+16505551234".parse().unwrap(),
                verified_name: None,
                quality_rating: QualityRating::Green,
                message_limit: None,
                tier: "STANDARD".to_owned(),
                is_connected: true,
            },
            business_id: business_id.map(id),
            status: None,
            code_verification_status: None,
            name_status: None,
            account_mode: None,
        }
    }

    fn token(accounts: &[&str]) -> TokenInfo {
        let scope = GranularScope {
            scope: MESSAGING.to_owned(),
            target_ids: accounts.iter().map(|account| id(account)).collect(),
        };
        TokenInfo {
            is_valid: true,
            app_id: None,
            expires_at: None,
            scopes: Vec::new(),
            granular_scopes: vec![scope.clone(), scope],
        }
    }

    fn unreadable() -> GraphError {
        GraphError::Unreadable { http_status: 500 }
    }

    #[test]
    fn the_account_is_the_numbers_own_or_the_only_one_of_the_token() {
        let told = |number_of, accounts: &[&str]| {
            judge(Ok(number(number_of)), Ok(token(accounts))).unwrap().business_id(None).unwrap()
        };
        assert_eq!(told(Some("77"), &["78"]), Some(id("77")));
        assert_eq!(told(None, &["78"]), Some(id("78")));
        assert_eq!(told(None, &["78", "79"]), None);
        assert_eq!(told(None, &[]), None);
    }

    #[test]
    fn an_account_that_is_given_is_taken_unless_meta_names_others() {
        let given = |number_of, accounts: &[&str]| {
            judge(Ok(number(number_of)), Ok(token(accounts))).unwrap().business_id(Some(id("77")))
        };
        assert_eq!(given(None, &[]).unwrap(), Some(id("77")));
        assert_eq!(given(None, &["77", "78"]).unwrap(), Some(id("77")));
        assert_eq!(given(Some("77"), &[]).unwrap(), Some(id("77")));
        assert!(matches!(given(Some("78"), &["77"]), Err(DomainError::Invalid { .. })));
        assert!(matches!(given(None, &["78"]), Err(DomainError::Invalid { .. })));
    }

    #[test]
    fn what_is_wrong_with_a_token_is_told_even_where_the_number_can_not_be_read() {
        let invalid = TokenInfo { is_valid: false, ..token(&[]) };
        let powerless = TokenInfo { granular_scopes: Vec::new(), ..token(&[]) };

        let invalid = judge(Err(unreadable()), Ok(invalid)).unwrap_err();
        let powerless = judge(Err(unreadable()), Ok(powerless)).unwrap_err();
        let good = judge(Err(unreadable()), Ok(token(&[]))).unwrap_err();

        assert!(matches!(invalid, DomainError::MetaRefused { code: 190, .. }));
        assert!(matches!(powerless, DomainError::TokenLacksPermission { .. }));
        assert!(matches!(good, DomainError::MetaUnavailable { .. }));
    }

    #[test]
    fn a_token_that_can_not_be_inspected_is_not_taken() {
        let error = judge(Ok(number(None)), Err(unreadable())).unwrap_err();
        assert!(matches!(error, DomainError::MetaUnavailable { .. }));
    }
}
