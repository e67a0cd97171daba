//! `DELETE /api/templates/{template_id}`

use insta::assert_snapshot;
use serde_json::json;

use crate::support::{ACCOUNT, Stage, refusals};

#[tokio::test]
async fn a_deleted_template_is_gone_here_and_at_meta() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    let french = {
        let mut body = stage.template("welcome");
        body["language"] = json!("fr");
        body["components"]["body"]["text"] = json!("Bonjour tout le monde");
        stage.create(&body).await.str("/id")
    };

    let answer = stage.delete(&id).await;

    assert_eq!((answer.status.as_u16(), answer.text().as_str()), (204, ""));
    assert_snapshot!(stage.get(&id).await, @r#"
    404 {
      "detail": "Template not found"
    }
    "#);
    assert_eq!(stage.delete(&id).await.status, 404);
    assert_eq!(stage.list("").await.json()["data"][0]["id"], french);
    let left = stage.look(&format!("/{ACCOUNT}/message_templates")).await;
    assert_eq!(left["data"].as_array().unwrap().len(), 1);
    assert_snapshot!(answer.cost(), @"9 calls, 7 round trips, 3 read units, 17 write units");
}

#[tokio::test]
async fn the_name_of_a_deleted_template_is_free_unless_meta_blocks_it() {
    let stage = Stage::new().await;
    let pending = stage.created("pending").await;
    let approved = stage.created_as("approved", "APPROVED").await;
    stage.delete(&pending).await;
    stage.delete(&approved).await;

    let free = stage.create(&stage.template("pending")).await;
    let blocked = stage.create(&stage.template("approved")).await;

    assert_eq!(free.status, 201, "{free}");
    assert_ne!(free.str("/id"), pending);
    assert_snapshot!(refusals(&blocked), @"body.name value_error Meta rejected the template: Invalid parameter: An approved template of this name was deleted less than 30 days ago");
    assert_eq!(stage.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn a_disabled_template_can_not_be_deleted() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "DISABLED").await;
    assert_snapshot!(stage.delete(&id).await, @r#"
    409 {
      "detail": "Template can't be changed now: Disabled templates cannot be deleted"
    }
    "#);
    assert_eq!(stage.get(&id).await.status, 200);
    assert_eq!(stage.stored(&id).await.operation, None);
}

#[tokio::test]
async fn what_meta_has_no_more_can_be_deleted() {
    let stage = Stage::new().await;
    let (known, unknown) =
        (stage.created("known_as_gone").await, stage.created("not_yet_known_as_gone").await);
    stage.gone_at_meta("known_as_gone").await;
    stage.synced().await;
    stage.gone_at_meta("not_yet_known_as_gone").await;
    assert_eq!(stage.get(&known).await.str("/status"), "DELETED");

    for id in [known, unknown] {
        assert_eq!(stage.delete(&id).await.status, 204);
    }
    assert_eq!(stage.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn a_template_of_an_account_without_numbers_is_deleted_here() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    let mut number = stage.number.clone();
    number.delete(stage.now());
    number.version += 1;
    stage.world.store().delete_phone_number(&number).await.unwrap();

    assert_eq!(stage.delete(&id).await.status, 204);
    assert_eq!(stage.get(&id).await.status, 404);
}
