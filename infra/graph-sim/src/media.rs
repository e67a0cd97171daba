//! Media: upload, address, download, deletion.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Multipart, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::clock;
use crate::failure::{Failure, GraphError};
use crate::ids;
use crate::numbers::{self, NodeQuery};
use crate::paging;
use crate::state::Simulator;
use crate::token::{Scope, Token};

/// How long a download address works, in milliseconds (Meta, Cloud API media: 5 minutes).
const ADDRESS_LIFETIME_MS: u64 = 300_000;

/// A stored file.
#[derive(Clone, Debug)]
pub struct Media {
    id: String,
    phone_number_id: String,
    /// Content type, without parameters.
    pub mime_type: String,
    bytes: Bytes,
}

impl Media {
    /// A file that belongs to a phone number.
    pub fn new(phone_number_id: &str, mime_type: &str, bytes: Bytes) -> Self {
        let id = ids::object_id().to_string();
        Self { id, phone_number_id: phone_number_id.to_owned(), mime_type: mime_type.to_owned(), bytes }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether it belongs to a phone number.
    pub fn belongs_to(&self, phone_number_id: &str) -> bool {
        self.phone_number_id == phone_number_id
    }

    /// SHA-256 of the content.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

/// Kinds of media with their content types and largest sizes in bytes (Meta, Cloud API supported media types).
const KINDS: &[(&str, usize, &[&str])] = &[
    ("image", 5 << 20, &["image/jpeg", "image/png"]),
    ("video", 16 << 20, &["video/mp4", "video/3gpp"]),
    ("audio", 16 << 20, &["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"]),
    ("sticker", 500 << 10, &["image/webp"]),
    (
        "document",
        100 << 20,
        &[
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.ms-excel",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ],
    ),
];

/// Whether a file of a content type can be sent as a kind of message. Documents can be of any type.
pub fn fits(kind: &str, mime_type: &str) -> bool {
    kind == "document" || KINDS.iter().any(|(name, _, types)| *name == kind && types.contains(&mime_type))
}

fn check_file(mime_type: &str, size: usize) -> Result<(), GraphError> {
    let Some((kind, largest, _)) = KINDS.iter().find(|(_, _, types)| types.contains(&mime_type)) else {
        return Err(
            GraphError::of(131_053).with_details(format!("Content type {mime_type} is not supported"))
        );
    };
    if size == 0 || size > *largest {
        return Err(
            GraphError::of(131_053).with_details(format!("A file of kind {kind} has 1 to {largest} bytes"))
        );
    }
    Ok(())
}

#[derive(Default)]
struct Upload {
    product: Option<String>,
    declared_type: Option<String>,
    file: Option<(Option<String>, Bytes)>,
}

async fn read(mut form: Multipart) -> Result<Upload, GraphError> {
    let malformed = |_| GraphError::parameter("The multipart body is malformed or too large");
    let mut upload = Upload::default();
    while let Some(field) = form.next_field().await.map_err(malformed)? {
        match field.name() {
            Some("messaging_product") => upload.product = Some(field.text().await.map_err(malformed)?),
            Some("type") => upload.declared_type = Some(field.text().await.map_err(malformed)?),
            Some("file") => {
                let content_type = field.content_type().map(str::to_owned);
                upload.file = Some((content_type, field.bytes().await.map_err(malformed)?));
            }
            _ => {}
        }
    }
    Ok(upload)
}

/// `POST /{phone_number_id}/media`: the content type is that of `type`, else that of the file's part.
pub async fn upload(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    token: Token,
    form: Result<Multipart, axum::extract::multipart::MultipartRejection>,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Messaging)?;
    numbers::require_numeric(&number)?;
    let form = form.map_err(|_| GraphError::parameter("The body must be multipart/form-data"))?;
    let upload = read(form).await?;
    if upload.product.as_deref() != Some("whatsapp") {
        return Err(GraphError::parameter("The parameter messaging_product is required").into());
    }
    let (part_type, bytes) =
        upload.file.ok_or_else(|| GraphError::parameter("The parameter file is required"))?;
    let given = upload.declared_type.or(part_type).unwrap_or_default();
    let mime_type = given.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    check_file(&mime_type, bytes.len())?;
    let media = Media::new(&number, &mime_type, bytes);
    let id = media.id.clone();
    simulator.store().media.insert(id.clone(), media);
    Ok(Json(json!({ "id": id })))
}

/// The answer to `GET /{media_id}`.
pub fn describe(media: &Media, query: &NodeQuery, headers: &HeaderMap) -> Result<Value, GraphError> {
    if query.phone_number_id.as_ref().is_some_and(|number| !media.belongs_to(number)) {
        return Err(GraphError::unknown_object(&media.id));
    }
    Ok(json!({
        "messaging_product": "whatsapp",
        "url": address(media, headers),
        "mime_type": media.mime_type,
        "sha256": hex::encode(media.sha256()),
        "file_size": media.bytes.len(),
        "id": media.id,
    }))
}

/// A download address that works for five minutes.
pub fn address(media: &Media, headers: &HeaderMap) -> String {
    let expiry = clock::now_ms() + ADDRESS_LIFETIME_MS;
    format!("{}/_media/{}?ext={expiry}", paging::base_url(headers), media.id)
}

/// Query of a download address.
#[derive(Deserialize)]
pub struct Address {
    ext: u64,
}

/// `GET` of a media address: 404 for everything that is wrong.
pub async fn download(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    query: Result<Query<Address>, axum::extract::rejection::QueryRejection>,
    token: Result<Token, Failure>,
) -> Result<Response, Failure> {
    token
        .map_err(|failure| if matches!(failure, Failure::Graph(_)) { Failure::NotFound } else { failure })?;
    let Ok(Query(Address { ext })) = query else { return Err(Failure::NotFound) };
    if ext < clock::now_ms() {
        return Err(Failure::NotFound);
    }
    let media = simulator.store().media.get(&id).cloned().ok_or(Failure::NotFound)?;
    Ok(([(header::CONTENT_TYPE, media.mime_type)], media.bytes).into_response())
}

/// `DELETE /{media_id}`.
pub async fn delete(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(query): Query<NodeQuery>,
    token: Token,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Messaging)?;
    let mut store = simulator.store();
    let owned = |media: &Media| query.phone_number_id.as_ref().is_none_or(|number| media.belongs_to(number));
    if !store.media.get(&id).is_some_and(owned) {
        return Err(GraphError::unknown_object(&id).into());
    }
    store.media.remove(&id);
    Ok(Json(json!({"success": true})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_sizes_are_checked() {
        assert!(check_file("image/png", 5 << 20).is_ok());
        assert!(check_file("image/png", (5 << 20) + 1).is_err());
        assert!(check_file("image/gif", 10).is_err());
        assert!(check_file("application/pdf", 0).is_err());
    }

    #[test]
    fn kinds_take_their_own_types() {
        assert!(fits("image", "image/png") && fits("document", "image/png") && !fits("video", "image/png"));
    }
}
