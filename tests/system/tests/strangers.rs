//! A user of one workspace finds nothing of another.

use reqwest::Method;
use serde_json::{Value, json};
use system_tests::{Business, Stack, beside_others};

/// Every route that names a thing of a workspace, with a body that its owner could send. The parity tests hold the
/// list of routes; [`every_route_is_walked`] holds this one to it.
fn routes(
    owner: &Business,
    message_id: &str,
    member_id: &str,
) -> Vec<(Method, String, &'static str, Option<Value>)> {
    let (workspace, number) = (&owner.workspace_id, &owner.phone_number_id);
    let at_workspace = |rest: &str| format!("/api/workspaces/{workspace}{rest}");
    let at_number = |rest: &str| format!("/api/phone-numbers/{number}{rest}");
    vec![
        (Method::GET, at_workspace(""), "/api/workspaces/{workspace_id}", None),
        (Method::PATCH, at_workspace(""), "/api/workspaces/{workspace_id}", Some(json!({"name": "Mine"}))),
        (Method::DELETE, at_workspace(""), "/api/workspaces/{workspace_id}", None),
        (
            Method::POST,
            at_workspace("/api-key/rotate"),
            "/api/workspaces/{workspace_id}/api-key/rotate",
            None,
        ),
        (
            Method::POST,
            at_workspace("/webhook-secret/rotate"),
            "/api/workspaces/{workspace_id}/webhook-secret/rotate",
            None,
        ),
        (Method::GET, at_workspace("/members"), "/api/workspaces/{workspace_id}/members", None),
        (
            Method::POST,
            at_workspace("/members"),
            "/api/workspaces/{workspace_id}/members",
            Some(json!({"user_email": "me@example.com", "role": "OWNER"})),
        ),
        (
            Method::PATCH,
            at_workspace(&format!("/members/{member_id}")),
            "/api/workspaces/{workspace_id}/members/{member_id}",
            Some(json!({"role": "AGENT"})),
        ),
        (
            Method::DELETE,
            at_workspace(&format!("/members/{member_id}")),
            "/api/workspaces/{workspace_id}/members/{member_id}",
            None,
        ),
        (Method::GET, format!("/api/phone-numbers?workspace_id={workspace}"), "/api/phone-numbers", None),
        (
            Method::POST,
            "/api/phone-numbers".to_owned(),
            "/api/phone-numbers",
            Some(json!({"workspace_id": workspace, "phone_number_id": "42", "access_token": "EAAtest"})),
        ),
        (Method::GET, at_number(""), "/api/phone-numbers/{phone_number_id}", None),
        (
            Method::PATCH,
            at_number(""),
            "/api/phone-numbers/{phone_number_id}",
            Some(json!({"display_name": "Mine", "access_token": "EAAmine"})),
        ),
        (Method::DELETE, at_number(""), "/api/phone-numbers/{phone_number_id}", None),
        (Method::POST, at_number("/sync"), "/api/phone-numbers/{phone_number_id}/sync", None),
        (
            Method::POST,
            at_number("/exchange-token"),
            "/api/phone-numbers/{phone_number_id}/exchange-token",
            None,
        ),
        (
            Method::POST,
            "/api/messages/send/text".to_owned(),
            "/api/messages/send/text",
            Some(
                json!({"workspace_id": workspace, "phone_number_id": number, "to": "+15550001111", "text": "x"}),
            ),
        ),
        (
            Method::GET,
            format!("/api/messages/{message_id}/status"),
            "/api/messages/{message_id}/status",
            None,
        ),
    ]
}

