//! What each kind of event costs.

use std::fmt::Write;

use insta::assert_snapshot;
use serde_json::json;
use switchboard_graph::webhook::Update;
use switchboard_meter::Meter;
use switchboard_model::message::{Report, ReportKind};

use crate::stage::{ACCOUNT, NOW, Stage, message, status, updates, with_callback};

/// Somebody who has not written before.
const NEWCOMER: &str = "16505559999";

impl Stage {
    async fn cost(&self, table: &mut String, name: &str, update: &Update) {
        let meter = Meter::default();
        let handled = meter.scope(self.handle(update)).await;
        let cost = meter.reading();
        writeln!(
            table,
            "{name}: {handled}, {} calls, {} round trips, {} read and {} write units",
            cost.calls, cost.round_trips, cost.read_units, cost.write_units
        )
        .unwrap();
    }
}

#[tokio::test]
async fn each_kind_of_event_has_its_price() {
    let stage = Stage::new().await;
    let ours = stage.sending().await;
    let recorded = stage.sending().await;
    let report = Report { kind: ReportKind::Sent, at: stage.world.resources.now() };
    stage.store().accept_message(&recorded, "wamid.R", &report).await.unwrap();
    let text = |id: &str, customer: &str, seconds: i64| {
        let mut item = message(id, json!({"type": "text", "text": {"body": "Hi, do you ship to Rome?"}}));
        item["from"] = json!(customer);
        item["timestamp"] = json!((NOW + seconds).to_string());
        stage.update("messages", &item)
    };
    let (unknown, known) = (text("wamid.1", NEWCOMER, 0), text("wamid.2", NEWCOMER, 60));
    let older = text("wamid.3", NEWCOMER, 30);
    let by_callback = stage.update("statuses", &with_callback(status("wamid.B", "sent", 1), &ours));
    let read = stage.update("statuses", &with_callback(status("wamid.B", "read", 3), &ours));
    let late = stage.update("statuses", &with_callback(status("wamid.B", "delivered", 2), &ours));
    let by_wamid = stage.update("statuses", &status("wamid.R", "delivered", 1));
    let orphan = stage.update("statuses", &status("wamid.X", "delivered", 1));
    let event =
        updates(&json!([{"id": ACCOUNT, "changes": [{"field": "flows", "value": {"a": 1}}]}])).remove(0);

    let mut table = String::new();
    // What the workspace's webhooks are told of is remembered for some seconds, as between messages at load.
    stage.handle(&text("wamid.0", "16505550000", 0)).await;
    stage.cost(&mut table, "inbound message of an unknown customer", &unknown).await;
    stage.world.wait(60);
    stage.cost(&mut table, "inbound message", &known).await;
    stage.cost(&mut table, "inbound message again", &known).await;
    stage.cost(&mut table, "inbound message that is older than the last one", &older).await;
    stage.cost(&mut table, "status by callback data", &by_callback).await;
    stage.cost(&mut table, "further status", &read).await;
    stage.cost(&mut table, "late status", &late).await;
    stage.cost(&mut table, "status again", &late).await;
    stage.cost(&mut table, "status by wamid", &by_wamid).await;
    stage.cost(&mut table, "status that nobody claims", &orphan).await;
    stage.cost(&mut table, "other event", &event).await;
    stage.cost(&mut table, "other event again", &event).await;

    assert_snapshot!(table, @"
    inbound message of an unknown customer: stored, 8 calls, 4 round trips, 5 read and 24 write units
    inbound message: stored, 7 calls, 4 round trips, 5 read and 12 write units
    inbound message again: stored_before, 7 calls, 4 round trips, 5 read and 0 write units
    inbound message that is older than the last one: stored, 7 calls, 4 round trips, 5 read and 10 write units
    status by callback data: reported, 3 calls, 2 round trips, 2 read and 1 write units
    further status: reported, 3 calls, 2 round trips, 2 read and 1 write units
    late status: reported, 4 calls, 3 round trips, 2 read and 1 write units
    status again: reported, 4 calls, 3 round trips, 2 read and 0 write units
    status by wamid: reported, 3 calls, 2 round trips, 2 read and 1 write units
    status that nobody claims: waiting, 4 calls, 3 round trips, 3 read and 1 write units
    other event: stored, 1 calls, 1 round trips, 0 read and 1 write units
    other event again: stored_before, 1 calls, 1 round trips, 0 read and 0 write units
    ");
}
