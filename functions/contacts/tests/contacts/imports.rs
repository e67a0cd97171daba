//! Imports that go on behind the scenes.

use std::fmt::Write;
use std::time::Duration;

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_bucket::ObjectKey;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::media::ContentDigest;
use switchboard_service::contacts::imports::{ImportWorker, Step};
use switchboard_testkit::{Answer, Call};

use crate::support::{Stage, together};

/// A file of `count` rows of which the last has no number that can be understood.
fn file(count: usize) -> String {
    let mut file = "phone,name\n".to_owned();
    for at in 1..count {
        writeln!(file, "+1555{at:07},Contact {at}").unwrap();
    }
    file + "none,Nobody\n"
}

impl Stage {
    async fn work(&self, id: &str, budget: Duration) -> Step {
        let worker = ImportWorker::new(self.world.resources.clone(), self.bucket.bucket.clone(), budget);
        worker.work(id_of(id)).await.unwrap()
    }

    async fn state(&self, id: &str) -> Value {
        self.send(Call::get(format!("/api/contacts/imports/{id}"))).await.json()
    }

    async fn results(&self, id: &str, query: &str) -> Answer {
        self.send(Call::get(format!("/api/contacts/imports/{id}/results?{query}"))).await
    }

    async fn announce(&self, content: &str) -> Answer {
        let body = json!({
            "workspace_id": self.workspace(),
            "file_name": "large.csv",
            "file_size": content.len(),
            "sha256": ContentDigest::of(content.as_bytes()).to_string(),
        });
        self.send(Call::post("/api/contacts/imports/uploads").json(&body)).await
    }
}

fn id_of(id: &str) -> Id {
    uuid::parse(id).unwrap()
}

const LONG: Duration = Duration::from_mins(5);

