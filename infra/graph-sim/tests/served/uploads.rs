//! Files that templates name as examples.

use serde_json::Value;

use crate::support::{TOKEN, WABA, World};

#[tokio::test]
async fn an_uploaded_file_gets_a_handle() {
    let world = World::new().await;
    let app_id = graph_sim::Config::default().app_id;
    let begin = format!("/{app_id}/uploads?file_name=a.png&file_length=3&file_type=image/png");
    let session: Value = send(&world, &begin, &[], b"").await.json().await.unwrap();
    let session = format!("/{}", session["id"].as_str().unwrap());

    let short = send(&world, &session, &[("file_offset", "0")], b"ab").await;
    let elsewhere = send(&world, &session, &[("file_offset", "1")], b"abc").await;
    let whole: Value = send(&world, &session, &[("file_offset", "0")], b"abc").await.json().await.unwrap();
    let again = send(&world, &session, &[("file_offset", "0")], b"abc").await;

    assert_eq!([short.status(), elsewhere.status(), again.status()], [400; 3]);
    assert!(whole["h"].as_str().unwrap().starts_with("4::"));
}

#[tokio::test]
async fn only_files_that_meta_takes_are_uploaded() {
    let world = World::new().await;
    let app_id = graph_sim::Config::default().app_id;
    for (app, query) in [
        (app_id.as_str(), "file_length=3&file_type=image/gif"),
        (&app_id, "file_length=0&file_type=image/png"),
        (&app_id, "file_type=image/png"),
        (WABA, "file_length=3&file_type=image/png"),
    ] {
        let answer = send(&world, &format!("/{app}/uploads?{query}"), &[], b"").await;
        assert_eq!(answer.status(), 400, "{query}");
    }
}

async fn send(world: &World, path: &str, headers: &[(&str, &str)], body: &[u8]) -> reqwest::Response {
    let mut request = world.client.post(format!("{}{path}", world.base));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.header("authorization", format!("OAuth {TOKEN}")).body(body.to_vec()).send().await.unwrap()
}
