//! The sample events beside the function.

use serde_json::Value;
use switchboard_testkit::Call;

use crate::support::Stage;

#[tokio::test]
async fn every_sample_event_names_a_route_of_the_function() {
    let stage = Stage::new().await;
    let mut seen = 0;
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/events")).unwrap() {
        let event: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        let text = |pointer: &str| event.pointer(pointer).and_then(Value::as_str).unwrap();
        let uri = format!("{}?{}", text("/rawPath"), text("/rawQueryString"));
        let method = text("/requestContext/http/method").parse().unwrap();

        let answer = Call::new(method, uri).to(&stage.router).await;

        assert_eq!(answer.status, 401, "{event}");
        assert_eq!(text("/routeKey").split(' ').next(), text("/requestContext/http/method").into());
        seen += 1;
    }
    assert_eq!(seen, 10);
}
