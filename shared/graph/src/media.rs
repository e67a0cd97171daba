//! Media files at Meta: `POST /{phone_number_id}/media`, `GET` and `DELETE /{media_id}`, and downloads.

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use secrecy::SecretString;
use serde_json::Value;
use switchboard_model::media::ContentDigest;
use switchboard_model::phone_number::MetaId;

use crate::client::transfer::Download;
use crate::{Graph, GraphError, loose};

/// A file to upload. WhatsApp never shows its name: that of a document stands in the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MediaUpload<'a> {
    /// The content type.
    pub mime_type: &'a str,
    /// What names of such files end in.
    pub extension: &'a str,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content.
    pub sha256: ContentDigest,
}

/// What Graph says of a media file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaInfo {
    /// Where it can be downloaded from, with a token and for five minutes.
    pub url: String,
    /// The content type, as Meta names it.
    pub mime_type: Option<String>,
    /// SHA-256 of the content.
    pub sha256: Option<ContentDigest>,
    /// Bytes.
    pub file_size: Option<u64>,
}

impl Graph {
    /// Uploads a file for a phone number, in the chunks that `content` gives, and answers with Meta's id of it. Meta
    /// keeps it for 30 days (Meta, Cloud API media). A call whose answer was lost may be repeated: it makes another file.
    pub async fn upload_media(
        &self,
        token: &SecretString,
        number: &MetaId,
        upload: &MediaUpload<'_>,
        content: impl Stream<Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>> + Send,
    ) -> Result<String, GraphError> {
        // No content holds its own digest, so this can't occur in it.
        let boundary = format!("switchboard-{}", &upload.sha256.to_string()[..32]);
        let head = Bytes::from(head(&boundary, upload));
        let tail = Bytes::from(format!("\r\n--{boundary}--\r\n"));
        let length = head.len() as u64 + upload.size + tail.len() as u64;
        let chunks = stream::iter([Ok(head)]).chain(content).chain(stream::iter([Ok(tail)]));
        let content_type = format!("multipart/form-data; boundary={boundary}");
        let answer =
            self.post_stream(token, &format!("{number}/media"), (&content_type, length), chunks).await?;
        loose::text(&answer["id"]).ok_or(GraphError::Unreadable { http_status: 200 })
    }

    /// What Graph says of a media file of a phone number.
    pub async fn media(
        &self,
        token: &SecretString,
        media_id: &MetaId,
        number: &MetaId,
    ) -> Result<MediaInfo, GraphError> {
        let query = [("phone_number_id", number.as_str())];
        let answer = self.get(Some(token), media_id.as_str(), &query).await?;
        media_info(&answer).ok_or(GraphError::Unreadable { http_status: 200 })
    }

    /// Downloads a media file from where Graph said that it is.
    pub async fn download_media(
        &self,
        token: &SecretString,
        info: &MediaInfo,
    ) -> Result<Download, GraphError> {
        self.download_from(token, &info.url).await
    }
}

fn head(boundary: &str, upload: &MediaUpload<'_>) -> String {
    let MediaUpload { mime_type, extension, .. } = upload;
    let field = |name: &str, value: &str| {
        format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    format!(
        "{}{}--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file.{extension}\"\r\n\
         Content-Type: {mime_type}\r\n\r\n",
        field("messaging_product", "whatsapp"),
        field("type", mime_type),
    )
}

fn media_info(answer: &Value) -> Option<MediaInfo> {
    Some(MediaInfo {
        url: loose::text(&answer["url"])?,
        mime_type: loose::text(&answer["mime_type"]),
        sha256: loose::text(&answer["sha256"]).and_then(|text| text.parse().ok()),
        file_size: loose::integer(&answer["file_size"]).and_then(|size| u64::try_from(size).ok()),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_graph_leaves_out_is_not_known() {
        let info = media_info(&json!({"url": "https://x/1", "file_size": "12", "sha256": "?"})).unwrap();
        assert_eq!((info.file_size, info.sha256, info.mime_type), (Some(12), None, None));
        assert_eq!(media_info(&json!({"id": "1"})), None);
    }

    #[test]
    fn the_head_of_an_upload_names_the_type_and_the_file() {
        let sha256 = ContentDigest::of(b"");
        let upload = MediaUpload { mime_type: "image/png", extension: "png", size: 0, sha256 };
        assert!(head("b", &upload).ends_with("filename=\"file.png\"\r\nContent-Type: image/png\r\n\r\n"));
    }
}
