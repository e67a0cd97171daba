//! Serving connections, with the power to close one instead of answering.

use std::io;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use crate::failure::DropConnection;

/// Serves until dropped, which closes all connections.
pub async fn serve(listener: TcpListener, router: Router) -> io::Result<()> {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                connections.spawn(serve_one(stream, router.clone()));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_one(stream: TcpStream, router: Router) {
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let answered = router.oneshot(request.map(Body::new)).await;
            let response = answered.unwrap_or_else(|never| match never {});
            if response.extensions().get::<DropConnection>().is_some() {
                // An error of the service makes hyper close the connection without a response.
                return Err(io::Error::other("answer lost on purpose"));
            }
            Ok(response)
        }
    });
    // Errors are those made above, and callers that went away.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}
