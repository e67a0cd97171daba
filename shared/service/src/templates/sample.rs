//! Examples of headers' files: one of the workspace's media goes to Meta, whose handle then names it.

use switchboard_bucket::{Bucket, BucketError, ObjectKey};
use switchboard_model::field::{FieldError, Part, Reason, Step};
use switchboard_model::media::{Media, MediaKind};
use switchboard_model::template::{Components, Header, MediaFormat, MediaSample};
use switchboard_model::{DomainError, Id};

use super::Templates;
use super::account::Account;

/// Most bytes of an example: it is in memory while it goes to Meta.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Where examples of files come from, and in whose name they are uploaded.
#[derive(Clone, Debug)]
pub struct TemplateSamples {
    bucket: Bucket,
    app_id: String,
}

impl TemplateSamples {
    /// The files of `bucket`, uploaded in the name of the Meta app `app_id`.
    pub fn new(bucket: Bucket, app_id: String) -> Self {
        Self { bucket, app_id }
    }
}

impl Templates {
    /// The components with Meta's handle of the example, where it is one of the workspace's media files.
    pub(super) async fn with_sample(
        &self,
        account: &Account,
        workspace_id: Id,
        mut components: Components,
    ) -> Result<Components, DomainError> {
        let Some(Header::Media { format, sample }) = &mut components.header else { return Ok(components) };
        let Some(MediaSample::Media(media_id)) = sample.clone() else { return Ok(components) };
        let media = self.resources.store.media(media_id).await?;
        let media = media.filter(|media| media.workspace_id == workspace_id && media.deleted_at.is_none());
        let media = media.ok_or_else(|| refused("There is no such media file"))?;
        check(&media, *format)?;
        let key = ObjectKey::media(workspace_id, media_id);
        let content = self.samples.bucket.range(&key, 0, media.file_size).await.map_err(unavailable)?;
        let content = content.ok_or_else(|| refused("There is no such media file"))?;
        let name = (media.file_name.as_str(), media.mime_type.as_str());
        let uploaded =
            account.graph.upload_sample(&account.token, &self.samples.app_id, name, content.to_vec()).await;
        *sample = Some(MediaSample::Uploaded { media_id, handle: uploaded? });
        Ok(components)
    }
}

/// Refuses a file that can't be an example of this format.
fn check(media: &Media, format: MediaFormat) -> Result<(), DomainError> {
    let kind = match format {
        MediaFormat::Image => MediaKind::Image,
        MediaFormat::Video | MediaFormat::Gif => MediaKind::Video,
        MediaFormat::Document => MediaKind::Document,
    };
    if media.kind != kind {
        return Err(refused(format!("should be a file of kind {kind}, not {}", media.kind)));
    }
    if media.file_size > MAX_BYTES {
        return Err(refused(format!("An example should have at most {MAX_BYTES} bytes")));
    }
    media.sendable().map_err(|error| refused(error.to_string()))
}

fn refused(message: impl Into<String>) -> DomainError {
    let path =
        ["components", "header", "example", "media_id"].map(|name| Step::Name(name.to_owned())).to_vec();
    DomainError::field(FieldError {
        part: Part::Body,
        path,
        reason: Reason::BadValue,
        message: message.into(),
    })
}

fn unavailable(error: BucketError) -> DomainError {
    DomainError::Unavailable { source: error.into() }
}
