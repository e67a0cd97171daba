//! Plain HTTP within this machine: calls, and a server.

use std::error::Error as StdError;
use std::future::Future;
use std::net::SocketAddr;

use anyhow::{Context, Result, bail};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE};
use hyper::http::request::Builder;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON, if the status tells of success.
    pub fn json(&self) -> Result<Value> {
        if !self.status.is_success() {
            bail!("{}: {}", self.status, String::from_utf8_lossy(&self.body));
        }
        serde_json::from_slice(&self.body).context("the answer is not JSON")
    }
}

/// A GET without anything.
pub async fn get(url: &str) -> Result<Answer> {
    call(Method::GET, url, None, None).await
}

/// A request with an optional bearer token and an optional JSON body.
pub async fn call(method: Method, url: &str, token: Option<&str>, body: Option<&Value>) -> Result<Answer> {
    let mut request = Request::builder().method(method).uri(url);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    if body.is_some() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    send(request, body).await
}

/// A call of the local AWS in AWS's JSON protocol. It asks for no signature.
pub async fn aws(endpoint: &str, target: &str, body: &Value) -> Result<Answer> {
    let request = Request::builder().method(Method::POST).uri(endpoint).header("x-amz-target", target);
    send(request.header(CONTENT_TYPE, "application/x-amz-json-1.1"), Some(body)).await
}

async fn send(request: Builder, body: Option<&Value>) -> Result<Answer> {
    let body = body.map(Value::to_string).unwrap_or_default();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request.body(Full::new(Bytes::from(body)))?).await?;
    let status = response.status();
    Ok(Answer { status, body: response.into_body().collect().await?.to_bytes() })
}

/// A server that stops taking connections when it is dropped.
#[derive(Debug)]
pub struct Serving(JoinHandle<()>);

impl Serving {
    /// Takes no more connections.
    pub fn stop(&self) {
        self.0.abort();
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Answers every request on a listener. An error of the handler closes the connection without an answer.
pub fn serve<H, F, B, E>(listener: std::net::TcpListener, handler: H) -> Result<Serving>
where
    H: Fn(Request<Incoming>, SocketAddr) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Result<Response<B>, E>> + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
    E: Into<Box<dyn StdError + Send + Sync>> + 'static,
{
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    Ok(Serving(tokio::spawn(async move {
        loop {
            let Ok((stream, peer)) = listener.accept().await else { continue };
            let handler = handler.clone();
            let service = service_fn(move |request| handler(request, peer));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(async move { drop(connection.await) });
        }
    })))
}
