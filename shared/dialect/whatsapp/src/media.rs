//! Media files on the wire.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use switchboard_model::field::{Checks, FieldError, Reason, Refusal, one_of};
use switchboard_model::media::{
    ADDRESS_MINUTES, ALLOWED, ContentDigest, FileName, FileType, Media, MediaKind, Upload,
};
use switchboard_model::{DomainError, Id, Timestamp};
use utoipa::{IntoParams, ToSchema};

use crate::WireId;
use crate::page::Filter;

/// Minutes that an address works where the client does not say.
const ADDRESS_MINUTES_DEFAULT: u32 = 60;

/// The form of an upload in one request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes the form to readers of the API's document")]
pub struct MediaForm {
    /// The workspace.
    workspace_id: WireId,
    /// The file, at most 4 MiB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The checked texts of an [`MediaForm`].
#[derive(Debug)]
pub struct UploadFields {
    /// The workspace.
    pub workspace_id: Id,
    /// What the file is called.
    pub file_name: FileName,
}

impl UploadFields {
    /// Checks the fields of a form; `None` is a field that is not there.
    pub fn check(workspace_id: Option<&str>, file_name: Option<&str>) -> Result<Self, DomainError> {
        let missing = || Refusal::new(Reason::Missing, "Field required");
        let mut checks = Checks::default();
        let workspace_id = checks.body("workspace_id", workspace_id.ok_or_else(missing).and_then(wire_id));
        let file_name = checks.body("file", file_name.ok_or_else(missing).and_then(str::parse));
        let (workspace_id, file_name) = checks.finish(workspace_id.zip(file_name))?;
        Ok(Self { workspace_id: workspace_id.resolve(DomainError::WorkspaceNotFound)?, file_name })
    }
}

fn wire_id(text: &str) -> Result<WireId, Refusal> {
    let text = serde::de::value::StrDeserializer::<serde::de::value::Error>::new(text);
    WireId::deserialize(text).map_err(|error| Refusal::new(Reason::BadValue, error.to_string()))
}

/// A file that is going to be uploaded.
#[derive(Deserialize, ToSchema)]
pub struct AnnounceMediaIn {
    /// The workspace.
    workspace_id: WireId,
    /// What the file is called, 1 to 240 characters, without a path.
    #[schema(example = "film.mp4")]
    file_name: String,
    /// Its content type.
    #[schema(example = "video/mp4")]
    mime_type: String,
    /// Its bytes: at most 16 MiB of images and audio, 100 MiB of videos and documents.
    #[schema(example = 10_240_000, minimum = 1, maximum = 104_857_600)]
    file_size: i64,
    /// SHA-256 of its content, in 64 hexadecimal digits or in base64.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    sha256: String,
}

/// The checked form of [`AnnounceMediaIn`].
#[derive(Debug)]
pub struct Announce {
    /// The workspace.
    pub workspace_id: Id,
    /// What the file is called.
    pub file_name: FileName,
    /// Its type.
    pub file_type: FileType,
    /// Its bytes.
    pub file_size: u64,
    /// SHA-256 of its content.
    pub sha256: ContentDigest,
}

impl TryFrom<AnnounceMediaIn> for Announce {
    type Error = DomainError;

    fn try_from(wire: AnnounceMediaIn) -> Result<Self, DomainError> {
        let mut checks = Checks::default();
        let file_name = checks.body("file_name", wire.file_name.parse());
        let sha256 = checks.body("sha256", wire.sha256.parse());
        let (file_name, sha256) = checks.finish(file_name.zip(sha256))?;
        let workspace_id = wire.workspace_id.resolve(DomainError::WorkspaceNotFound)?;
        let file_type = FileType::of_mime(&wire.mime_type);
        let found = || wire.mime_type.chars().take(100).collect();
        let file_type =
            file_type.ok_or_else(|| DomainError::MediaTypeRefused { found: found(), allowed: ALLOWED })?;
        // A negative size is as wrong as none.
        let file_size = u64::try_from(wire.file_size).unwrap_or(0);
        Ok(Self { workspace_id, file_name, file_type, file_size, sha256 })
    }
}

/// Which files to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MediaFilter {
    /// Only those of this kind: `image`, `video`, `audio` or `document`.
    #[serde(rename = "type")]
    #[param(example = "image")]
    kind: Option<String>,
}

