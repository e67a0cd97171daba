//! Media files, by the addresses that users are given.

use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use system_tests::{Answer, Api, Business, Stack, beside_others, eventually};

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06";

/// Routes of media files, which [`a_strangers_token_opens_no_file`] walks.
pub const ROUTES: [&str; 8] = [
    "POST /api/media",
    "GET /api/media",
    "POST /api/media/uploads",
    "GET /api/media/{media_id}",
    "DELETE /api/media/{media_id}",
    "POST /api/media/{media_id}/complete",
    "GET /api/media/{media_id}/download",
    "GET /api/media/{media_id}/url",
];

async fn upload(api: &Api, bearer: Option<&str>, workspace_id: &str, content: &[u8]) -> Answer {
    let head = format!(
        "--xyz\r\nContent-Disposition: form-data; name=\"workspace_id\"\r\n\r\n{workspace_id}\r\n--xyz\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"photo.png\"\r\n\r\n"
    );
    let body = [head.as_bytes(), content, b"\r\n--xyz--\r\n"].concat();
    let bearer = bearer.map(|bearer| format!("Bearer {bearer}"));
    let mut headers = vec![("content-type", "multipart/form-data; boundary=xyz")];
    headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
    api.post_bytes("/api/media", &headers, body).await
}

async fn key_of(business: &Business) -> String {
    let answer = business.api.get(&format!("/api/workspaces/{}", business.workspace_id)).await;
    answer.str("api_key")
}

fn announcement(workspace_id: &str, content: &[u8]) -> Value {
    json!({
        "workspace_id": workspace_id,
        "file_name": "photo.png",
        "mime_type": "image/png",
        "file_size": content.len(),
        "sha256": hex::encode(Sha256::digest(content)),
    })
}

/// What is at an address, as anybody gets it.
async fn content_at(url: &str) -> Vec<u8> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let response = client.get(url).send().await.unwrap();
    assert_eq!(response.status(), 200, "{url}");
    response.bytes().await.unwrap().to_vec()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_uploaded_file_comes_back_by_its_address() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let mut content = PNG.to_vec();
    content.resize(4 * 1024 * 1024, 7);

    let uploaded =
        upload(&stack.api(), Some(&key_of(&business).await), &business.workspace_id, &content).await;

    assert_eq!(uploaded.status, 201, "{}", uploaded.text);
    let url = business.api.get(&format!("/api/media/{}/url", uploaded.str("id"))).await.str("url");
    assert!(content_at(&url).await == content);
    assert!(content_at(&uploaded.str("storage_url")).await == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_goes_in_by_an_address_that_takes_nothing_else() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let mut content = PNG.to_vec();
    content.resize(12_000_000, 7);
    let announced =
        business.api.post("/api/media/uploads", announcement(&business.workspace_id, &content)).await;
    assert_eq!(announced.status, 201, "{}", announced.text);
    let put = async |content: Vec<u8>| {
        let request = reqwest::Client::builder().no_proxy().build().unwrap();
        let upload = &announced.body["upload"];
        let request = request.put(upload["url"].as_str().unwrap()).body(content);
        let headers = upload["headers"].as_object().unwrap().iter();
        let request =
            headers.fold(request, |request, (name, value)| request.header(name, value.as_str().unwrap()));
        request.send().await.unwrap().status().as_u16()
    };

    assert_ne!(put(b"something else".to_vec()).await, 200);
    assert_eq!(put(content.clone()).await, 200);
    let path = format!("/api/media/{}/complete", announced.str("id"));
    let completed = business.api.post(&path, json!({})).await;

    assert_eq!((completed.status.as_u16(), &completed.body["sendable"]), (200, &json!(false)));
    assert!(content_at(&completed.str("storage_url")).await == content);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_customer_sends_becomes_a_file_of_the_workspace() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let business = Business::new(&stack).await;
    let body = json!({"phone_number_id": business.meta_id, "from": "4915112345678", "type": "document"});

    stack.simulator().write_in(body).await;

    let path = format!("/api/media?workspace_id={}&type=document", business.workspace_id);
    let listed = eventually("the file to be fetched", || async {
        Some(business.api.get(&path).await.body).filter(|listed| listed["total"] == 1)
    })
    .await;
    assert_eq!(listed["data"][0]["file_name"], "sample.pdf");
    let id = listed["data"][0]["id"].as_str().unwrap();
    let url = business.api.get(&format!("/api/media/{id}/url")).await.str("url");
    assert_eq!(content_at(&url).await, b"%PDF-1.4\n%%EOF\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_token_opens_no_file() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let (owner, stranger) = (Business::new(&stack).await, Business::new(&stack).await);
    let (owners_key, strangers_key) = (key_of(&owner).await, key_of(&stranger).await);
    let id = upload(&stack.api(), Some(&owners_key), &owner.workspace_id, PNG).await.str("id");
    let at = |rest: &str| format!("/api/media/{id}{rest}");
    let calls = [
        (Method::GET, format!("/api/media?workspace_id={}", owner.workspace_id), None),
        (Method::POST, "/api/media/uploads".to_owned(), Some(announcement(&owner.workspace_id, PNG))),
        (Method::GET, at(""), None),
        (Method::POST, at("/complete"), None),
        (Method::GET, at("/download"), None),
        (Method::GET, at("/url"), None),
        (Method::DELETE, at(""), None),
    ];

    for client in [stranger.api.clone(), stranger.api.with(&strangers_key)] {
        for (method, path, body) in &calls {
            let answer = client.call(method.clone(), path, body.clone()).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        }
    }
    for (method, path, body) in &calls {
        assert_eq!(stack.api().call(method.clone(), path, body.clone()).await.status, 401, "{method} {path}");
    }
    assert_eq!(upload(&stack.api(), Some(&strangers_key), &owner.workspace_id, PNG).await.status, 404);
    assert_eq!(upload(&stack.api(), None, &owner.workspace_id, PNG).await.status, 401);
    let listed = owner.api.get(&format!("/api/media?workspace_id={}", owner.workspace_id)).await;
    assert_eq!(listed.body["total"], 1);
}
