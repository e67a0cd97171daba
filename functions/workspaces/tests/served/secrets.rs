//! API keys and webhook secrets.

use insta::assert_snapshot;
use serde_json::json;
use switchboard_testkit::Call;

use crate::support::Office;

#[tokio::test]
async fn managers_see_the_secrets_and_everyone_else_how_they_end() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (key, secret) = (ada.workspace.str("/api_key"), ada.workspace.str("/webhook_secret"));
    let (admin, _) = ada.colleague("admin@example.com", "ADMIN").await;
    let full = ada.send_as(&admin, Call::get(&ada.path)).await;
    assert_eq!((full.str("/api_key"), full.str("/webhook_secret")), (key.clone(), secret.clone()));

    for role in ["MEMBER", "AGENT"] {
        let (colleague, _) = ada.colleague(&format!("{role}@example.com"), role).await;
        let masked = ada.send_as(&colleague, Call::get(&ada.path)).await;
        assert_eq!(masked.str("/api_key"), format!("wsk_…{}", &key[key.len() - 4..]));
        assert_eq!(masked.str("/webhook_secret"), format!("whsec_…{}", &secret[secret.len() - 4..]));
        assert_eq!(masked.reading.calls, 2, "reading and counting, nothing decrypted");
    }
}

#[tokio::test]
async fn an_api_key_is_an_admin_of_its_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let key = ada.workspace.str("/api_key");

    let found = ada.send_as(&key, Call::get(&ada.path)).await;
    let renamed = ada.send_as(&key, Call::patch(&ada.path).json(&json!({"name": "By key"}))).await;
    let added = ada.add_as(&key, "bob@example.com", "MEMBER").await;
    let owner = ada.add_as(&key, "carol@example.com", "OWNER").await;
    let deleted = ada.send_as(&key, Call::delete(&ada.path)).await;
    let removed = ada.remove_as(&key, &added.str("/id")).await;

    assert_eq!(found.str("/api_key"), key);
    assert_eq!(renamed.str("/name"), "By key");
    assert_eq!(added.status, 200);
    assert_eq!((owner.status.as_u16(), deleted.status.as_u16()), (403, 403));
    assert_eq!(removed.status, 204);
}

#[tokio::test]
async fn an_api_key_lists_its_own_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    office.create(&ada.token, json!({"name": "Other"})).await;
    let listed = ada.send_as(&ada.workspace.str("/api_key"), Call::get("/api/workspaces")).await;
    assert_snapshot!(listed, @r#"
    200 [
      {
        "created_at": "2026-01-01T00:00:00Z",
        "id": "019b76da-a800-72ef-8cf0-f3058a55412f",
        "name": "My Company",
        "plan": "free",
        "slug": "my-company",
        "status": "active",
        "user_role": "ADMIN"
      }
    ]
    "#);
}

#[tokio::test]
async fn an_api_key_makes_no_workspace() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let answer = office.create(&ada.workspace.str("/api_key"), json!({"name": "Other"})).await;
    assert_snapshot!(answer, @r#"
    403 {
      "detail": "Insufficient permissions. This operation needs a user's access token"
    }
    "#);
}

#[tokio::test]
async fn a_rotated_api_key_stops_working_at_once() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let old = ada.workspace.str("/api_key");
    office.world.wait(60);

    let rotated = ada.rotate("api-key").await;

    let new = rotated.str("/api_key");
    assert_eq!(rotated.status, 200);
    assert!(new.starts_with("wsk_") && new != old);
    assert_eq!(rotated.str("/webhook_secret"), ada.workspace.str("/webhook_secret"));
    assert_eq!(rotated.str("/updated_at"), "2026-01-01T00:01:00Z");
    assert_eq!(ada.get().await.json(), rotated.json());
    for path in [ada.path.as_str(), "/api/workspaces"] {
        assert_eq!(ada.send_as(&new, Call::get(path)).await.status, 200, "{path}");
        assert_eq!(ada.send_as(&old, Call::get(path)).await.status, 401, "{path}");
    }
}

#[tokio::test]
async fn a_rotated_webhook_secret_is_another_one() {
    let office = Office::new().await;
    let ada = office.ada().await;

    let rotated = ada.rotate("webhook-secret").await;

    assert_eq!(rotated.status, 200);
    assert!(rotated.str("/webhook_secret").starts_with("whsec_"));
    assert_ne!(rotated.str("/webhook_secret"), ada.workspace.str("/webhook_secret"));
    assert_eq!(rotated.str("/api_key"), ada.workspace.str("/api_key"));
    assert_eq!(ada.get().await.json(), rotated.json());
}

#[tokio::test]
async fn both_secrets_rotated_at_once_are_both_new() {
    let office = Office::new().await;
    let ada = office.ada().await;

    let (key, secret) = tokio::join!(ada.rotate("api-key"), ada.rotate("webhook-secret"));

    let now = ada.get().await;
    assert_eq!(now.str("/api_key"), key.str("/api_key"));
    assert_eq!(now.str("/webhook_secret"), secret.str("/webhook_secret"));
}

#[tokio::test]
async fn only_managers_rotate() {
    let office = Office::new().await;
    let ada = office.ada().await;
    let (member, _) = ada.colleague("member@example.com", "MEMBER").await;
    for secret in ["api-key", "webhook-secret"] {
        let answer = ada.send_as(&member, Call::post(ada.at(&format!("/{secret}/rotate")))).await;
        assert_eq!(answer.status, 403);
    }
}