impl Filter for MediaFilter {
    type Checked = Option<MediaKind>;

    fn check(self, checks: &mut Checks) -> Option<Self::Checked> {
        checks.query("type", self.kind.as_deref().map(one_of).transpose())
    }
}

/// For how long an address is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AddressQuery {
    /// Minutes that the address works.
    #[param(value_type = Option<u32>, minimum = 5, maximum = 1440, default = 60)]
    expiry_minutes: Option<String>,
}

impl AddressQuery {
    /// The minutes that are asked for.
    pub fn minutes(&self) -> Result<u32, DomainError> {
        let refused = |reason, message: String| {
            DomainError::field(FieldError::new(
                switchboard_model::field::Part::Query,
                "expiry_minutes",
                reason,
                message,
            ))
        };
        let Some(text) = self.expiry_minutes.as_deref() else { return Ok(ADDRESS_MINUTES_DEFAULT) };
        let minutes: i64 = text
            .parse()
            .map_err(|_| refused(Reason::WrongType, "Input should be a valid integer".to_owned()))?;
        let minutes = u32::try_from(minutes).ok().filter(|minutes| ADDRESS_MINUTES.contains(minutes));
        let (least, most) = (ADDRESS_MINUTES.start(), ADDRESS_MINUTES.end());
        minutes
            .ok_or_else(|| refused(Reason::OutOfRange, format!("Input should be between {least} and {most}")))
    }
}

/// The id of a file in the path.
pub fn media_id(text: &str) -> Result<Id, DomainError> {
    WireId::in_path("media_id", text, DomainError::MediaNotFound)
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaOut {
    /// Our id of it.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// `image`, `video`, `audio` or `document`.
    #[serde(rename = "type")]
    #[schema(example = "image")]
    pub kind: String,
    /// Always null: files are not taken from other addresses.
    pub original_url: Option<String>,
    /// Where it can be downloaded from for the next 60 minutes.
    #[schema(example = "https://bucket.s3.amazonaws.com/media/…")]
    pub storage_url: String,
    /// What it is called.
    #[schema(example = "photo.jpg")]
    pub file_name: String,
    /// Its bytes.
    #[schema(example = 1_024_000)]
    pub file_size: u64,
    /// Its content type, as its bytes say.
    #[schema(example = "image/jpeg")]
    pub mime_type: String,
    /// SHA-256 of its content, in hexadecimal digits.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: String,
    /// Whether WhatsApp takes it. More may be stored than WhatsApp takes: images of up to 5 MiB, videos and audio
    /// of up to 16 MiB, documents of up to 100 MiB.
    pub sendable: bool,
    /// Why WhatsApp would not take it.
    pub not_sendable_reason: Option<String>,
    /// Who uploaded it, where a person did.
    pub uploaded_by: Option<WireId>,
    /// The message of a customer that it came with.
    pub message_id: Option<WireId>,
    /// When it was uploaded or announced.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub updated_at: Timestamp,
}

impl MediaOut {
    /// A file that can be downloaded from `storage_url`.
    pub fn new(media: Media, storage_url: String) -> Self {
        let not_sendable_reason = media.sendable().err().map(|reason| reason.to_string());
        Self {
            id: media.id.into(),
            workspace_id: media.workspace_id.into(),
            kind: media.kind.to_string(),
            original_url: None,
            storage_url,
            file_name: media.file_name,
            file_size: media.file_size,
            mime_type: media.mime_type,
            sha256: media.sha256.to_string(),
            sendable: not_sendable_reason.is_none(),
            not_sendable_reason,
            uploaded_by: media.uploaded_by.map(WireId::from),
            message_id: media.received_in.map(WireId::from),
            created_at: media.created_at,
            updated_at: media.updated_at,
        }
    }
}

/// A file in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedMedia {
    /// Our id of it.
    pub id: WireId,
    /// Whose it is.
    pub workspace_id: WireId,
    /// `image`, `video`, `audio` or `document`.
    #[serde(rename = "type")]
    #[schema(example = "image")]
    pub kind: String,
    /// What it is called.
    #[schema(example = "photo.jpg")]
    pub file_name: String,
    /// Its bytes.
    #[schema(example = 1_024_000)]
    pub file_size: u64,
    /// Its content type, as its bytes say.
    #[schema(example = "image/jpeg")]
    pub mime_type: String,
    /// Whether WhatsApp takes it.
    pub sendable: bool,
    /// When it was uploaded or announced.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
}

