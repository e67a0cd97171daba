//! Bodies, queries and paths, with rejections in the dialect's shape.

use std::marker::PhantomData;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;
use switchboard_model::DomainError;
use switchboard_model::field::{FieldError, Part, Reason, Step};

use crate::{Dialect, Failure};

/// A JSON body.
#[derive(Debug)]
pub struct Json<D, T> {
    /// What the body says.
    pub value: T,
    dialect: PhantomData<D>,
}

impl<D: Dialect, T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<D, T> {
    type Rejection = Failure<D>;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Failure<D>> {
        let bytes = raw_body(request.into_body(), D::MAX_BODY_BYTES).await?;
        if is_blank(&bytes) {
            return Err(DomainError::field(FieldError::body("", Reason::Missing, "Field required")).into());
        }
        Ok(Self { value: parse(&bytes)?, dialect: PhantomData })
    }
}

/// A JSON body that may be left out.
#[derive(Debug)]
pub struct OptionalJson<D, T> {
    /// What the body says; the default where there is none.
    pub value: T,
    dialect: PhantomData<D>,
}

impl<D: Dialect, T: DeserializeOwned + Default, S: Send + Sync> FromRequest<S> for OptionalJson<D, T> {
    type Rejection = Failure<D>;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Failure<D>> {
        let bytes = raw_body(request.into_body(), D::MAX_BODY_BYTES).await?;
        let value = if is_blank(&bytes) { T::default() } else { parse(&bytes)? };
        Ok(Self { value, dialect: PhantomData })
    }
}

pub(crate) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_whitespace)
}

/// What a JSON body says; a structure is read from an object only.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, DomainError> {
    // A structure would also be read from an array, field by field.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(DomainError::field(FieldError::body("", Reason::WrongType, "Input should be an object")));
    }
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| refused(Part::Body, &error))?;
    json.end().map_err(|error| DomainError::field(malformed(&error)))?;
    Ok(value)
}

/// The query string.
#[derive(Debug)]
pub struct Query<D, T> {
    /// What the query says.
    pub value: T,
    dialect: PhantomData<D>,
}

impl<D: Dialect, T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<D, T> {
    type Rejection = Failure<D>;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure<D>> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        let value = serde_path_to_error::deserialize(pairs).map_err(|error| refused(Part::Query, &error))?;
        Ok(Self { value, dialect: PhantomData })
    }
}

/// The parameters of the path.
#[derive(Debug)]
pub struct Path<D, T> {
    /// What the path says.
    pub value: T,
    dialect: PhantomData<D>,
}

impl<D: Dialect, T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<D, T> {
    type Rejection = Failure<D>;

    #[expect(clippy::disallowed_types, reason = "this is the extractor that takes its place")]
    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure<D>> {
        match axum::extract::Path::<T>::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self { value, dialect: PhantomData }),
            Err(_) => Err(DomainError::RouteNotFound.into()),
        }
    }
}

/// The whole of a body, `max_bytes` at most, exactly as it came.
pub async fn raw_body(body: Body, max_bytes: usize) -> Result<Bytes, DomainError> {
    match Limited::new(body, max_bytes).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => {
            Err(DomainError::TooLarge { max_bytes: u64::try_from(max_bytes).unwrap_or(u64::MAX) })
        }
        Err(error) => Err(DomainError::field(FieldError::body("", Reason::Malformed, error.to_string()))),
    }
}

fn refused<E: std::error::Error + JsonCategory>(
    part: Part,
    error: &serde_path_to_error::Error<E>,
) -> DomainError {
    if error.inner().is_malformed() {
        return DomainError::field(malformed(error.inner()));
    }
    let mut path: Vec<Step> = error.path().iter().filter_map(step).collect();
    let text = error.inner().to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    let (reason, message) = if let Some(name) = quoted_after(text, "missing field `") {
        path.push(Step::Name(name.to_owned()));
        (Reason::Missing, "Field required".to_owned())
    } else if text.contains("expected struct ") {
        (Reason::WrongType, "Input should be an object".to_owned())
    } else if text.starts_with("unknown variant") {
        (Reason::NotAllowed, format!("Input should be {}", expected(text)))
    } else if text.starts_with("invalid type") {
        (Reason::WrongType, format!("Input should be {}", expected(text)))
    } else {
        (Reason::BadValue, text.to_owned())
    };
    DomainError::field(FieldError { part, path, reason, message })
}

fn malformed(error: &dyn std::error::Error) -> FieldError {
    FieldError::body("", Reason::Malformed, format!("JSON decode error: {error}"))
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Name(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

fn quoted_after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.split('`').next()
}

/// What serde says was expected.
fn expected(text: &str) -> &str {
    text.split_once("expected ").map_or("another value", |(_, expected)| expected)
}

/// Whether an error is of syntax rather than of content.
trait JsonCategory {
    fn is_malformed(&self) -> bool;
}

impl JsonCategory for serde_json::Error {
    fn is_malformed(&self) -> bool {
        !self.is_data()
    }
}

impl JsonCategory for serde::de::value::Error {
    fn is_malformed(&self) -> bool {
        false
    }
}
