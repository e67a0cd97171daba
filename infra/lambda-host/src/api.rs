//! The Runtime API, version 2018-06-01, for one function (AWS, Lambda runtime API).

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;

const PREFIX: &str = "/2018-06-01/runtime/";
const ARN: &str = "arn:aws:lambda:us-east-1:000000000000:function:measured";
/// How long a function is told that it may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What a function did, and when.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// It asked for the next event.
    Asked(Instant),
    /// It was handed an event.
    Handed(Instant),
    /// It answered an event.
    Answered(Instant, Bytes),
    /// It reported that it failed, at start-up or with an event.
    Failed(Bytes),
}

/// A Runtime API that listens until it is dropped.
#[derive(Debug)]
pub(crate) struct RuntimeApi {
    address: SocketAddr,
    events: mpsc::UnboundedSender<Bytes>,
    reports: mpsc::UnboundedReceiver<Report>,
    server: JoinHandle<()>,
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl RuntimeApi {
    /// Listens on a free port of this machine.
    pub(crate) async fn listen() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (events, waiting) = mpsc::unbounded_channel();
        let (reporter, reports) = mpsc::unbounded_channel();
        let desk = Arc::new(Desk { waiting: Mutex::new(waiting), reporter });
        let server = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else { continue };
                let desk = Arc::clone(&desk);
                let service = service_fn(move |request| {
                    let desk = Arc::clone(&desk);
                    async move { desk.answer(request).await }
                });
                let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { drop(connection.await) });
            }
        });
        Ok(Self { address, events, reports, server })
    }

    /// What `AWS_LAMBDA_RUNTIME_API` is to hold.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has `event` handed out when the function asks next.
    pub(crate) fn put(&self, event: Bytes) {
        // The server lives as long as this, and with it the other end.
        let _ = self.events.send(event);
    }

    /// The next thing that the function does.
    pub(crate) async fn report(&mut self) -> Option<Report> {
        self.reports.recv().await
    }
}

/// What the connections share.
struct Desk {
    waiting: Mutex<mpsc::UnboundedReceiver<Bytes>>,
    reporter: mpsc::UnboundedSender<Report>,
}

impl Desk {
    async fn answer(&self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let path = request.uri().path().strip_prefix(PREFIX).unwrap_or_default().to_owned();
        let answer = match (request.method(), path.rsplit('/').next()) {
            (&Method::GET, Some("next")) => self.next().await,
            (&Method::POST, Some("response")) => {
                self.take(request, |body| Report::Answered(Instant::now(), body)).await
            }
            (&Method::POST, Some("error")) => self.take(request, Report::Failed).await,
            _ => Err(StatusCode::NOT_FOUND),
        };
        Ok(answer.unwrap_or_else(|status| {
            let mut response = Response::default();
            *response.status_mut() = status;
            response
        }))
    }

    async fn next(&self) -> Result<Response<Full<Bytes>>, StatusCode> {
        self.report(Report::Asked(Instant::now()))?;
        let event = self.waiting.lock().await.recv().await.ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default() + TIMEOUT;
        let response = Response::builder()
            .header("content-type", "application/json")
            .header("lambda-runtime-aws-request-id", "00000000-0000-4000-8000-000000000000")
            .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
            .header("lambda-runtime-invoked-function-arn", ARN)
            .body(Full::new(event));
        self.report(Report::Handed(Instant::now()))?;
        response.map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    }

    async fn take(
        &self,
        request: Request<Incoming>,
        report: impl FnOnce(Bytes) -> Report,
    ) -> Result<Response<Full<Bytes>>, StatusCode> {
        let body = request.into_body().collect().await.map_err(|_| StatusCode::BAD_REQUEST)?.to_bytes();
        self.report(report(body))?;
        let mut response = Response::new(Full::new(Bytes::from_static(br#"{"status":"OK"}"#)));
        *response.status_mut() = StatusCode::ACCEPTED;
        Ok(response)
    }

    fn report(&self, report: Report) -> Result<(), StatusCode> {
        self.reporter.send(report).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)
    }
}

#[cfg(test)]
mod tests {
    use hyper_util::client::legacy::Client;
    use hyper_util::rt::TokioExecutor;

    use super::*;

    async fn call(api: SocketAddr, method: Method, path: &str, body: &'static str) -> Response<Incoming> {
        let request = Request::builder().method(method).uri(format!("http://{api}{path}"));
        let request = request.body(Full::new(Bytes::from_static(body.as_bytes()))).unwrap();
        Client::builder(TokioExecutor::new()).build_http().request(request).await.unwrap()
    }

    #[tokio::test]
    async fn an_event_is_handed_out_and_its_answer_reported() {
        let mut api = RuntimeApi::listen().await.unwrap();

        api.put(Bytes::from_static(b"{}"));
        let event = call(api.address(), Method::GET, "/2018-06-01/runtime/invocation/next", "").await;
        let id = event.headers()["lambda-runtime-aws-request-id"].to_str().unwrap().to_owned();
        let path = format!("/2018-06-01/runtime/invocation/{id}/response");
        let answer = call(api.address(), Method::POST, &path, "done").await;

        assert_eq!(event.into_body().collect().await.unwrap().to_bytes(), "{}");
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        assert!(matches!(api.report().await, Some(Report::Asked(_))));
        assert!(matches!(api.report().await, Some(Report::Handed(_))));
        assert!(matches!(api.report().await, Some(Report::Answered(_, body)) if body == "done"));
    }

    #[tokio::test]
    async fn errors_are_reported() {
        let mut api = RuntimeApi::listen().await.unwrap();

        for path in ["/2018-06-01/runtime/init/error", "/2018-06-01/runtime/invocation/1/error"] {
            call(api.address(), Method::POST, path, "why").await;
            assert_eq!(api.report().await, Some(Report::Failed(Bytes::from_static(b"why"))));
        }
    }

    #[tokio::test]
    async fn other_paths_do_not_exist() {
        let api = RuntimeApi::listen().await.unwrap();
        let answer = call(api.address(), Method::GET, "/2018-06-01/runtime/elsewhere", "").await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    }
}
