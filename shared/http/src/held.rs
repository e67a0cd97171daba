//! Requests whose refusal waits.
//!
//! Some dialects answer who may not ask before they say what is wrong with the question, while a hot request reads
//! what the question names beside who asks it. So these extractors keep a refusal for the service to give in its turn.

use std::convert::Infallible;
use std::marker::PhantomData;

use axum::extract::{FromRequest, FromRequestParts, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use switchboard_model::DomainError;
use switchboard_model::api_token::{Granted, TokenPermit};

use crate::extract::{is_blank, parse, raw_body};
use crate::{Dialect, Failure, Query, bearer_token};

/// A JSON body, or why it is refused. No body is an empty object, so that what is missing in it is named.
#[derive(Debug)]
pub struct HeldJson<D, T> {
    /// What the body says.
    pub value: Result<T, DomainError>,
    dialect: PhantomData<D>,
}

impl<D: Dialect, T: DeserializeOwned, S: Send + Sync> FromRequest<S> for HeldJson<D, T> {
    type Rejection = Infallible;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Infallible> {
        let bytes = raw_body(request.into_body(), D::MAX_BODY_BYTES).await;
        let value = bytes.and_then(|bytes| if is_blank(&bytes) { parse(b"{}") } else { parse(&bytes) });
        Ok(Self { value, dialect: PhantomData })
    }
}

impl<D, T> HeldJson<D, T> {
    /// The checked form of the body, or why it is refused.
    pub fn checked<C: TryFrom<T, Error = DomainError>>(self) -> Result<C, DomainError> {
        self.value.and_then(C::try_from)
    }
}

/// The query string, or why it is refused.
#[derive(Debug)]
pub struct HeldQuery<D, T> {
    /// What the query says.
    pub value: Result<T, DomainError>,
    dialect: PhantomData<D>,
}

impl<D: Dialect, T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for HeldQuery<D, T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let query = Query::<D, T>::from_request_parts(parts, state).await;
        Ok(Self { value: query.map(|query| query.value).map_err(Failure::into_error), dialect: PhantomData })
    }
}

impl<D, T> HeldQuery<D, T> {
    /// The checked form of the query, or why it is refused.
    pub fn checked<C: TryFrom<T, Error = DomainError>>(self) -> Result<C, DomainError> {
        self.value.and_then(C::try_from)
    }
}

/// A program that presents an API token and asks for `P`. Whether the token is good shows when its workspace is
/// entered.
#[derive(Debug)]
pub struct Presented<D, P> {
    /// What the service wants to see.
    pub permit: TokenPermit<P>,
    dialect: PhantomData<D>,
}

impl<D: Dialect, P: Granted, S: Send + Sync> FromRequestParts<S> for Presented<D, P> {
    type Rejection = Failure<D>;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure<D>> {
        let token = bearer_token(&parts.headers)?;
        let permit = TokenPermit::presented(token).ok_or(DomainError::CredentialsInvalid)?;
        Ok(Self { permit, dialect: PhantomData })
    }
}
