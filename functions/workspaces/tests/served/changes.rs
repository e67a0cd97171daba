//! Updating and deleting workspaces.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_testkit::{Business, Call, World};

use crate::support::{Office, all};

#[tokio::test]
async fn an_update_changes_what_it_names_and_keeps_the_slug() {
    let office = Office::new().await;
    let ada = office.ada().await;
    office.world.wait(60);
    let body = json!({
        "name": "Updated Company Name",
        "plan": "pro",
        "status": "active",
        "settings": {"feature_flags": {}},
    });
    let updated = ada.patch(body).await;
    assert_snapshot!(updated, @r#"
    200 {
      "api_key": "wsk_p5dTeNt0DiBrcX5gLyU0udI2f4AMZI2jBSDDZLXHRwU",
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "id": "019b76da-a800-72ef-8cf0-f3058a55412f",
      "name": "Updated Company Name",
      "plan": "pro",
      "settings": {
        "feature_flags": {}
      },
      "slug": "my-company",
      "status": "active",
      "updated_at": "2026-01-01T00:01:00Z",
      "webhook_secret": "whsec_2HzeF4dqxRXPJj5Rd2+3Xyn4KEioLv2g6R6HyS0lveE="
    }
    "#);
    assert_eq!(ada.get().await.json(), updated.json());
}

#[tokio::test]
async fn what_an_update_leaves_out_or_says_null_to_stays_but_settings_are_cleared_by_null() {
    let office = Office::new().await;
    let ada = office.ada().await;
    ada.patch(json!({"plan": "pro", "settings": {"a": 1}})).await;
    office.world.wait(60);

    let empty = ada.patch(json!({})).await;
    let nulls = ada.patch(json!({"name": null, "plan": null, "status": null})).await;
    let cleared = ada.patch(json!({"settings": null})).await;

    for answer in [&empty, &nulls] {
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["plan"], "pro");
        assert_eq!(answer.json()["settings"], json!({"a": 1}));
        assert_eq!(answer.json()["updated_at"], "2026-01-01T00:00:00Z", "nothing was changed");
    }
    assert_eq!(cleared.json()["settings"], json!({}));
    assert_eq!(cleared.json()["updated_at"], "2026-01-01T00:01:00Z");
}

#[tokio::test]
async fn every_wrong_field_of_an_update_is_named() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answers = [
        ada.patch(json!({"name": "", "plan": "gold", "status": "deleted", "settings": []})).await,
        ada.patch(json!({"settings": {"text": "x".repeat(17 * 1024)}})).await,
        ada.patch(json!({"settings": {"rate_limits": {"requests_per_hour": 0}}})).await,
        ada.patch(json!({"plan": 1})).await,
        ada.patch(json!([])).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "name"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "plan"
          ],
          "msg": "Input should be 'free', 'pro' or 'enterprise'",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "status"
          ],
          "msg": "Input should be 'active' or 'suspended'",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "settings"
          ],
          "msg": "Input should be a valid dictionary",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "settings"
          ],
          "msg": "should have at most 16384 bytes",
          "type": "string_too_long"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "settings"
          ],
          "msg": "rate_limits.requests_per_hour should be a whole number from 1 to 4294967295",
          "type": "out_of_range"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "plan"
          ],
          "msg": "Input should be a string",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body"
          ],
          "msg": "Input should be an object",
          "type": "type_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn updates_at_the_same_time_are_all_kept() {
    let office = Office::new().await;
    let ada = office.ada().await;

    let (name, plan, settings) = tokio::join!(
        ada.patch(json!({"name": "Renamed"})),
        ada.patch(json!({"plan": "pro"})),
        ada.patch(json!({"settings": {"a": 1}})),
    );

    assert!([name, plan, settings].iter().all(|answer| answer.status == 200));
    let found = ada.get().await.json();
    assert_eq!(
        (&found["name"], &found["plan"], &found["settings"]),
        (&json!("Renamed"), &json!("pro"), &json!({"a": 1}))
    );
}

#[tokio::test]
async fn a_suspended_workspace_is_found_and_can_be_made_active_again() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let suspended = ada.patch(json!({"status": "suspended"})).await;
    let listed = ada.list().await;
    let active = ada.patch(json!({"status": "active"})).await;
    assert_eq!(suspended.json()["status"], "suspended");
    assert_eq!(listed.json()[0]["status"], "suspended");
    assert_eq!(active.json()["status"], "active");
}

#[tokio::test]
async fn a_deleted_workspace_is_gone_and_its_slug_is_free() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let key = ada.workspace.str("/api_key");

    let deleted = ada.delete().await;

    assert_eq!((deleted.status.as_u16(), deleted.body.as_slice()), (204, &b""[..]));
    assert_eq!(ada.get().await.status, 404);
    assert_eq!(ada.delete().await.status, 404);
    assert_eq!(ada.list().await.json(), json!([]));
    assert_eq!(ada.send_as(&key, Call::get(&ada.path)).await.status, 401);
    let again = office.create(&ada.token, json!({"name": "My Company"})).await;
    assert_eq!(again.json()["slug"], "my-company");
}

#[tokio::test]
async fn deleting_a_workspace_frees_its_phone_numbers() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let store = office.world.store();
    let workspace_id = uuid::parse(&ada.workspace.str("/id")).unwrap();
    let of_others = Business::new(&World::new().await).await.number;
    let mut number = PhoneNumber { workspace_id, ..of_others };
    store.create_phone_number(&number).await.unwrap();

    let deleted = ada.delete().await;

    assert_eq!(deleted.status, 204);
    let kept = store.phone_number(number.id).await.unwrap().unwrap();
    assert_eq!(kept.deleted_at, Some(office.world.resources.now()));
    let elsewhere = office.create(&ada.token, json!({"name": "Next"})).await;
    number.id = Id::from_bits(78).unwrap();
    number.workspace_id = uuid::parse(&elsewhere.str("/id")).unwrap();
    store.create_phone_number(&number).await.unwrap();
}

#[tokio::test]
async fn only_an_owner_may_delete_and_only_managers_may_update() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (admin, _) = ada.colleague("admin@example.com", "ADMIN").await;
    let (member, _) = ada.colleague("member@example.com", "MEMBER").await;
    let answers = [
        ada.send_as(&admin, Call::delete(&ada.path)).await,
        ada.send_as(&member, Call::patch(&ada.path).json(&json!({"name": "Mine"}))).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    403 {
      "detail": "Insufficient permissions. OWNER role required"
    }
    403 {
      "detail": "Insufficient permissions. OWNER or ADMIN role required"
    }
    "#);
    let renamed = ada.send_as(&admin, Call::patch(&ada.path).json(&json!({"name": "Ours"}))).await;
    assert_eq!(renamed.json()["name"], "Ours");
}
