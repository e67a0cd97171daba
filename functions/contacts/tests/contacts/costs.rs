//! What requests cost: docs/costs.md says the same.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::Stage;

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
    let lines = [
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
    let lines: Vec<_> = lines.iter().map(|(name, answer)| format!("{name}: {}", answer.cost())).collect();
    assert_snapshot!(lines.join("\n"), @"
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
