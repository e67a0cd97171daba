//! The reference page, the documents and unknown paths, through the function's router.

use docs::router;
use http::Method;
use insta::assert_snapshot;
use switchboard_testkit::{Answer, Call};

async fn get(path: &str) -> Answer {
    Call::get(path).to(&router()).await
}

/// The addresses that the page takes something from.
fn addresses(page: &str) -> Vec<&str> {
    let parts = page.split('"').filter(|part| part.starts_with('/') || part.contains("//"));
    parts.filter(|part| !part.contains('<')).collect()
}

#[tokio::test]
async fn the_page_is_html_and_everything_on_it_is_served_here() {
    for path in ["/docs", "/docs/"] {
        let page = get(path).await;
        assert_eq!(
            (page.status.as_u16(), page.header("content-type")),
            (200, Some("text/html; charset=utf-8"))
        );
        let text = page.text();
        let addresses = addresses(&text);
        assert_eq!(addresses.len(), 8, "{addresses:?}");
        for address in addresses {
            assert_eq!(get(address).await.status, 200, "{address}");
        }
    }
}

#[tokio::test]
async fn the_page_may_load_nothing_from_elsewhere() {
    let page = get("/docs").await;
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"));
    assert!(!policy.contains("http"), "{policy}");
}

#[tokio::test]
async fn assets_have_types_and_may_be_kept() {
    let mut table = Vec::new();
    for name in [
        "swagger-ui.css",
        "index.css",
        "favicon-32x32.png",
        "swagger-ui-bundle.js",
        "swagger-ui-standalone-preset.js",
        "initializer.js",
    ] {
        let asset = get(&format!("/docs/{name}?v=1")).await;
        let header = |name| asset.header(name).unwrap_or("-").to_owned();
        table.push(format!(
            "{name} {} {} {}",
            asset.status.as_u16(),
            header("content-type"),
            header("cache-control")
        ));
    }
    assert_snapshot!(table.join("\n"), @"
    swagger-ui.css 200 text/css public, max-age=604800
    index.css 200 text/css public, max-age=604800
    favicon-32x32.png 200 image/png public, max-age=604800
    swagger-ui-bundle.js 200 text/javascript public, max-age=604800
    swagger-ui-standalone-preset.js 200 text/javascript public, max-age=604800
    initializer.js 200 text/javascript public, max-age=604800
    ");
}

#[tokio::test]
async fn assets_are_compressed_for_whoever_can_read_that() {
    let call = || Call::get("/docs/swagger-ui-bundle.js");
    let compressed = call().header("accept-encoding", "br, gzip;q=0.8").to(&router()).await;
    let refused = call().header("accept-encoding", "gzip;q=0, br").to(&router()).await;
    let plain = call().to(&router()).await;

    assert_eq!(compressed.header("content-encoding"), Some("gzip"));
    assert!(compressed.body.starts_with(&[0x1f, 0x8b]) && compressed.body.len() < 600_000);
    assert_eq!((refused.header("content-encoding"), plain.header("content-encoding")), (None, None));
    assert!(plain.text().contains("SwaggerUIBundle"));
    assert_eq!(plain.body, refused.body);
    assert_eq!(
        (plain.header("vary"), compressed.header("vary")),
        (Some("accept-encoding"), Some("accept-encoding"))
    );
}

#[tokio::test]
async fn the_page_shows_our_documents_and_asks_no_validator() {
    let initializer = get("/docs/initializer.js").await.text();
    for document in ["whatsapp", "workspace"] {
        let url = format!(r#"url: "/openapi/{document}.json""#);
        assert!(initializer.contains(&url), "{initializer}");
        assert_eq!(get(&format!("/openapi/{document}.json")).await.status, 200);
    }
    assert!(initializer.contains("validatorUrl: null"), "{initializer}");
}

#[tokio::test]
async fn the_document_is_served_as_json() {
    let document = get("/openapi/whatsapp.json").await;
    assert_eq!((document.status.as_u16(), document.header("content-type")), (200, Some("application/json")));
    assert_eq!(document.header("cache-control"), Some("public, max-age=300"));
    assert_eq!(document.json()["paths"]["/webhook"]["post"]["tags"][0], "Webhooks");
}

#[tokio::test]
async fn paths_that_are_nobodys_are_not_found() {
    for path in [
        "/",
        "/nothing",
        "/api",
        "/api/v10",
        "/api/auth",
        "/api/auth/me/",
        "/webhook/missive",
        "/docs/nothing.js",
        "/docs/../Cargo.toml",
        "/docs/swagger-ui.js",
        "/docs/swagger-initializer.js",
        "/docs/a/b",
        "/openapi/missive.json",
        "/openapi",
        "/openapi/whatsapp.json/x",
    ] {
        let answer = get(path).await;
        assert_eq!(
            (answer.status.as_u16(), answer.text().as_str()),
            (404, r#"{"detail":"Not Found"}"#),
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_paths_below_v1_are_answered_in_its_shape() {
    let answers =
        [get("/api/v1").await, get("/api/v1/teams").await, get("/api/v1/webhooks/incoming/x").await];
    for answer in &answers {
        assert_eq!(answer.text(), r#"{"error":"Not Found","code":"NOT_FOUND"}"#);
        assert_eq!(answer.status, 404);
    }
    let answer = Call::delete("/api/v1/channels").to(&router()).await;
    assert_eq!(answer.header("allow"), Some("GET, POST"));
    assert_eq!(answer.text(), r#"{"error":"Method Not Allowed","code":"METHOD_NOT_ALLOWED"}"#);
}

#[tokio::test]
async fn known_paths_with_other_methods_say_which_are_allowed() {
    let mut table = Vec::new();
    for (method, path) in [
        (Method::DELETE, "/api/auth/me"),
        (Method::PUT, "/webhook"),
        (Method::OPTIONS, "/api/auth/signin"),
        (Method::POST, "/docs"),
        (Method::POST, "/openapi/whatsapp.json"),
    ] {
        let answer = Call::new(method.clone(), path).to(&router()).await;
        table.push(format!("{method} {path} {:?} {answer}", answer.header("allow")));
    }
    assert_snapshot!(table.join("\n"), @r#"
    DELETE /api/auth/me Some("GET") 405 {
      "detail": "Method Not Allowed"
    }
    PUT /webhook Some("GET, POST") 405 {
      "detail": "Method Not Allowed"
    }
    OPTIONS /api/auth/signin Some("POST") 405 {
      "detail": "Method Not Allowed"
    }
    POST /docs Some("GET,HEAD") 405 {
      "detail": "Method Not Allowed"
    }
    POST /openapi/whatsapp.json Some("GET,HEAD") 405 {
      "detail": "Method Not Allowed"
    }
    "#);
}

#[tokio::test]
async fn the_page_can_be_asked_for_by_head() {
    let answer = Call::new(Method::HEAD, "/docs").to(&router()).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0));
}
