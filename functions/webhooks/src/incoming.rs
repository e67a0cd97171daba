//! Webhooks by which services do things.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod rotate;
pub(crate) mod update;

use http::HeaderMap;
use http::header::HOST;

const FORWARDED_HOST: &str = "x-forwarded-host";
const FORWARDED_PROTOCOL: &str = "x-forwarded-proto";

/// Where the caller finds the API, such as `https://api.example.com`; nothing where the request does not say.
fn origin(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(host) = text(FORWARDED_HOST).or_else(|| text(HOST.as_str())) else { return String::new() };
    let protocol = text(FORWARDED_PROTOCOL).filter(|protocol| *protocol == "http").unwrap_or("https");
    format!("{protocol}://{host}")
}
