//! What requests cost: docs/costs.md says the same.

use std::fmt::Write;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;
use switchboard_bucket::ObjectKey;
use switchboard_meter::{Meter, Reading};
use switchboard_model::id::spelling::uuid;
use switchboard_model::media::ContentDigest;
use switchboard_service::contacts::imports::{ImportWorker, Step};
use switchboard_testkit::{Answer, Call};

use crate::support::Stage;

/// What requests cost, a line each.
fn costs(answers: &[(&str, Answer)]) -> String {
    let lines: Vec<_> = answers.iter().map(|(name, answer)| format!("{name}: {}", answer.cost())).collect();
    lines.join("\n")
}

fn calls_and_writes(reading: Reading) -> String {
    format!("{} calls, {} write units", reading.calls, reading.write_units)
}

/// A file of so many rows, each with a number and a name of one word.
fn file(rows: usize) -> String {
    let mut file = "phone,name\n".to_owned();
    for at in 0..rows {
        writeln!(file, "+1555{at:07},Contact{at}").unwrap();
    }
    file
}

#[tokio::test]
async fn requests_cost_what_the_table_says() {
    let stage = Stage::new().await;
    // The first request of a process fetches the key of access tokens.
    stage.list("").await;
    let create = stage.create("+1234567890", json!({"name": "John Doe", "tags": ["customer"]})).await;
    let id = create.str("/id");
    let get = stage.get(&id).await;
    let list = stage.list("").await;
    let tagged = stage.list("&tags=customer").await;
    let search = stage.list("&search=john").await;
    let rename = stage.patch(&id, json!({"name": "Jane Doe"})).await;
    let import = stage.import("a.csv", "phone,name\n+15550001111,Ada\n+15550001112,Bob\n", "").await;
    let again = stage.import("a.csv", "phone,name\n+15550001111,Ada\n+15550001112,Bob\n", "").await;
    let delete = stage.delete(&id).await;
    let missing = stage.send(Call::get(format!("/api/contacts/{id}"))).await;
    let answers = [
        ("create", create),
        ("get", get),
        ("list", list),
        ("list of a tag", tagged),
        ("search", search),
        ("rename", rename),
        ("import two", import),
        ("import them again", again),
        ("delete", delete),
        ("get what is gone", missing),
    ];
    assert_snapshot!(costs(&answers), @"
    create: 4 calls, 2 round trips, 1 read units, 19 write units
    get: 4 calls, 2 round trips, 1 read units, 1 write units
    list: 5 calls, 1 round trips, 3 read units, 1 write units
    list of a tag: 5 calls, 1 round trips, 3 read units, 1 write units
    search: 3 calls, 1 round trips, 1 read units, 1 write units
    rename: 5 calls, 3 round trips, 1 read units, 15 write units
    import two: 5 calls, 3 round trips, 0 read units, 25 write units
    import them again: 3 calls, 2 round trips, 0 read units, 1 write units
    delete: 5 calls, 3 round trips, 1 read units, 17 write units
    get what is gone: 4 calls, 2 round trips, 1 read units, 1 write units
    ");
}

#[tokio::test]
async fn a_file_in_one_request_costs_what_the_table_says() {
    let stage = Stage::new().await;
    stage.list("").await;
    let new = stage.import("a.csv", file(1_000), "").await;
    let again = stage.import("a.csv", file(1_000), "").await;
    // How many of the calls go side by side differs from run to run.
    assert_eq!(calls_and_writes(new.reading), "89 calls, 10155 write units");
    assert_eq!(calls_and_writes(again.reading), "12 calls, 1 write units");
    let round_trips = (new.reading.round_trips, again.reading.round_trips);
    assert!(round_trips.0 <= 20 && round_trips.1 == 11, "{round_trips:?}");
}

#[tokio::test]
async fn an_import_behind_the_scenes_costs_what_the_table_says() {
    let stage = Stage::new().await;
    stage.list("").await;
    let content = file(1_400) + "none,Nobody\n";
    let announcement = json!({
        "workspace_id": stage.workspace(),
        "file_name": "a.csv",
        "file_size": content.len(),
        "sha256": ContentDigest::of(content.as_bytes()).to_string(),
    });
    let announced = stage.send(Call::post("/api/contacts/imports/uploads").json(&announcement)).await;
    let path = format!("/api/contacts/imports/{}", announced.str("/id"));
    let id = uuid::parse(&announced.str("/id")).unwrap();
    let key = ObjectKey::contact_import(stage.workspace_id(), id);
    stage.bucket.bucket.put(&key, content.into(), "application/octet-stream").await.unwrap();
    let started = stage.send(Call::post(format!("{path}/start"))).await;
    let worker =
        ImportWorker::new(stage.world.resources.clone(), stage.bucket.bucket.clone(), Duration::from_mins(5));
    let meter = Meter::default();
    assert_eq!(meter.scope(worker.work(id)).await.unwrap(), Step::Done);
    let answers = [
        ("announce", announced),
        ("start", started),
        ("get", stage.send(Call::get(&path)).await),
        ("results of one piece", stage.send(Call::get(format!("{path}/results?limit=100"))).await),
        (
            "results of two pieces",
            stage.send(Call::get(format!("{path}/results?limit=100&offset=450"))).await,
        ),
        ("failed ones", stage.send(Call::get(format!("{path}/results?status=failed"))).await),
        ("imported ones", stage.send(Call::get(format!("{path}/results?status=imported&offset=400"))).await),
    ];
    assert_snapshot!(costs(&answers), @"
    announce: 3 calls, 2 round trips, 0 read units, 2 write units
    start: 5 calls, 4 round trips, 1 read units, 2 write units
    get: 3 calls, 2 round trips, 1 read units, 1 write units
    results of one piece: 4 calls, 3 round trips, 1 read units, 1 write units
    results of two pieces: 4 calls, 3 round trips, 1 read units, 1 write units
    failed ones: 4 calls, 3 round trips, 2 read units, 1 write units
    imported ones: 4 calls, 3 round trips, 2 read units, 1 write units
    ");
    assert_eq!(calls_and_writes(meter.reading()), "138 calls, 14318 write units");
    assert!(meter.reading().round_trips <= 40, "{:?}", meter.reading());
}
