//! The local gateway: what API Gateway's own address is on AWS.
//!
//! `MiniStack` finds an HTTP API by the `Host` header. The gateway sets it, and adds the headers that API Gateway adds.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited, combinators::BoxBody};
use hyper::body::Incoming;
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue};
use hyper::{HeaderMap, Request, Response, StatusCode, Uri};
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;

use crate::http::{Serving, serve};

const LARGEST_BODY: usize = 10 * 1024 * 1024;
/// Headers that belong to one connection, and those that are set anew.
const NOT_FORWARDED: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PORT: HeaderName = HeaderName::from_static("x-forwarded-port");
const FORWARDED_PROTOCOL: HeaderName = HeaderName::from_static("x-forwarded-proto");

type Body = BoxBody<Bytes, hyper::Error>;

/// Where requests go.
#[derive(Clone, Debug)]
struct Gateway {
    upstream: String,
    host: HeaderValue,
    port: u16,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// Serves an API of the local AWS on a listener.
pub fn start(listener: std::net::TcpListener, upstream: &str, api_id: &str) -> anyhow::Result<Serving> {
    let gateway = Gateway {
        upstream: upstream.to_owned(),
        host: HeaderValue::from_str(&format!("{api_id}.execute-api.localhost"))?,
        port: listener.local_addr()?.port(),
        client: Client::builder(TokioExecutor::new()).build_http(),
    };
    serve(listener, move |request, peer| {
        let gateway = gateway.clone();
        async move { Ok::<_, Infallible>(gateway.answer(request, peer).await) }
    })
}

impl Gateway {
    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let Ok(uri) = format!("{}{path}", self.upstream).parse::<Uri>() else {
            return message(StatusCode::BAD_REQUEST, "Bad Request");
        };
        let body = match Limited::new(body, LARGEST_BODY).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) if error.is::<LengthLimitError>() => {
                return message(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
            }
            Err(_) => return message(StatusCode::BAD_REQUEST, "Bad Request"),
        };
        let mut forwarded = Request::new(Full::new(body));
        *forwarded.method_mut() = parts.method;
        *forwarded.uri_mut() = uri;
        *forwarded.headers_mut() = self.headers(parts.headers, peer.ip());
        match self.client.request(forwarded).await {
            Ok(response) => response.map(BodyExt::boxed),
            Err(_) => message(StatusCode::BAD_GATEWAY, "The local AWS does not answer"),
        }
    }

    fn headers(&self, mut headers: HeaderMap, peer: IpAddr) -> HeaderMap {
        for name in NOT_FORWARDED {
            headers.remove(name);
        }
        // Whoever tells where the API is needs to know by what name the caller reached it.
        if let Some(host) = headers.insert(HOST, self.host.clone()) {
            headers.insert(FORWARDED_HOST, host);
        }
        let mut addresses: Vec<String> = headers
            .get_all(FORWARDED_FOR)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .map(str::to_owned)
            .collect();
        addresses.push(peer.to_string());
        if let Ok(value) = HeaderValue::from_str(&addresses.join(", ")) {
            headers.insert(FORWARDED_FOR, value);
        }
        headers.insert(FORWARDED_PORT, HeaderValue::from(self.port));
        headers.insert(FORWARDED_PROTOCOL, HeaderValue::from_static("http"));
        headers
    }
}

/// An answer in API Gateway's own shape.
fn message(status: StatusCode, text: &str) -> Response<Body> {
    let body = Bytes::from(serde_json::json!({ "message": text }).to_string());
    let mut response = Response::new(BoxBody::default());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    *response.body_mut() = Full::new(body).map_err(|never| match never {}).boxed();
    response
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use serde_json::{Value, json};

    use super::*;
    use crate::http;

    /// A gateway in front of a service that answers with the request that it got.
    fn gateway() -> (String, [Serving; 2]) {
        let service = TcpListener::bind("127.0.0.1:0").unwrap();
        let upstream = format!("http://{}", service.local_addr().unwrap());
        let service = serve(service, |request, _| async { echo(request).await });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let gateway = start(listener, &upstream, "abc");
        (url, [service.unwrap(), gateway.unwrap()])
    }

    async fn echo(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, hyper::Error> {
        let header =
            |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let mut seen = json!({
            "host": header("host"),
            "forwarded_for": header("x-forwarded-for"),
            "forwarded_host": header("x-forwarded-host"),
            "path": request.uri().path_and_query().map(ToString::to_string),
        });
        seen["length"] = json!(request.into_body().collect().await?.to_bytes().len());
        Ok(Response::new(Full::new(Bytes::from(seen.to_string()))))
    }

    #[tokio::test]
    async fn the_api_is_named_by_its_host_and_the_path_stays_as_it_is() {
        let (url, _servers) = gateway();
        let seen = http::get(&format!("{url}/api/a%2Fb?c=%20d")).await.unwrap().json().unwrap();
        let expected = json!({
            "host": "abc.execute-api.localhost",
            "forwarded_for": "127.0.0.1",
            "forwarded_host": url.trim_start_matches("http://"),
            "path": "/api/a%2Fb?c=%20d",
            "length": 0,
        });
        assert_eq!(seen, expected);
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused() {
        let (url, _servers) = gateway();
        let post = async |length: usize| {
            let body = Value::String("x".repeat(length - 2));
            http::call(hyper::Method::POST, &url, None, Some(&body)).await.unwrap()
        };
        assert_eq!(post(LARGEST_BODY).await.json().unwrap()["length"], LARGEST_BODY);
        assert_eq!(post(LARGEST_BODY + 1).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    }

    #[tokio::test]
    async fn a_service_that_is_gone_is_a_bad_gateway() {
        let (url, [service, _gateway]) = gateway();
        drop(service);
        tokio::task::yield_now().await;
        assert_eq!(http::get(&url).await.unwrap().status, StatusCode::BAD_GATEWAY);
    }
}
