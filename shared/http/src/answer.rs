//! Answers of handlers that succeed.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde::Serialize;

/// 200 with a JSON body.
#[derive(Debug)]
pub struct Found<T>(T);

impl<T> Found<T> {
    /// An answer that says `body`.
    pub fn new(body: T) -> Self {
        Self(body)
    }
}

impl<T: Serialize> IntoResponse for Found<T> {
    fn into_response(self) -> Response {
        json(StatusCode::OK, &self.0)
    }
}

/// 201 with a JSON body.
#[derive(Debug)]
pub struct Created<T>(T);

impl<T> Created<T> {
    /// An answer that says `body`.
    pub fn new(body: T) -> Self {
        Self(body)
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        json(StatusCode::CREATED, &self.0)
    }
}

/// 202 with a JSON body.
#[derive(Debug)]
pub struct Accepted<T>(T);

impl<T> Accepted<T> {
    /// An answer that says `body`.
    pub fn new(body: T) -> Self {
        Self(body)
    }
}

impl<T: Serialize> IntoResponse for Accepted<T> {
    fn into_response(self) -> Response {
        json(StatusCode::ACCEPTED, &self.0)
    }
}

/// 204.
#[derive(Debug)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, [(CONTENT_TYPE, "application/json")], body).into_response(),
        // Wire types have only string keys, so this does not happen; if it did, the frame would answer.
        Err(error) => panic!("a wire type has no JSON form: {error}"),
    }
}
