//! From changes of the tables to the queue of deliveries.

use serde_json::Value;
use switchboard_model::access::Role;
use switchboard_model::conversation::ConversationChange;
use switchboard_model::delivery::{DeliveryKey, NewDelivery, Source};
use switchboard_model::event::{EventType, Watched};
use switchboard_model::message::{Direction, Message, Report, ReportKind};
use switchboard_model::webhook::{Disabled, DisabledReason, Endpoint, EndpointStatus, SignatureFormat};
use switchboard_model::workspace::{Member, MemberStatus, Workspace};
use switchboard_service::deliveries::Job;
use switchboard_store::keys;
use switchboard_store::{MessageKey, ReplayScope};

use crate::stage::{Stage, documented, nothing};

/// What a message makes of its conversation, which it begins.
fn beginning(stage: &Stage, message: &Message) -> ConversationChange {
    ConversationChange::by(message, None, stage.world.resources.ids.next_id(), None)
}

fn told(jobs: &[Job]) -> Vec<Value> {
    let told = jobs.iter().map(|job| match job {
        Job::Event(event) => documented(event),
        job => panic!("{job:?}"),
    });
    told.collect()
}

#[tokio::test]
async fn a_delivery_and_a_replayed_one_are_queued() {
    let stage = Stage::new().await;
    let new = NewDelivery {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        source: Source::Callback {
            message_id: stage.business.workspace.id,
            action_id: "approve".to_owned(),
            user_id: stage.business.owner.user_id,
            url: "https://example.com/".to_owned(),
            body: "{}".to_owned(),
        },
        kind: "message.action_response".to_owned(),
        created_at: stage.world.resources.now(),
    };
    stage.world.store().create_delivery(&new).await.unwrap();
    let image = stage.image(&keys::delivery(&new.key())).await;

    let jobs = stage.jobs(nothing(), image.clone()).await;

    let key = DeliveryKey::Callback { id: new.id };
    let attempt = Job::Attempt { key, workspace_id: new.workspace_id, attempt: 1, waiting_since: None };
    assert_eq!(jobs, std::slice::from_ref(&attempt));
    assert_eq!(stage.jobs(image.clone(), image.clone()).await, []);

    // What was queued is lost: the mark is still there when it is replayed.
    stage.world.wait(2 * 3_600);
    let now = stage.world.resources.now();
    stage.world.store().replay_delivery(&new.key(), ReplayScope::Failed, now).await.unwrap();
    let replayed = stage.image(&keys::delivery(&new.key())).await;
    assert_eq!(stage.jobs(image, replayed).await, [attempt]);
}

#[tokio::test]
async fn an_inbound_message_is_told_where_it_is_watched() {
    let stage = Stage::new().await;
    let message = stage.message(Direction::Inbound, "15550001111");
    let key = keys::message(&message.conversation, message.id);
    let store = stage.watched_by([EventType::WhatsappMessageReceived]);
    store.create_inbound_message(&message, &beginning(&stage, &message)).await.unwrap();

    let jobs = stage.jobs(nothing(), stage.image(&key).await).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "from": "+15550001111",
        "message_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "message_type": "text",
        "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "received_at": "2026-01-01T00:00:00Z",
        "text": "Hello",
        "to": "+1234567890",
        "wa_message_id": "wamid.1",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna005rat07221qcrhavb",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "whatsapp.message.received"
    }
    "#);
    assert_eq!(stage.jobs(nothing(), stage.image(&key).await).await, jobs);
    let other = Message {
        wa_message_id: Some("wamid.2".to_owned()),
        ..stage.message(Direction::Inbound, "15550002222")
    };
    stage
        .watched_by([EventType::MemberAdded])
        .create_inbound_message(&other, &beginning(&stage, &other))
        .await
        .unwrap();
    let image = stage.image(&keys::message(&other.conversation, other.id)).await;
    assert_eq!(stage.jobs(nothing(), image).await, []);
    let third = Message {
        wa_message_id: Some("wamid.3".to_owned()),
        ..stage.message(Direction::Inbound, "15550003333")
    };
    stage.world.store().create_inbound_message(&third, &beginning(&stage, &third)).await.unwrap();
    let image = stage.image(&keys::message(&third.conversation, third.id)).await;
    assert!(image.get("notify").is_none());
    assert_eq!(stage.jobs(nothing(), image).await, []);
}

