//! Resumable uploads: how Meta gets the example of a header's file (Meta, Resumable Upload API).

use secrecy::SecretString;

use crate::{Graph, GraphError, loose};

impl Graph {
    /// Uploads a file in the name of the app and answers with the handle that a template's
    /// `example.header_handle` names it by.
    pub async fn upload_sample(
        &self,
        token: &SecretString,
        app_id: &str,
        (file_name, mime_type): (&str, &str),
        bytes: Vec<u8>,
    ) -> Result<String, GraphError> {
        let length = bytes.len().to_string();
        let query = [("file_name", file_name), ("file_length", length.as_str()), ("file_type", mime_type)];
        let session = self.post_query(token, &format!("{app_id}/uploads"), &query).await?;
        let session = loose::text(&session["id"]).filter(|id| is_session(id));
        let session = session.ok_or(GraphError::Unreadable { http_status: 200 })?;
        let answer = self.post_bytes(token, &session, bytes).await?;
        loose::text(&answer["h"]).ok_or(GraphError::Unreadable { http_status: 200 })
    }
}

/// The id goes into a path: `upload:` and characters that need no escaping, maybe with a signature as a query.
fn is_session(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-=?.~+/:".contains(&byte);
    id.len() <= 4_096
        && id.strip_prefix("upload:").is_some_and(|rest| !rest.is_empty() && rest.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_an_upload() {
        assert!(is_session("upload:MTphdHRhY2htZW50Ojlk=?sig=ARZqkGCA_uQMxC8nHKI"));
        for id in ["", "upload:", "123", "upload:a b", "upload:a#b", "../me"] {
            assert!(!is_session(id), "{id}");
        }
    }
}