/// The routes of contacts.
fn contact_routes(
    workspace: &str,
    contact: &str,
    import: &str,
) -> Vec<(Method, String, &'static str, Option<Value>)> {
    let at_contact = format!("/api/contacts/{contact}");
    let at_import = |rest: &str| format!("/api/contacts/imports/{import}{rest}");
    let announced = json!({
        "workspace_id": workspace, "file_name": "a.csv", "file_size": 1,
        "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    });
    vec![
        (
            Method::POST,
            "/api/contacts".to_owned(),
            "/api/contacts",
            Some(json!({"workspace_id": workspace, "phone_number": "+15550001111"})),
        ),
        (Method::GET, format!("/api/contacts?workspace_id={workspace}"), "/api/contacts", None),
        (Method::GET, at_contact.clone(), "/api/contacts/{contact_id}", None),
        (Method::PATCH, at_contact.clone(), "/api/contacts/{contact_id}", Some(json!({"name": "Mine"}))),
        (Method::DELETE, at_contact, "/api/contacts/{contact_id}", None),
        (
            Method::POST,
            "/api/contacts/imports/uploads".to_owned(),
            "/api/contacts/imports/uploads",
            Some(announced),
        ),
        (Method::GET, at_import(""), "/api/contacts/imports/{import_id}", None),
        (Method::GET, at_import("/results"), "/api/contacts/imports/{import_id}/results", None),
        (Method::POST, at_import("/start"), "/api/contacts/imports/{import_id}/start", None),
    ]
}

/// Routes that take forms: the tests of their functions walk them.
const OF_FORMS: [&str; 1] = ["POST /api/contacts/import"];

/// Routes that name nothing of a workspace.
const OF_NO_WORKSPACE: [&str; 6] = [
    "POST /api/auth/signup",
    "POST /api/auth/signin",
    "POST /api/auth/refresh",
    "GET /api/auth/me",
    "GET /api/workspaces",
    "POST /api/workspaces",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_strangers_token_opens_no_route() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let (owner, stranger) = (Business::new(&stack).await, Business::new(&stack).await);
    let message_id = owner.send("+15550001111", "Hello").await;
    let members = owner.api.get(&format!("/api/workspaces/{}/members", owner.workspace_id)).await;
    let member_id = members.body[0]["id"].as_str().unwrap().to_owned();
    let key = stranger.api.get(&format!("/api/workspaces/{}", stranger.workspace_id)).await.str("api_key");
    let contact = json!({"workspace_id": owner.workspace_id, "phone_number": "+15550001111"});
    let contact_id = owner.api.post("/api/contacts", contact).await.str("id");
    let announced = contact_routes(&owner.workspace_id, "", "")
        .into_iter()
        .find_map(|route| route.3.filter(|body| body["sha256"].is_string()));
    let import_id = owner.api.post("/api/contacts/imports/uploads", announced.unwrap()).await.str("id");
    let walked = || {
        let contacts = contact_routes(&owner.workspace_id, &contact_id, &import_id);
        routes(&owner, &message_id, &member_id).into_iter().chain(contacts)
    };
    let before = owner.api.get(&format!("/api/workspaces/{}", owner.workspace_id)).await.body;

    for client in [stranger.api.clone(), stranger.api.with(&key)] {
        for (method, path, _, body) in walked() {
            let answer = client.call(method.clone(), &path, body).await;
            assert_eq!(answer.status, 404, "{method} {path}: {}", answer.text);
        }
    }
    for (method, path, _, body) in walked() {
        let answer = stack.api().call(method.clone(), &path, body).await;
        assert_eq!(answer.status, 401, "{method} {path}: {}", answer.text);
    }

    let after = owner.api.get(&format!("/api/workspaces/{}", owner.workspace_id)).await.body;
    assert_eq!(before, after);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_walked() {
    let _turn = beside_others().await;
    let stack = Stack::running();
    let owner = Business::new(&stack).await;
    let walked: Vec<String> = routes(&owner, "", "")
        .into_iter()
        .chain(contact_routes("", "", ""))
        .map(|(method, _, route, _)| format!("{method} {route}"))
        .collect();

    let document = stack.api().get("/openapi/whatsapp.json").await.body;

    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let route = format!("{} {path}", method.to_uppercase());
            let known = path == "/webhook"
                || OF_NO_WORKSPACE.contains(&route.as_str())
                || crate::media::ROUTES.contains(&route.as_str())
                || OF_FORMS.contains(&route.as_str())
                || OF_NO_WORKSPACE.contains(&route.as_str())
                || walked.contains(&route);
            assert!(known, "{route} is not walked with a stranger's token");
        }
    }
}
