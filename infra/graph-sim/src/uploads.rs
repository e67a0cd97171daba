//! Resumable uploads: files that templates name as examples (Meta, Resumable Upload API).

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::failure::{Failure, GraphError};
use crate::ids;
use crate::state::{Simulator, Store};
use crate::token::Token;

/// Types of files that Meta takes as examples (Meta, Resumable Upload API).
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];
const LARGEST: usize = 100 << 20;

/// How a session's id begins.
pub const SESSION: &str = "upload:";

/// A file that is being uploaded.
#[derive(Clone, Debug)]
pub struct Session {
    length: usize,
    mime_type: String,
}

/// Query that begins a session.
#[derive(Deserialize)]
pub struct Begin {
    file_length: Option<usize>,
    file_type: Option<String>,
}

/// `POST /{app_id}/uploads`: begins a session.
pub async fn begin(
    State(simulator): State<Simulator>,
    Path(app_id): Path<String>,
    Query(query): Query<Begin>,
    _token: Token,
) -> Result<Json<Value>, Failure> {
    let mut store = simulator.store();
    if app_id != store.config.app_id {
        return Err(GraphError::unknown_object(&app_id).into());
    }
    let length = query.file_length.filter(|length| (1..=LARGEST).contains(length));
    let length = length.ok_or_else(|| GraphError::parameter("Param file_length must be 1 to 100 MB"))?;
    let mime_type = query.file_type.filter(|given| TYPES.contains(&given.as_str()));
    let mime_type = mime_type.ok_or_else(|| GraphError::parameter("Param file_type is not supported"))?;
    let id = format!("{SESSION}{}", ids::object_id());
    store.uploads.insert(id.clone(), Session { length, mime_type });
    Ok(Json(json!({ "id": id })))
}

/// `POST /upload:…`: takes the whole file and answers with its handle.
pub fn finish(
    store: &mut Store,
    id: &str,
    headers: &HeaderMap,
    content: &Bytes,
) -> Result<Value, GraphError> {
    let session = store.uploads.get(id).cloned().ok_or_else(|| GraphError::unknown_object(id))?;
    if headers.get("file_offset").is_none_or(|offset| offset != "0") {
        return Err(GraphError::parameter("The header file_offset must be 0: nothing is there yet"));
    }
    if content.len() != session.length {
        let message = format!("The file has {} bytes, not {}", content.len(), session.length);
        return Err(GraphError::parameter(message));
    }
    store.uploads.remove(id);
    let digest = STANDARD.encode(Sha256::digest(content));
    Ok(json!({"h": format!("4::{}:{digest}", STANDARD.encode(session.mime_type))}))
}
