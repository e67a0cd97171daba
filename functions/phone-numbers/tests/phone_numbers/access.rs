//! Who may do what.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::{Answer, Call};

use crate::support::{META_ID, Numbers, together};

/// Every operation on one number.
fn operations(id: &str) -> [Call; 5] {
    let path = format!("/api/phone-numbers/{id}");
    [
        Call::get(path.clone()),
        Call::patch(path.clone()).json(&json!({"status": "active"})),
        Call::post(format!("{path}/sync")),
        Call::post(format!("{path}/exchange-token")),
        Call::delete(path),
    ]
}

async fn all(numbers: &Numbers, id: &str, bearer: &str) -> Vec<Answer> {
    let mut answers = Vec::new();
    for call in operations(id) {
        answers.push(call.bearer(bearer).to(&numbers.router).await);
    }
    answers
}

fn statuses(answers: &[Answer]) -> Vec<u16> {
    answers.iter().map(|answer| answer.status.as_u16()).collect()
}

#[tokio::test]
async fn members_and_agents_read_and_sync_and_no_more() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    for role in [Role::Member, Role::Agent] {
        let token = numbers.colleague(role).await;
        let answers = all(&numbers, &id, &token).await;
        let registered = Call::post("/api/phone-numbers")
            .json(&numbers.registration("2"))
            .bearer(&token)
            .to(&numbers.router)
            .await;
        let workspace_id = uuid::spell(numbers.workspace_id);
        let listed = Call::get(format!("/api/phone-numbers?workspace_id={workspace_id}"));
        assert_eq!(statuses(&answers), [200, 403, 200, 403, 403], "{role}");
        assert_eq!(registered.to_string(), answers[1].to_string());
        assert_eq!(listed.bearer(&token).to(&numbers.router).await.status, 200);
        assert_eq!(answers[1].str("/detail"), "Insufficient permissions. OWNER or ADMIN role required");
    }
}

#[tokio::test]
async fn an_admin_may_do_all() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let admin = numbers.colleague(Role::Admin).await;
    assert_eq!(statuses(&all(&numbers, &id, &admin).await), [200, 200, 200, 200, 204]);
}

#[tokio::test]
async fn to_a_stranger_a_number_is_as_one_that_does_not_exist() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let nothing = uuid::spell(Id::from_bits(7).unwrap());
    let (_, stranger) = numbers.workspace("other").await;

    for bearer in [stranger.as_str(), "wsk_other"] {
        let answers = all(&numbers, &id, bearer).await;
        let of_nothing = all(&numbers, &nothing, bearer).await;
        let of_no_id = all(&numbers, "00000000-0000-7000-8000-000000000000", bearer).await;
        assert_eq!(together(&answers), together(&of_nothing), "{bearer}");
        assert_eq!(together(&answers), together(&of_no_id), "{bearer}");
        assert_eq!(statuses(&answers), [404; 5], "{bearer}");
        assert_eq!(answers[0].str("/detail"), "Phone number not found");
    }
    assert_eq!(numbers.get(&id).await.status, 200);
}

#[tokio::test]
async fn a_stranger_can_neither_list_nor_register() {
    let numbers = Numbers::new().await;
    numbers.registered(META_ID).await;
    let (_, stranger) = numbers.workspace("other").await;
    let workspace_id = uuid::spell(numbers.workspace_id);

    let listed = Call::get(format!("/api/phone-numbers?workspace_id={workspace_id}"));
    let registered = Call::post("/api/phone-numbers").json(&numbers.registration("2"));
    let answers = [
        listed.bearer(&stranger).to(&numbers.router).await,
        registered.bearer(&stranger).to(&numbers.router).await,
    ];

    assert_snapshot!(together(&answers), @r#"
    404 {
      "detail": "Workspace not found"
    }
    404 {
      "detail": "Workspace not found"
    }
    "#);
}

#[tokio::test]
async fn an_api_key_works_in_its_workspace() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    assert_eq!(statuses(&all(&numbers, &id, "wsk_acme").await), [200, 200, 200, 200, 204]);
}

#[tokio::test]
async fn bad_credentials_are_told_as_such_whether_the_number_exists_or_not() {
    let numbers = Numbers::new().await;
    let id = numbers.registered(META_ID).await;
    let nothing = uuid::spell(Id::from_bits(7).unwrap());
    for id in [id, nothing] {
        assert_eq!(statuses(&all(&numbers, &id, "wsk_unknown").await), [401; 5]);
        assert_eq!(statuses(&all(&numbers, &id, "nonsense").await), [401; 5]);
    }
}

#[tokio::test]
async fn malformed_ids_are_refused_by_place() {
    let numbers = Numbers::new().await;
    let answers = all(&numbers, "phone-uuid", &numbers.owner).await;
    assert_snapshot!(answers[0], @r#"
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "phone_number_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
    assert!(answers.iter().all(|answer| answer.to_string() == answers[0].to_string()));
}

#[tokio::test]
async fn unknown_paths_and_methods_keep_the_shape() {
    let numbers = Numbers::new().await;
    let path = numbers.send(Call::get("/api/phone-numbers/a/b/c")).await;
    let method = numbers.send(Call::delete("/api/phone-numbers")).await;
    assert_snapshot!(together(&[path, method]), @r#"
    404 {
      "detail": "Not Found"
    }
    405 {
      "detail": "Method Not Allowed"
    }
    "#);
}
