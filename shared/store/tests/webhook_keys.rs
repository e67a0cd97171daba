//! The keys of webhooks, events and deliveries, pinned: a key that changes loses what was stored under it.

use switchboard_model::Id;
use switchboard_model::delivery::DeliveryKey;
use switchboard_model::event::EventId;
use switchboard_model::incoming_webhook::RequestName;
use switchboard_model::webhook::Receiver;
use switchboard_store::keys::{self, Key, Range};

fn line(name: &str, key: &Key) -> String {
    format!("{name}: {:?} {} | {}", key.table, key.pk, key.sk)
}

fn run(name: &str, range: &Range) -> String {
    format!("{name}: {:?} {} | {}…", range.table, range.pk, range.sk_prefix)
}

#[test]
fn keys_of_webhooks_stay_as_they_are() {
    let (workspace, id) = (Id::from_bits(1).unwrap(), Id::from_bits(2).unwrap());
    let event_id = EventId::parse("evt_01kdvdna005rat07221qcrhavb").unwrap();
    let key = RequestName::IdempotencyKey("deploy-42".to_owned());
    let delivered = RequestName::Delivery("a#b c".to_owned());
    let callbacks = Receiver::Callbacks { workspace_id: workspace, origin: "https://example.com".to_owned() };
    let delivery = DeliveryKey::Event { endpoint_id: id, event_id: event_id.clone() };
    let keys = [
        line("endpoint", &keys::endpoint(workspace, id)),
        run("endpoints", &keys::endpoints(workspace)),
        line("endpoint_health", &keys::endpoint_health(&Receiver::Webhook(id))),
        line("endpoint_health, of callbacks", &keys::endpoint_health(&callbacks)),
        line("event", &keys::event(workspace, &event_id)),
        run("events", &keys::events(workspace)),
        line("delivery", &keys::delivery(&delivery)),
        line("callback", &keys::delivery(&DeliveryKey::Callback { id })),
        run("deliveries", &keys::deliveries(id)),
        line("replay", &keys::replay(workspace, id)),
        line("incoming_webhook", &keys::incoming_webhook(id)),
        line("incoming_webhook_usage", &keys::incoming_webhook_usage(id)),
        line("workspace_incoming_webhook", &keys::workspace_incoming_webhook(workspace, id)),
        run("workspace_incoming_webhooks", &keys::workspace_incoming_webhooks(workspace)),
        line("incoming_request, by key", &keys::incoming_request(id, &key)),
        line("incoming_request, by delivery", &keys::incoming_request(id, &delivered)),
    ];
    insta::assert_snapshot!(keys.join("\n"), @"
    endpoint: Main WORKSPACE#0000000000001 | ENDPOINT#0000000000002
    endpoints: Main WORKSPACE#0000000000001 | ENDPOINT#…
    endpoint_health: Ephemeral ENDPOINT#0000000000002 | HEALTH
    endpoint_health, of callbacks: Ephemeral CALLBACKS#0000000000001#https://example.com | HEALTH
    event: Messages FEED#0000000000001 | evt_01kdvdna005rat07221qcrhavb
    events: Messages FEED#0000000000001 | …
    delivery: Messages DELIVERIES#0000000000002 | evt_01kdvdna005rat07221qcrhavb
    callback: Messages CALLBACK#0000000000002 | CALLBACK
    deliveries: Messages DELIVERIES#0000000000002 | …
    replay: Messages REPLAY#0000000000001 | 0000000000002
    incoming_webhook: Main INCOMING#0000000000002 | INCOMING
    incoming_webhook_usage: Main INCOMING#0000000000002 | USAGE
    workspace_incoming_webhook: Main WORKSPACE#0000000000001 | INCOMING#0000000000002
    workspace_incoming_webhooks: Main WORKSPACE#0000000000001 | INCOMING#…
    incoming_request, by key: Ephemeral INCOMING#0000000000002 | KEY#deploy-42
    incoming_request, by delivery: Ephemeral INCOMING#0000000000002 | DELIVERY#~2425bd4730ac9781b2120c87264ae1f9003cb5d3f582dfb7b9973909e6956b4c
    ");
}
