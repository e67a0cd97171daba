//! What happens when Meta does not answer as it should, or whoever asked it is gone.

use std::time::Duration;

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::id::spelling::uuid;
use switchboard_model::template::{Operation, OperationKind};

use crate::support::{ACCOUNT, Stage};

#[tokio::test]
async fn a_graph_that_is_not_there_makes_nothing() {
    let stage = Stage::without_graph().await;
    let answer = stage.create(&stage.template("welcome")).await;
    assert_snapshot!(answer, @r#"
    502 {
      "detail": "WhatsApp is unavailable at the moment. Please try again later."
    }
    "#);
    assert_eq!(stage.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn what_meta_refuses_is_not_kept() {
    let stage = Stage::new().await;
    let mut told = Vec::new();
    for (number, token) in
        ["EAAexpired", "EAAnomanagement", "EAAnopermission", "EAAcode0080008", "EAAcode0000100"]
            .iter()
            .enumerate()
    {
        let number = stage.add_number(ACCOUNT, &format!("80{number}"), token).await;
        let mut body = stage.template("welcome");
        body["phone_number_id"] = json!(uuid::spell(number.id));
        let answer = stage.create(&body).await;
        told.push(format!("{token} {} {}", answer.status.as_u16(), answer.str("/detail")));
    }
    assert_snapshot!(told.join("\n"), @"
    EAAexpired 400 Meta rejected the request: Access token expired
    EAAnomanagement 400 Meta rejected the request: Permission denied
    EAAnopermission 400 Meta rejected the request: Permission not granted
    EAAcode0080008 502 WhatsApp is unavailable at the moment. Please try again later.
    EAAcode0000100 400 Meta rejected the request: Invalid parameter
    ");
    assert_eq!(stage.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn a_template_whose_answer_was_lost_is_kept_and_made_by_the_next_sync() {
    for token in ["EAAlost", "EAApage"] {
        let stage = Stage::new().await;
        let number = stage.add_number("88", "8801", token).await;
        let mut body = stage.template("welcome");
        body["phone_number_id"] = json!(uuid::spell(number.id));

        let answer = stage.create(&body).await;

        assert_eq!(answer.status, 201, "{answer}");
        assert_eq!(
            (answer.str("/status").as_str(), answer.json()["meta_template_id"].is_null()),
            ("PENDING", true)
        );
        stage.add_number("88", "8802", "EAAtest").await;
        let mut stopped = number.clone();
        stopped.delete(stage.now());
        stopped.version += 1;
        stage.world.store().delete_phone_number(&stopped).await.unwrap();
        let too_early = stage.synced().await;
        assert_eq!(too_early["updated"], 0, "somebody may still be at it");
        stage.world.clock.advance(Duration::from_secs(61));
        assert_eq!(stage.synced().await["updated"], 1);
        let made = stage.look("/88/message_templates").await;
        assert_eq!(made["data"].as_array().unwrap().len(), 1, "{token}");
        assert_eq!(stage.get(&answer.str("/id")).await.str("/meta_template_id"), made["data"][0]["id"]);
    }
}

#[tokio::test]
async fn a_template_that_meta_made_before_the_caller_died_is_met_again() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    // As if the one who made it had died before noting Meta's id.
    let now = stage.now();
    let forget = |stage: &Stage| {
        let id = id.clone();
        let store = stage.world.store().clone();
        async move {
            let mut template = store.template(uuid::parse(&id).unwrap()).await.unwrap().unwrap();
            template.meta_template_id = None;
            template.operation = Some(Operation::begin(OperationKind::Create, now));
            template.version += 1;
            store.update_template(&template).await.unwrap();
        }
    };
    forget(&stage).await;
    let same = stage.template("welcome");
    let at_once = stage.create(&same).await;
    stage.world.clock.advance(Duration::from_secs(61));
    stage.synced().await;
    let met = stage.get(&id).await.json();
    assert!(met["meta_template_id"].is_string());

    forget(&stage).await;
    let mut again = stage.template("welcome");
    again["components"]["body"]["text"] = json!("Hello {{1}}, welcome to our service welcome!");
    let repeated = stage.create(&again).await;

    assert_snapshot!(at_once, @r#"
    409 {
      "detail": "A template with this name and language already exists"
    }
    "#);
    assert_eq!((repeated.status.as_u16(), repeated.str("/id")), (201, id.clone()), "{repeated}");
    assert_eq!(repeated.json()["meta_template_id"], met["meta_template_id"]);
    let made = stage.look(&format!("/{ACCOUNT}/message_templates")).await;
    assert_eq!(made["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_template_that_somebody_made_elsewhere_is_taken() {
    let stage = Stage::new().await;
    stage.at_meta(ACCOUNT, "welcome", json!([{"type": "BODY", "text": "Made elsewhere"}])).await;
    let answer = stage.create(&stage.template("welcome")).await;
    assert_eq!(answer.status, 409, "{answer}");
    assert_eq!(stage.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn a_deletion_that_was_given_up_is_settled_by_the_next_sync() {
    let stage = Stage::new().await;
    let (gone, there) = (stage.created("gone").await, stage.created("there").await);
    for id in [&gone, &there] {
        let begun = Operation::begin(OperationKind::Delete, stage.now());
        stage.store(id, |template| template.operation = Some(begun)).await;
    }
    stage.gone_at_meta("gone").await;
    let too_early = stage.delete(&there).await;
    stage.world.clock.advance(Duration::from_secs(61));

    stage.synced().await;

    assert_eq!(too_early.status, 409);
    assert_eq!(stage.get(&gone).await.status, 404);
    assert_eq!(stage.stored(&there).await.operation, None);
    assert_eq!(stage.delete(&there).await.status, 204);
}

#[tokio::test]
async fn an_edit_whose_outcome_is_unknown_is_found_out_by_the_next_sync() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let begun = Operation::begin(OperationKind::Edit, stage.now());
    stage.store(&id, |template| template.operation = Some(begun)).await;
    let meta_id = stage.stored(&id).await.meta_template_id.unwrap();
    let edit = json!({"components": [{"type": "BODY", "text": "The edit arrived."}]});
    stage.simulate(&format!("/{meta_id}?access_token=EAAtest"), &edit).await;
    stage.world.clock.advance(Duration::from_secs(61));

    stage.synced().await;

    let found = stage.get(&id).await;
    assert_eq!(found.json()["components"], json!({"body": {"text": "The edit arrived."}}));
    assert_eq!(found.str("/status"), "PENDING");
}
