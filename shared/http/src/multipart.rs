//! Forms with files (RFC 7578).

use std::convert::Infallible;

use axum::body::Body;
use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use switchboard_model::DomainError;
use switchboard_model::field::{FieldError, Reason};

use crate::raw_body;

/// Most fields of a form.
const FIELDS_MAX: usize = 32;

/// A form, with what its files hold.
#[derive(Debug, Default)]
pub struct Form {
    fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Debug)]
pub struct FormField {
    /// What the field is called.
    pub name: String,
    /// What its file is called, where it is a file.
    pub file_name: Option<String>,
    /// What it holds.
    pub content: Bytes,
}

impl Form {
    /// The form in a body of `max_bytes` at most. Fails as `TooLarge`, or where it is no form.
    pub async fn read(headers: &HeaderMap, body: Body, max_bytes: usize) -> Result<Self, DomainError> {
        let content_type =
            headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type)
            .map_err(|_| no_form("its Content-Type names no boundary"))?;
        let body = raw_body(body, max_bytes).await?;
        let stream = futures::stream::iter([Ok::<_, Infallible>(body)]);
        let mut parts = multer::Multipart::new(stream, boundary);
        let mut form = Self::default();
        while let Some(part) = parts.next_field().await.map_err(|error| no_form(&error.to_string()))? {
            if form.fields.len() == FIELDS_MAX {
                return Err(no_form("it has too many fields"));
            }
            let name = part.name().unwrap_or_default().to_owned();
            let file_name = part.file_name().map(str::to_owned);
            let content = part.bytes().await.map_err(|error| no_form(&error.to_string()))?;
            form.fields.push(FormField { name, file_name, content });
        }
        Ok(form)
    }

    /// The text of a field that is no file; `None` where there is none.
    pub fn text(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|field| field.name == name && field.file_name.is_none())?;
        std::str::from_utf8(&field.content).ok()
    }

    /// Takes the file out of a field; `None` where there is none.
    pub fn take_file(&mut self, name: &str) -> Option<FormField> {
        let at = self.fields.iter().position(|field| field.name == name && field.file_name.is_some())?;
        Some(self.fields.swap_remove(at))
    }
}

fn no_form(reason: &str) -> DomainError {
    let message = format!("Body should be multipart/form-data: {reason}");
    DomainError::field(FieldError::body("", Reason::BadValue, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "--x\r\nContent-Disposition: form-data; name=\"workspace_id\"\r\n\r\nabc\r\n\
        --x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nHi\r\n--x--\r\n";

    async fn read(content_type: &str, body: &str, max_bytes: usize) -> Result<Form, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, content_type.parse().unwrap());
        Form::read(&headers, Body::from(body.to_owned()), max_bytes).await.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn texts_and_files_are_told_apart() {
        let mut form = read("multipart/form-data; boundary=x", FORM, 1_000).await.unwrap();
        assert_eq!((form.text("workspace_id"), form.text("file")), (Some("abc"), None));
        assert!(form.take_file("workspace_id").is_none());
        let file = form.take_file("file").unwrap();
        assert_eq!((file.file_name.as_deref(), &file.content[..]), (Some("a.txt"), &b"Hi"[..]));
        assert!(form.take_file("file").is_none());
    }

    #[tokio::test]
    async fn what_is_no_form_is_refused() {
        let many = FORM.replace("--x--\r\n", "").repeat(17) + "--x--\r\n";
        for (content_type, body) in [
            ("application/json", "{}"),
            ("multipart/form-data", FORM),
            ("multipart/form-data; boundary=x", &FORM[..60]),
            ("multipart/form-data; boundary=y", FORM),
            ("multipart/form-data; boundary=x", &many),
        ] {
            let error = read(content_type, body, 10_000).await.unwrap_err();
            assert!(error.starts_with("Body: Body should be multipart/form-data"), "{error}");
        }
    }

    #[tokio::test]
    async fn a_form_that_is_too_large_is_told_how_large_it_may_be() {
        let error = read("multipart/form-data; boundary=x", FORM, 100).await.unwrap_err();
        assert_eq!(error, "Request body is too large: at most 100 bytes are allowed");
    }
}
