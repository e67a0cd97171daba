//! Answers to the callbacks of interactive messages.

use switchboard_model::delivery::{DeliveryState, NewDelivery, Outcome, Source};
use switchboard_model::signing::document;
use switchboard_model::signing::json::Json;
use switchboard_model::workspace::{Workspace, WorkspaceSecrets};
use switchboard_service::deliveries::Job;
use switchboard_vault::Purpose;

use crate::receiver::{Receiver, answer};
use crate::stage::Stage;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn stage() -> Stage {
    let stage = Stage::new().await;
    let workspace = &stage.business.workspace;
    let secrets = WorkspaceSecrets { api_key: String::new(), webhook_secret: SECRET.to_owned() };
    let purpose = Purpose { kind: "workspace_secrets", owner: &workspace.id.to_string() };
    let plain = serde_json::to_string(&secrets).unwrap();
    let sealed_secrets = stage.business.sealer.seal(purpose, &plain).await.unwrap();
    let changed = Workspace { sealed_secrets, version: workspace.version + 1, ..workspace.clone() };
    stage.world.store().update_workspace(&changed).await.unwrap();
    stage
}

fn callback(stage: &Stage, url: &str) -> NewDelivery {
    NewDelivery {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        source: Source::Callback {
            message_id: stage.world.resources.ids.next_id(),
            action_id: "approve".to_owned(),
            user_id: stage.business.owner.user_id,
            url: url.to_owned(),
            body: r#"{"event":"message.action_response"}"#.to_owned(),
        },
        kind: "message.action_response".to_owned(),
        created_at: stage.world.resources.now(),
    }
}

fn job(new: &NewDelivery) -> Job {
    Job::Attempt { key: new.key(), workspace_id: new.workspace_id, attempt: 1, waiting_since: None }
}

#[tokio::test]
async fn an_answer_is_posted_signed_by_the_workspace_and_what_came_back_is_kept() {
    let stage = stage().await;
    let receiver = Receiver::new(|_, _| Some(answer(200, "", r#"{"success":true}"#))).await;
    let new = callback(&stage, &receiver.url);
    stage.world.store().create_delivery(&new).await.unwrap();

    assert_eq!(stage.work(job(&new)).await, []);

    let request = receiver.requests().pop().unwrap();
    let body = Json::parse(request.body.as_bytes()).unwrap();
    assert_eq!(request.header("x-webhook-event"), "message.action_response");
    assert_eq!(request.header("x-webhook-signature"), document(SECRET, &body.as_javascript()));
    assert!(request.header("webhook-id").starts_with("delivery_"));
    let kept = stage.world.store().callbacks(&[new.id]).await.unwrap().pop().unwrap();
    assert_eq!(kept.state, DeliveryState::Delivered);
    assert_eq!(kept.attempts[0].answer.as_deref(), Some(r#"{"success":true}"#));
}

#[tokio::test]
async fn callbacks_of_an_origin_that_hangs_are_spared_and_others_are_not() {
    let stage = stage().await;
    let (hanging, healthy) = (Receiver::new(|_, _| None).await, Receiver::with_status(200).await);
    for number in 1..=5 {
        let new = callback(&stage, &format!("{}/{number}", hanging.url));
        stage.world.store().create_delivery(&new).await.unwrap();
        stage.work(job(&new)).await;
    }
    let other = callback(&stage, &healthy.url);
    stage.world.store().create_delivery(&other).await.unwrap();
    assert_eq!(stage.work(job(&other)).await, []);

    assert_eq!((hanging.requests().len(), healthy.requests().len()), (3, 1));
    let later = callback(&stage, &hanging.url);
    stage.world.store().create_delivery(&later).await.unwrap();
    let follows = Box::pin(stage.another_process().work(job(&later))).await.unwrap();
    let waits = stage.wait(&follows);
    assert!((14..=30).contains(&waits[0]), "{waits:?}");
    assert_eq!(hanging.requests().len(), 3);
}

#[tokio::test]
async fn an_address_inside_is_not_called() {
    let stage = stage().await;
    for url in ["http://169.254.169.254/latest/meta-data/", "http://[::1]:1/", "http://10.0.0.1/"] {
        let new = callback(&stage, url);
        stage.world.store().create_delivery(&new).await.unwrap();

        let follows = stage.work(job(&new)).await;

        let kept = stage.world.store().callbacks(&[new.id]).await.unwrap().pop().unwrap();
        assert_eq!((kept.attempts[0].outcome, follows.len()), (Outcome::AddressRefused, 1), "{url}");
    }
}
