//! The sample events beside the function.

use axum::body::Body;
use http::Request;
use serde_json::Value;
use switchboard_testkit::Call;

use crate::support::Files;

#[tokio::test]
async fn every_sample_event_names_a_route_of_the_function() {
    let files = Files::new().await;
    let mut seen = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/events")).unwrap() {
        let event: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap();
        let query = text("/rawQueryString");
        let uri = if query.is_empty() {
            text("/rawPath").to_owned()
        } else {
            format!("{}?{query}", text("/rawPath"))
        };
        let request = Request::builder().method(text("/requestContext/http/method")).uri(uri);
        let request = request.body(Body::empty()).unwrap();

        let answer = Call::new(request.method().clone(), request.uri().to_string()).to(&files.router).await;

        assert_eq!(answer.status, 401, "{event}");
        assert_eq!(text("/routeKey").split(' ').next(), Some(request.method().as_str()));
        seen += 1;
    }
    assert_eq!(seen, 8);
}
