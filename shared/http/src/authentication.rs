//! Who is asking.

use std::future::Future;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use http::request::Parts;
use switchboard_model::DomainError;
use switchboard_model::access::{Caller, Permission, Permit};

use crate::{Dialect, Failure};

/// State that can tell who presents a token.
pub trait Authenticate: Send + Sync {
    /// The caller whose bearer token this is.
    fn authenticate(&self, token: &str) -> impl Future<Output = Result<Caller, DomainError>> + Send;
}

/// A signed-in caller who asks for the permission `P`. The only way for a handler to get a [`Permit`].
#[derive(Debug)]
pub struct Allowed<D, P> {
    /// What the service wants to see.
    pub permit: Permit<P>,
    dialect: PhantomData<D>,
}

impl<D: Dialect, P: Permission, S: Authenticate> FromRequestParts<S> for Allowed<D, P> {
    type Rejection = Failure<D>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure<D>> {
        let token = bearer_token(&parts.headers)?;
        let caller = state.authenticate(token).await?;
        Ok(Self { permit: Permit::new(caller), dialect: PhantomData })
    }
}

/// The bearer token of a request (RFC 6750, section 2.1).
pub fn bearer_token(headers: &HeaderMap) -> Result<&str, DomainError> {
    let header = headers.get(AUTHORIZATION).ok_or(DomainError::CredentialsMissing)?;
    let (scheme, token) =
        header.to_str().ok().and_then(|text| text.split_once(' ')).ok_or(DomainError::CredentialsInvalid)?;
    let token = token.trim();
    if scheme.eq_ignore_ascii_case("bearer") && !token.is_empty() {
        Ok(token)
    } else {
        Err(DomainError::CredentialsInvalid)
    }
}