impl From<Media> for ListedMedia {
    fn from(media: Media) -> Self {
        Self {
            id: media.id.into(),
            workspace_id: media.workspace_id.into(),
            kind: media.kind.to_string(),
            sendable: media.sendable().is_ok(),
            file_name: media.file_name,
            file_size: media.file_size,
            mime_type: media.mime_type,
            created_at: media.created_at,
        }
    }
}

/// An announced file and how to upload it.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaUploadOut {
    /// The id that the file will have.
    pub id: WireId,
    /// Whose it will be.
    pub workspace_id: WireId,
    /// `image`, `video`, `audio` or `document`.
    #[serde(rename = "type")]
    #[schema(example = "video")]
    pub kind: String,
    /// Always `pending`: once it is uploaded, `POST /api/media/{id}/complete` makes it a file.
    #[schema(example = "pending")]
    pub status: &'static str,
    /// What it will be called.
    #[schema(example = "film.mp4")]
    pub file_name: String,
    /// Its bytes.
    #[schema(example = 10_240_000)]
    pub file_size: u64,
    /// Its content type.
    #[schema(example = "video/mp4")]
    pub mime_type: String,
    /// SHA-256 of its content, in hexadecimal digits.
    #[schema(example = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    pub sha256: String,
    /// The request to upload it with.
    pub upload: MediaUploadRequestOut,
    /// When it was announced.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T00:00:00Z")]
    pub created_at: Timestamp,
}

/// A request that uploads a file, without credentials. Its size, type and content are part of the address's signature.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaUploadRequestOut {
    /// Always `PUT`.
    #[schema(example = "PUT")]
    pub method: &'static str,
    /// The address.
    #[schema(example = "https://bucket.s3.amazonaws.com/uploads/…")]
    pub url: String,
    /// Headers that the request must have, to the letter.
    pub headers: BTreeMap<String, String>,
    /// Minutes that the address works.
    #[schema(example = 60)]
    pub expires_in_minutes: u64,
    /// When the address stops working.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T01:00:00Z")]
    pub expires_at: Timestamp,
}

impl MediaUploadOut {
    /// An announced file that is uploaded to `url` with these headers until `expires_at`.
    pub fn new(
        upload: &Upload,
        (url, headers): (String, Vec<(String, String)>),
        (lifetime, expires_at): (Duration, Timestamp),
    ) -> Self {
        Self {
            id: upload.id.into(),
            workspace_id: upload.workspace_id.into(),
            kind: upload.file_type.kind.to_string(),
            status: "pending",
            file_name: upload.file_name.to_string(),
            file_size: upload.file_size,
            mime_type: upload.file_type.mime.to_owned(),
            sha256: upload.sha256.to_string(),
            upload: MediaUploadRequestOut {
                method: "PUT",
                url,
                headers: headers.into_iter().collect(),
                expires_in_minutes: lifetime.as_secs() / 60,
                expires_at,
            },
            created_at: upload.created_at,
        }
    }
}

/// Where a file can be downloaded from for a while.
#[derive(Debug, Serialize, ToSchema)]
pub struct MediaAddressOut {
    /// The address. It needs no credentials.
    #[schema(example = "https://bucket.s3.amazonaws.com/media/…")]
    pub url: String,
    /// Minutes that it works.
    #[schema(example = 60)]
    pub expires_in_minutes: u32,
    /// When it stops working.
    #[schema(value_type = String, format = DateTime, example = "2024-01-01T01:00:00Z")]
    pub expires_at: Timestamp,
}
