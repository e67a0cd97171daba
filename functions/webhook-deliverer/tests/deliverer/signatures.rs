//! What receivers get, and whether they can trust it.

use std::collections::HashSet;

use switchboard_model::delivery::DeliveryState;
use switchboard_model::signing::document;
use switchboard_model::signing::json::Json;
use switchboard_model::webhook::{Endpoint, SignatureFormat};

use crate::receiver::{Receiver, Request, answer};
use crate::stage::Stage;

/// Checks a request as a receiver with the crate of Standard Webhooks does, at the time that the request names.
fn verify(secret: &str, request: &Request) -> bool {
    let webhook = standardwebhooks::Webhook::new(secret).unwrap();
    let signed = webhook
        .sign(
            request.header("webhook-id"),
            request.header("webhook-timestamp").parse().unwrap(),
            request.body.as_bytes(),
        )
        .unwrap();
    request.header("webhook-signature").split(' ').any(|signature| signature == signed)
}

fn as_node(request: &Request) -> String {
    Json::parse(request.body.as_bytes()).unwrap().as_javascript()
}

fn as_python(request: &Request) -> String {
    Json::parse(request.body.as_bytes()).unwrap().as_python()
}

#[tokio::test]
async fn every_webhook_that_wants_an_event_gets_it_signed() {
    let stage = Stage::new().await;
    let (first, second) = (Receiver::with_status(200).await, Receiver::with_status(204).await);
    let (endpoint, secret) = stage.webhook(&first.url, SignatureFormat::Auto).await;
    let (_, other) = stage.webhook(&second.url, SignatureFormat::Raw).await;
    let event = stage.event(1);

    assert_eq!(stage.tell(&event).await, []);

    let request = first.requests().pop().unwrap();
    assert!(verify(&secret, &request) && !verify(&other, &request));
    assert_eq!(request.header("webhook-id"), event.id.as_str());
    assert_eq!(request.header("webhook-timestamp"), "1767225600");
    assert_eq!(request.header("x-webhook-event"), "member.added");
    assert_eq!(request.header("x-webhook-attempt"), "1");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.body, event.body);
    assert_eq!(request.header("x-webhook-signature"), document(&secret, &as_node(&request)));
    assert_eq!(request.header("x-webhook-signature-python"), document(&secret, &as_python(&request)));
    let raw = second.requests().pop().unwrap();
    assert_eq!(raw.header("x-webhook-signature"), document(&other, &raw.body));
    let delivery = stage.delivery(&event, &endpoint).await;
    assert_eq!((delivery.state, delivery.attempts.len()), (DeliveryState::Delivered, 1));
}

#[tokio::test]
async fn the_form_that_python_writes_is_tried_where_the_other_is_refused_and_remembered() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|_, request| {
        let right = request.header("x-webhook-signature") == request.header("x-webhook-signature-python");
        Some(answer(if right { 200 } else { 401 }, "", ""))
    })
    .await;
    let (endpoint, _) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let (first, second) = (stage.event(1), stage.event(2));

    assert_eq!(stage.tell(&first).await, []);
    assert_eq!(receiver.requests().len(), 2);
    assert_eq!(stage.delivery(&first, &endpoint).await.attempts.len(), 1);

    assert_eq!(stage.tell(&second).await, []);
    assert_eq!(receiver.requests().len(), 3);
}

#[tokio::test]
async fn each_attempt_is_signed_anew_and_keeps_the_id() {
    let stage = Stage::new().await;
    let receiver = Receiver::new(|number, _| Some(answer(if number < 2 { 500 } else { 200 }, "", ""))).await;
    let (_, secret) = stage.webhook(&receiver.url, SignatureFormat::Node).await;

    let follows = stage.tell(&stage.event(1)).await;
    let follows = stage.follow(follows).await;
    assert_eq!(stage.follow(follows).await, []);

    let requests = receiver.requests();
    let of =
        |name: &str| requests.iter().map(|request| request.header(name).to_owned()).collect::<HashSet<_>>();
    assert_eq!(requests.len(), 3);
    assert!(requests.iter().all(|request| verify(&secret, request)));
    assert_eq!(of("webhook-id").len(), 1);
    assert_eq!(of("webhook-timestamp").len(), 3);
    assert_eq!(of("x-webhook-attempt"), HashSet::from(["1", "2", "3"].map(str::to_owned)));
}

#[tokio::test]
async fn both_secrets_sign_while_they_overlap() {
    let stage = Stage::new().await;
    let receiver = Receiver::with_status(200).await;
    let (endpoint, old) = stage.webhook(&receiver.url, SignatureFormat::Auto).await;
    let Endpoint { id, workspace_id, .. } = endpoint;
    let rotated = stage.webhooks.rotate(&stage.permit(), workspace_id, id, 3_600).await.unwrap();

    stage.tell(&stage.event(1)).await;
    stage.world.wait(3_600);
    stage.tell(&stage.event(2)).await;

    let requests = receiver.requests();
    assert!(verify(&old, &requests[0]) && verify(&rotated.secret, &requests[0]));
    assert!(!verify(&old, &requests[1]) && verify(&rotated.secret, &requests[1]));
}
