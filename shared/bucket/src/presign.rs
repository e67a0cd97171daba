//! Addresses that work for a while without credentials.

use std::time::{Duration, SystemTime};

use aws_sdk_s3::presigning::{PresignedRequest, PresigningConfig};
use jiff::Timestamp;
use switchboard_meter::Meter;
use switchboard_model::media::ContentDigest;

use crate::{Bucket, BucketError, ObjectKey};

/// What a client says it will upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced<'a> {
    /// Bytes.
    pub size: u64,
    /// The content type.
    pub content_type: &'a str,
    /// SHA-256 of the content.
    pub sha256: ContentDigest,
}

/// How to upload a file: a `PUT` of the address with exactly these headers, which are part of the signature. So is the
/// length, which every client tells by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedUpload {
    /// The address.
    pub url: String,
    /// Names, in lower case, and values.
    pub headers: Vec<(String, String)>,
}

impl Bucket {
    /// An address to upload what was announced, and nothing else, from `now` on for `lifetime` (7 days at most).
    pub async fn sign_upload(
        &self,
        key: &ObjectKey,
        announced: &Announced<'_>,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<SignedUpload, BucketError> {
        let size = i64::try_from(announced.size).map_err(BucketError::unbuildable)?;
        let request = self.client.put_object().bucket(&self.name).key(key.as_str()).content_length(size);
        let request = request.content_type(announced.content_type);
        let request = request.checksum_sha256(announced.sha256.to_base64());
        let signed = unmetered(request.presigned(lasting(now, lifetime)?)).await?;
        Ok(SignedUpload { url: signed.uri().to_owned(), headers: headers(&signed) })
    }

    /// An address to download an object as the file `file_name`, never to be shown in the page, from `now` on for
    /// `lifetime` (7 days at most).
    pub async fn sign_download(
        &self,
        key: &ObjectKey,
        file_name: &str,
        content_type: &str,
        now: Timestamp,
        lifetime: Duration,
    ) -> Result<String, BucketError> {
        let request = self.client.get_object().bucket(&self.name).key(key.as_str());
        let request = request.response_content_disposition(attachment(file_name));
        let request = request.response_content_type(content_type);
        let signed = unmetered(request.presigned(lasting(now, lifetime)?)).await?;
        Ok(signed.uri().to_owned())
    }
}

/// Signs. Nothing is sent, so it is no call of the request.
async fn unmetered<T>(signing: impl Future<Output = T>) -> T {
    Meter::default().scope(signing).await
}

fn lasting(now: Timestamp, lifetime: Duration) -> Result<PresigningConfig, BucketError> {
    let config = PresigningConfig::builder().start_time(SystemTime::from(now)).expires_in(lifetime);
    config.build().map_err(BucketError::unbuildable)
}

fn headers(signed: &PresignedRequest) -> Vec<(String, String)> {
    let mut headers: Vec<_> = signed
        .headers()
        // Every client sends these by itself, and browsers let nobody else set them.
        .filter(|(name, _)| !["host", "content-length"].iter().any(|own| name.eq_ignore_ascii_case(own)))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    headers.sort();
    headers
}

/// The header that makes a browser save a file under its name (RFC 6266, section 4.3): once for old clients without
/// what they do not understand, once in full.
fn attachment(file_name: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '%') || c == ' ';
    let fallback: String = file_name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    let mut full = String::with_capacity(file_name.len() * 3);
    for byte in file_name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            full.push(char::from(byte));
        } else {
            full.push('%');
            full.extend(
                [byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])),
            );
        }
    }
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_keeps_its_name_and_can_not_add_to_the_header() {
        assert_eq!(
            attachment("Rechnung März \"1\".pdf"),
            "attachment; filename=\"Rechnung M_rz _1_.pdf\"; filename*=UTF-8''Rechnung%20M%C3%A4rz%20%221%22.pdf"
        );
    }
}
