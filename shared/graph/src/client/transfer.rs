//! Calls that carry files, which are never held as a whole.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt};
use http_body::{Body, Frame, SizeHint};
use reqwest::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE};
use reqwest::{Method, Response, Url};
use secrecy::SecretString;
use serde_json::Value;
use tokio::sync::mpsc;

use super::{answer, authorization};
use crate::{Graph, GraphError, Refusal};

/// An upload may take so long: 100 MB at 40 Mbit/s. A sender waits for it, and lives for 30 s.
const UPLOAD_TIMEOUT: Duration = Duration::from_secs(22);
/// A download may take so long: 100 MB at 4 Mbit/s.
const DOWNLOAD_TIMEOUT: Duration = Duration::from_mins(4);

type Source = Box<dyn std::error::Error + Send + Sync>;

/// A body of known length that is fed while it is sent.
struct Fed {
    chunks: mpsc::Receiver<Result<Bytes, Source>>,
    left: u64,
}

impl Body for Fed {
    type Data = Bytes;
    type Error = Source;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Source>>> {
        self.chunks.poll_recv(context).map(|chunk| {
            Some(chunk?.map(|chunk| {
                self.left = self.left.saturating_sub(chunk.len() as u64);
                Frame::data(chunk)
            }))
        })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A file on its way from Graph.
#[derive(Debug)]
pub struct Download {
    response: Response,
}

impl Download {
    /// The next bytes; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, GraphError> {
        self.response.chunk().await.map_err(GraphError::of_transport)
    }
}

impl Graph {
    /// `POST {path}` with a body of `length` bytes that `chunks` gives.
    pub(crate) async fn post_stream(
        &self,
        bearer: &SecretString,
        path: &str,
        (content_type, length): (&str, u64),
        chunks: impl Stream<Item = Result<Bytes, Source>> + Send,
    ) -> Result<Value, GraphError> {
        let (sender, receiver) = mpsc::channel(1);
        let request = self.client().await?.post(format!("{}/{path}", self.inner.root));
        let request = request
            .header(AUTHORIZATION, authorization(bearer)?)
            .header(CONTENT_TYPE, content_type)
            .header(CONTENT_LENGTH, length)
            .timeout(UPLOAD_TIMEOUT)
            .body(reqwest::Body::wrap(Fed { chunks: receiver, left: length }));
        let feed = async move {
            let mut chunks = std::pin::pin!(chunks);
            while let Some(chunk) = chunks.next().await {
                // Nobody takes any more once the answer is there or the connection gone.
                if sender.send(chunk).await.is_err() {
                    break;
                }
            }
        };
        let call = async { answer(request.send().await.map_err(GraphError::of_transport)?).await };
        futures::join!(call, feed).0
    }

    /// `GET` of an address that Graph gave, which wants the token too.
    pub(crate) async fn download_from(
        &self,
        bearer: &SecretString,
        url: &str,
    ) -> Result<Download, GraphError> {
        let unreadable = || GraphError::Unreadable { http_status: 200 };
        let url = Url::parse(url).map_err(|_| unreadable())?;
        // The token must not go where anybody could read it.
        if url.scheme() != "https" && !self.inner.root.starts_with("http:") {
            return Err(unreadable());
        }
        let request = self.client().await?.request(Method::GET, url).timeout(DOWNLOAD_TIMEOUT);
        let request = request.header(AUTHORIZATION, authorization(bearer)?);
        let response = request.send().await.map_err(GraphError::of_transport)?;
        let status = response.status();
        if status.is_success() {
            Ok(Download { response })
        } else if status.is_client_error() {
            Err(GraphError::Refused(Box::new(Refusal::unexplained(status.as_u16()))))
        } else {
            Err(GraphError::Unreadable { http_status: status.as_u16() })
        }
    }
}