#[tokio::test]
async fn each_status_of_a_message_is_told_once() {
    let stage = Stage::new().await;
    let message = stage.message(Direction::Outbound, "15550001111");
    let (key, at) = (keys::message(&message.conversation, message.id), stage.world.resources.now());
    stage
        .watched_by([EventType::WhatsappMessageStatus])
        .create_outbound_message(&message, &beginning(&stage, &message))
        .await
        .unwrap();
    let queued = stage.image(&key).await;
    assert_eq!(stage.jobs(nothing(), queued.clone()).await, []);

    let message_key = MessageKey::from(&message);
    let report = Report { kind: ReportKind::Delivered, at };
    stage.world.store().report_progress(&message_key, &report, None).await.unwrap();
    let delivered = stage.image(&key).await;
    let jobs = stage.jobs(queued, delivered.clone()).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "campaign_id": null,
        "delivered_at": "2026-01-01T00:00:00Z",
        "failed_at": null,
        "failure": null,
        "message_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "read_at": null,
        "sent_at": null,
        "status": "delivered",
        "to": "+15550001111",
        "wa_message_id": "wamid.1",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna00kc1dyjjbgp56bh5s",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "whatsapp.message.status"
    }
    "#);
    let late = Report { kind: ReportKind::Sent, at };
    stage.world.store().report_progress(&message_key, &late, None).await.unwrap();
    assert_eq!(stage.jobs(delivered, stage.image(&key).await).await, []);
}

#[tokio::test]
async fn a_new_member_is_told() {
    let stage = Stage::new().await;
    let member = Member {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        user_id: stage.world.resources.ids.next_id(),
        email: "new@example.com".parse().unwrap(),
        role: Role::Agent,
        status: MemberStatus::Active,
        joined_at: stage.world.resources.now(),
        title: None,
        department_id: None,
    };
    stage.watched_by([EventType::MemberAdded]).add_member(&member).await.unwrap();

    let image = stage.image(&keys::member(member.workspace_id, member.user_id)).await;
    let jobs = stage.jobs(nothing(), image).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "email": "new@example.com",
        "id": "member_01kdvdna005vsmmyc5d6wwwx9m",
        "joinedAt": "2026-01-01T00:00:00Z",
        "role": "agent",
        "status": "active",
        "userId": "user_01kdvdna005vsmtfe1s3a4scef",
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "id": "evt_01kdvdna00k3gkzps2g8ekpqj4",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "member.added"
    }
    "#);
}

#[tokio::test]
async fn a_webhook_that_was_disabled_is_told() {
    let stage = Stage::new().await;
    let now = stage.world.resources.now();
    let workspace = &stage.business.workspace;
    let endpoint = Endpoint {
        id: stage.world.resources.ids.next_id(),
        workspace_id: workspace.id,
        url: "https://example.com/hook".parse().unwrap(),
        description: None,
        events: Watched::default(),
        signature_format: SignatureFormat::Auto,
        status: EndpointStatus::Active,
        disabled: None,
        sealed_keyring: vec![1],
        masked_secret: String::new(),
        created_by: None,
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let next = Workspace { version: workspace.version + 1, ..workspace.clone() };
    stage.world.store().create_endpoint(&endpoint, &next).await.unwrap();
    let key = keys::endpoint(workspace.id, endpoint.id);
    let before = stage.image(&key).await;
    assert_eq!(stage.jobs(nothing(), before.clone()).await, []);
    let disabled = Disabled { reason: DisabledReason::Gone, at: now.as_millisecond() };
    let endpoint =
        Endpoint { status: EndpointStatus::Disabled, disabled: Some(disabled), version: 2, ..endpoint };
    stage.world.store().update_endpoint(&endpoint, None).await.unwrap();

    let after = stage.image(&key).await;
    let jobs = stage.jobs(before, after.clone()).await;

    insta::assert_snapshot!(format!("{:#}", told(&jobs)[0]), @r#"
    {
      "data": {
        "reason": "gone",
        "url": "https://example.com/hook",
        "webhook_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna00w6638qvx0w5qq4hd",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "webhook.disabled"
    }
    "#);
    assert_eq!(stage.jobs(after.clone(), after).await, []);
}