#[tokio::test]
async fn a_file_of_many_rows_is_taken_and_done_behind_the_scenes() {
    let stage = Stage::new().await;
    let begun = stage.import("contacts.csv", file(1_201), "").await;
    assert_snapshot!(begun, @r#"
    202 {
      "created_at": "2026-01-01T00:00:00Z",
      "failed": 0,
      "file_name": "contacts.csv",
      "file_size": 30116,
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "imported": 0,
      "reason": null,
      "status": "processing",
      "total_rows": 0,
      "unchanged": 0,
      "updated": 0,
      "updated_at": "2026-01-01T00:00:00Z",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    let id = begun.str("/id");
    assert_eq!(stage.list("").await.json()["total"], 0);

    assert_eq!(stage.work(&id, LONG).await, Step::Done);

    let state = stage.state(&id).await;
    assert_eq!((&state["status"], &state["total_rows"]), (&json!("completed"), &json!(1_201)));
    assert_eq!((&state["imported"], &state["failed"]), (&json!(1_200), &json!(1)));
    assert_eq!(stage.list("").await.json()["total"], 1_200);
    assert!(stage.bucket.keys().await.is_empty());
    assert_snapshot!(together(&[stage.results(&id, "limit=2&offset=1199").await]), @r#"200 {"data":[{"row_number":1200,"phone_number":"+15550001200","status":"imported","reason":null},{"row_number":1201,"phone_number":"none","status":"failed","reason":"Invalid phone number format"}],"total":1201,"limit":2,"offset":1199}"#);
    for (query, count) in
        [("limit=100&offset=450", 100), ("offset=1200", 1), ("offset=1201", 0), ("limit=1", 1)]
    {
        let page = stage.results(&id, query).await.json();
        assert_eq!(
            (page["data"].as_array().unwrap().len(), &page["total"]),
            (count, &json!(1_201)),
            "{query}"
        );
    }
}

#[tokio::test]
async fn results_can_be_asked_for_by_what_came_of_the_rows() {
    let stage = Stage::new().await;
    stage.created("+15550000001", json!({"name": "Contact 1"})).await;
    stage.created("+15550000002", json!({"name": "Another"})).await;
    // Of 1,303 rows every hundredth has no number.
    let mut content = "phone,name\n".to_owned();
    for at in 1..=1_303 {
        let number = if at % 100 == 0 { "none".to_owned() } else { format!("+1555{at:07}") };
        writeln!(content, "{number},Contact {at}").unwrap();
    }
    let id = stage.import("contacts.csv", content, "").await.str("/id");
    assert_eq!(stage.results(&id, "status=failed").await.json()["total"], 0);
    stage.work(&id, LONG).await;

    let failed = stage.results(&id, "status=failed&limit=3&offset=9").await;
    let updated = stage.results(&id, "status=updated").await;
    let unchanged = stage.results(&id, "status=unchanged").await;
    let imported = stage.results(&id, "status=imported&limit=1&offset=1287").await;
    let across = stage.results(&id, "status=imported&limit=100&offset=450").await;
    let beyond = stage.results(&id, "status=updated&offset=1").await;
    let wrong = stage.results(&id, "status=FAILED&limit=0").await;

    assert_snapshot!(together(&[failed, updated, unchanged, imported, beyond, wrong]), @r#"
    200 {"data":[{"row_number":1000,"phone_number":"none","status":"failed","reason":"Invalid phone number format"},{"row_number":1100,"phone_number":"none","status":"failed","reason":"Invalid phone number format"},{"row_number":1200,"phone_number":"none","status":"failed","reason":"Invalid phone number format"}],"total":13,"limit":3,"offset":9}
    200 {"data":[{"row_number":2,"phone_number":"+15550000002","status":"updated","reason":null}],"total":1,"limit":20,"offset":0}
    200 {"data":[{"row_number":1,"phone_number":"+15550000001","status":"unchanged","reason":null}],"total":1,"limit":20,"offset":0}
    200 {"data":[{"row_number":1303,"phone_number":"+15550001303","status":"imported","reason":null}],"total":1288,"limit":1,"offset":1287}
    200 {"data":[],"total":1,"limit":20,"offset":1}
    422 {"detail":[{"loc":["query","status"],"msg":"Input should be 'imported', 'updated', 'unchanged' or 'failed'","type":"enum"},{"loc":["query","limit"],"msg":"Input should be greater than or equal to 1","type":"out_of_range"}]}
    "#);
    // The rows before the 450th new one: two that were there, and four without number.
    let across = across.json();
    let numbers: Vec<u64> =
        across["data"].as_array().unwrap().iter().map(|row| row["row_number"].as_u64().unwrap()).collect();
    let expected: Vec<u64> = (3..=1_303).filter(|at| at % 100 != 0).skip(450).take(100).collect();
    assert_eq!((numbers, &across["total"]), (expected, &json!(1_288)));
}

#[tokio::test]
async fn an_import_that_is_interrupted_goes_on_where_it_was() {
    let stage = Stage::new().await;
    let id = stage.import("contacts.csv", file(1_201), "").await.str("/id");

    // No time at all is enough for one piece.
    assert_eq!(stage.work(&id, Duration::ZERO).await, Step::Again);
    let state = stage.state(&id).await;
    assert_eq!((&state["status"], &state["total_rows"]), (&json!("processing"), &json!(500)));
    assert_eq!(stage.work(&id, Duration::ZERO).await, Step::Again);
    assert_eq!(stage.work(&id, LONG).await, Step::Done);
    assert_eq!(stage.work(&id, LONG).await, Step::Done);

    let state = stage.state(&id).await;
    assert_eq!(
        (&state["imported"], &state["unchanged"], &state["failed"]),
        (&json!(1_200), &json!(0), &json!(1))
    );
}

#[tokio::test]
async fn a_killed_worker_leaves_the_same_contacts_and_counts() {
    let stage = Stage::new().await;
    let id = stage.import("contacts.csv", file(1_201), "").await.str("/id");
    let mut kills = 0_u32;
    loop {
        // Each run lives a little longer than the one before, so that the kills fall everywhere.
        let life = Duration::from_millis(40 + u64::from(kills) * 45);
        match tokio::time::timeout(life, stage.work(&id, LONG)).await {
            Err(_) => kills += 1,
            Ok(step) => {
                assert_eq!(step, Step::Done);
                break;
            }
        }
        assert!(kills < 2_000, "it never ends");
    }

    let state = stage.state(&id).await;
    assert!(kills >= 3, "killed {kills} times only");
    assert_eq!(state["status"], "completed", "{state}");
    assert_eq!(
        (&state["imported"], &state["unchanged"], &state["failed"]),
        (&json!(1_200), &json!(0), &json!(1))
    );
    assert_eq!(stage.list("").await.json()["total"], 1_200);
    assert_eq!(stage.list("&search=contact").await.json()["total"], 1_200);
}

#[tokio::test]
async fn two_workers_at_once_do_it_once() {
    let stage = Stage::new().await;
    let id = stage.import("contacts.csv", file(1_201), "").await.str("/id");

    let steps: [Step; 2] = futures::join!(stage.work(&id, LONG), stage.work(&id, LONG)).into();
    // Whoever came second must see to it that the first is not the last.
    assert!(steps.contains(&Step::Elsewhere), "{steps:?}");
    while stage.work(&id, LONG).await != Step::Done {}

    let state = stage.state(&id).await;
    assert_eq!(
        (&state["status"], &state["imported"], &state["failed"]),
        (&json!("completed"), &json!(1_200), &json!(1))
    );
    assert_eq!(stage.list("").await.json()["total"], 1_200);
}

#[tokio::test]
async fn a_large_file_is_uploaded_first() {
    let stage = Stage::new().await;
    let content = "phone,name\n+15550001111,Ada\n";
    let announced = stage.announce(content).await;
    let id = announced.str("/id");
    let start = || stage.send(Call::post(format!("/api/contacts/imports/{id}/start")));
    assert_eq!(announced.json()["status"], "awaiting_upload");
    assert_snapshot!(together(&[start().await]), @r#"409 {"detail":"The file has not been uploaded completely"}"#);

    // The address is of the time at which the clock of the tests stands, so that nobody takes an upload there.
    let upload = announced.json()["upload"].clone();
    assert_eq!((&upload["method"], &upload["expires_at"]), (&json!("PUT"), &json!("2026-01-01T01:00:00Z")));
    assert!(upload["headers"]["x-amz-checksum-sha256"].is_string() && upload["url"].is_string(), "{upload}");
    let key = ObjectKey::contact_import(stage.workspace_id(), id_of(&id));
    stage.bucket.bucket.put(&key, content.into(), "application/octet-stream").await.unwrap();
    let started = start().await;
    assert_eq!((started.status.as_u16(), started.str("/status")), (202, "processing".to_owned()));
    assert_eq!(start().await.json(), started.json());
    stage.work(&id, LONG).await;

    assert_eq!(stage.state(&id).await["imported"], 1);
    assert_eq!(start().await.str("/status"), "completed");
}

#[tokio::test]
async fn of_a_file_that_turns_out_bad_nothing_is_stored() {
    let stage = Stage::new().await;
    let content = format!("{}\"never closed{}", file(600), "x".repeat(1_100_000));
    let id = stage.import("contacts.csv", &content, "").await;
    // Its first rows are fewer than are waited for, so it is read to its end at once.
    assert_snapshot!(together(&[id]), @r#"422 {"detail":"The file can't be imported: the row after line 602 is longer than 1 MB. Perhaps a quotation mark is not closed"}"#);

    let content = format!("{}\"never closed{}", file(1_600), "x".repeat(1_100_000));
    let id = stage.import("contacts.csv", &content, "").await.str("/id");
    stage.work(&id, LONG).await;

    let state = stage.state(&id).await;
    assert_eq!((&state["status"], &state["total_rows"]), (&json!("failed"), &json!(0)));
    assert!(state["reason"].as_str().unwrap().contains("longer than 1 MB"), "{state}");
    assert_eq!(stage.list("").await.json()["total"], 0);
    assert_eq!(stage.results(&id, "").await.json()["total"], 0);
    assert!(stage.bucket.keys().await.is_empty());
}

#[tokio::test]
async fn wrong_announcements_are_refused_by_place() {
    let stage = Stage::new().await;
    let announce = |body: Value| stage.send(Call::post("/api/contacts/imports/uploads").json(&body));
    let whole = json!({"workspace_id": stage.workspace(), "file_name": "a/../b.csv", "file_size": 104_857_601, "sha256": "x"});
    let mut country = whole.clone();
    country["file_name"] = json!("b.csv");
    country["file_size"] = json!(1);
    country["sha256"] = json!(ContentDigest::of(b"").to_string());
    country["default_country"] = json!("Germany");
    let answers = [
        announce(whole).await,
        announce(country).await,
        stage.results("import-uuid", "").await,
        stage.results("550e8400-e29b-41d4-a716-446655440000", "").await,
    ];
    assert_snapshot!(together(&answers), @r#"
    422 {"detail":[{"loc":["body","file_name"],"msg":"File name should not contain a path","type":"value_error"},{"loc":["body","file_size"],"msg":"Input should be at least 1 and at most 104857600","type":"out_of_range"},{"loc":["body","sha256"],"msg":"should be a SHA-256 digest in 64 hexadecimal digits or in base64","type":"value_error"}]}
    422 {"detail":[{"loc":["body","default_country"],"msg":"Input should be a country code of two letters, such as 'DE'","type":"enum"}]}
    422 {"detail":[{"loc":["path","import_id"],"msg":"Input should be a valid UUID","type":"value_error"}]}
    404 {"detail":"Import not found"}
    "#);
}
