//! Contacts and imports of them, on the deployed template.

use std::fmt::Write;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use system_tests::{Answer, Api, Business, Stack, beside_others, eventually_within};

/// Routes of contacts, which [`a_strangers_token_opens_no_contact`] walks.
pub const ROUTES: [&str; 10] = [
    "POST /api/contacts",
    "GET /api/contacts",
    "GET /api/contacts/{contact_id}",
    "PATCH /api/contacts/{contact_id}",
    "DELETE /api/contacts/{contact_id}",
    "POST /api/contacts/import",
    "POST /api/contacts/imports/uploads",
    "GET /api/contacts/imports/{import_id}",
    "POST /api/contacts/imports/{import_id}/start",
    "GET /api/contacts/imports/{import_id}/results",
];

async fn key_of(business: &Business) -> String {
    let answer = business.api.get(&format!("/api/workspaces/{}", business.workspace_id)).await;
    answer.str("api_key")
}

/// Imports a file in one request.
async fn import(api: &Api, key: Option<&str>, workspace_id: &str, content: &str) -> Answer {
    let body = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\n\r\n{content}\r\n--xyz--\r\n"
    );
    let bearer = key.map(|key| format!("Bearer {key}"));
    let mut headers = vec![("content-type", "multipart/form-data; boundary=xyz")];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    let path = format!("/api/contacts/import?workspace_id={workspace_id}");
    api.post_bytes(&path, &headers, body.into_bytes()).await
}

fn announcement(workspace_id: &str, content: &str) -> Value {
    json!({
        "workspace_id": workspace_id,
        "file_name": "contacts.csv",
        "file_size": content.len(),
        "sha256": hex::encode(Sha256::digest(content)),
    })
}

/// A file of so many rows.
fn file(rows: u32) -> String {
    let mut file = "phone,name\n".to_owned();
    for at in 0..rows {
        writeln!(file, "+1555{at:07},Contact {at}").unwrap();
    }
    file
}

/// The import when it is over.
async fn over(business: &Business, id: &str) -> Value {
    eventually_within(Duration::from_mins(3), "the end of an import", || async {
        let import = business.api.get(&format!("/api/contacts/imports/{id}")).await.body;
        (import["status"] != "processing").then_some(import)
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_file_is_imported_at_once_and_a_longer_one_behind_the_scenes() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let key = key_of(&business).await;

    let small = import(&stack.api(), Some(&key), &business.workspace_id, &file(10)).await;
    let long = import(&stack.api(), Some(&key), &business.workspace_id, &file(1_010)).await;

    assert_eq!((small.status.as_u16(), &small.body["imported"]), (200, &json!(10)), "{}", small.text);
    assert_eq!(long.status, 202, "{}", long.text);
    let done = over(&business, &long.str("id")).await;
    assert_eq!((&done["imported"], &done["unchanged"]), (&json!(1_000), &json!(10)), "{done}");
    let list = format!("/api/contacts?workspace_id={}&search=contact&limit=1", business.workspace_id);
    assert_eq!(business.api.get(&list).await.body["total"], 1_010);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_file_is_imported_when_it_is_started() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let content = file(3);
    let announced = announcement(&business.workspace_id, &content);
    let announced = business.api.post("/api/contacts/imports/uploads", announced).await;
    assert_eq!(announced.status, 201, "{}", announced.text);
    let start = format!("/api/contacts/imports/{}/start", announced.str("id"));
    assert_eq!(business.api.post(&start, json!({})).await.status, 409);

    let upload = &announced.body["upload"];
    let request = reqwest::Client::builder().no_proxy().build().unwrap();
    let request = request.put(upload["url"].as_str().unwrap()).body(content);
    let headers = upload["headers"].as_object().unwrap().iter();
    let request =
        headers.fold(request, |request, (name, value)| request.header(name, value.as_str().unwrap()));
    assert_eq!(request.send().await.unwrap().status(), 200);
    assert_eq!(business.api.post(&start, json!({})).await.status, 202);

    let done = over(&business, &announced.str("id")).await;
    assert_eq!((&done["status"], &done["imported"]), (&json!("completed"), &json!(3)), "{done}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_token_opens_no_contact() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let (owner, stranger) = (Business::new(&stack).await, Business::new(&stack).await);
    let strangers_key = key_of(&stranger).await;
    let workspace_id = &owner.workspace_id;
    let contact = json!({"workspace_id": workspace_id, "phone_number": "+15550001111"});
    let id = owner.api.post("/api/contacts", contact.clone()).await.str("id");
    let announced = announcement(workspace_id, "phone\n");
    let import_id = owner.api.post("/api/contacts/imports/uploads", announced.clone()).await.str("id");
    let (at_contact, at_import) =
        (format!("/api/contacts/{id}"), format!("/api/contacts/imports/{import_id}"));
    let calls = [
        (Method::POST, "/api/contacts".to_owned(), Some(contact)),
        (Method::GET, format!("/api/contacts?workspace_id={workspace_id}"), None),
        (Method::GET, at_contact.clone(), None),
        (Method::PATCH, at_contact.clone(), Some(json!({"name": "Mine"}))),
        (Method::DELETE, at_contact, None),
        (Method::POST, "/api/contacts/imports/uploads".to_owned(), Some(announced)),
        (Method::GET, at_import.clone(), None),
        (Method::POST, format!("{at_import}/start"), None),
        (Method::GET, format!("{at_import}/results"), None),
    ];

    for client in [stranger.api.clone(), stranger.api.with(&strangers_key)] {
        for (method, path, body) in calls.clone() {
            let answer = client.call(method.clone(), &path, body).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        }
    }
    for (method, path, body) in calls {
        assert_eq!(stack.api().call(method, &path, body).await.status, 401);
    }
    assert_eq!(
        import(&stack.api(), Some(&strangers_key), workspace_id, "phone\n+15550002222\n").await.status,
        404
    );
    assert_eq!(import(&stack.api(), None, workspace_id, "phone\n").await.status, 401);
    let list = owner.api.get(&format!("/api/contacts?workspace_id={workspace_id}")).await;
    assert_eq!(list.body["total"], 1);
}
