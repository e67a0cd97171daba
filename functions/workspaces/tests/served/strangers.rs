//! Those who have no business in a workspace.

use std::collections::BTreeSet;

use http::Method;
use serde_json::{Value, json};
use switchboard_testkit::{Answer, Call};

use crate::support::{Office, Owner};

/// Every route below a workspace, as the description has them.
fn routes() -> Vec<(Method, String)> {
    let description: Value = serde_json::to_value(workspaces::openapi()).unwrap();
    let paths = description["paths"].as_object().unwrap().iter();
    let routes = paths.filter(|(path, _)| path.contains("{workspace_id}")).flat_map(|(path, verbs)| {
        let verbs = verbs.as_object().unwrap().keys();
        verbs.map(move |verb| (verb.to_uppercase().parse().unwrap(), path.clone()))
    });
    routes.collect()
}

/// A body that is good for every route that wants one.
fn body() -> Value {
    let invitation = "swi_0P1GWY000QF6F.B8dpXDAUeclKgSkfiV_6O7yfOtmK_b9EgJ2N4yNooeg";
    json!({"name": "Mine", "user_email": "eve@example.com", "role": "MEMBER", "invitation_token": invitation})
}

async fn call(
    ada: &Owner<'_>,
    token: &str,
    method: Method,
    template: &str,
    workspace: &str,
    member: &str,
) -> Answer {
    let path = template.replace("{workspace_id}", workspace).replace("{member_id}", member);
    ada.send_as(token, Call::new(method, path).json(&body())).await
}

#[tokio::test]
async fn a_stranger_finds_no_workspace_on_any_route() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let eve = office.person("eve@example.com").await;
    let eves = office.create(&eve, json!({"name": "Eve's"})).await;
    let (workspace, member) = (ada.workspace.str("/id"), ada.members().await.str("/0/id"));

    let mut answers = BTreeSet::new();
    for (method, path) in routes() {
        for token in [&eve, &eves.str("/api_key")] {
            answers.insert(call(&ada, token, method.clone(), &path, &workspace, &member).await.to_string());
        }
    }

    assert_eq!(routes().len(), 11);
    insta::assert_snapshot!(answers.into_iter().collect::<Vec<_>>().join("\n"), @r#"
    404 {
      "detail": "Invitation not found"
    }
    404 {
      "detail": "Workspace not found"
    }
    "#);
    assert_eq!(ada.get().await.json(), ada.workspace.json(), "nothing was touched");
}

#[tokio::test]
async fn an_id_that_names_nothing_is_not_found_on_any_route() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let mut answers = BTreeSet::new();
    for (method, path) in routes() {
        for workspace in ["550e8400-e29b-41d4-a716-446655440000", &ada.workspace.str("/created_by")] {
            answers.insert(
                call(&ada, &ada.token, method.clone(), &path, workspace, workspace).await.to_string(),
            );
        }
    }
    insta::assert_snapshot!(answers.into_iter().collect::<Vec<_>>().join("\n"), @r#"
    404 {
      "detail": "Invitation not found"
    }
    404 {
      "detail": "Workspace not found"
    }
    "#);
}

#[tokio::test]
async fn a_malformed_id_is_refused_by_its_place_on_any_route() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let mut answers = BTreeSet::new();
    for (method, path) in routes() {
        answers.insert(call(&ada, &ada.token, method, &path, "my-company", "ada").await.to_string());
    }
    insta::assert_snapshot!(answers.into_iter().collect::<Vec<_>>().join("\n"), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "workspace_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_key_of_no_workspace_opens_nothing_whether_the_workspace_exists_or_not() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let missing = format!("/api/workspaces/{}", ada.workspace.str("/created_by"));
    let answers = [
        ada.send_as("wsk_guess", Call::get(&ada.path)).await,
        ada.send_as("wsk_guess", Call::get(missing)).await,
    ];
    insta::assert_snapshot!(answers[0], @r#"
    401 {
      "detail": "Invalid authentication credentials"
    }
    "#);
    assert_eq!(answers[0].to_string(), answers[1].to_string());
}
