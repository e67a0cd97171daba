//! From what a team does, and the end of a campaign, to the queue of deliveries.

use serde_json::json;
use switchboard_model::campaign::Campaign;
use switchboard_model::channel::{Channel, ChannelKind, ChannelRef};
use switchboard_model::channel_message::answer::Responder;
use switchboard_model::channel_message::{
    Action, ActionResponse, ActionStyle, Attachment, Author, AuthorKind, ChannelMessage, Interaction,
    MessageKind,
};
use switchboard_model::delivery::{NewDelivery, Source};
use switchboard_model::department::{Department, DepartmentCounts};
use switchboard_model::event::{EventType, Watched};
use switchboard_model::recipient::{RecipientStatus, SkipReason};
use switchboard_model::webhook::{Endpoint, EndpointStatus, SignatureFormat};
use switchboard_model::workspace::Workspace;
use switchboard_service::Team;
use switchboard_service::campaigns::CampaignControl;
use switchboard_service::deliveries::Job;
use switchboard_service::team::{Acting, NewChannel, NewDepartment, NewMessage};
use switchboard_store::keys;
use switchboard_testkit::draft_campaign;

use crate::stage::{Stage, documented, nothing};

/// The one event that is told.
fn told(jobs: &[Job]) -> String {
    let [Job::Event(event)] = jobs else { panic!("{jobs:?}") };
    format!("{:#}", documented(event))
}

fn channel(stage: &Stage) -> Channel {
    Channel {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        name: "product-updates".to_owned(),
        description: Some("Product update announcements".to_owned()),
        kind: ChannelKind::Public,
        department_id: None,
        created_at: stage.world.resources.now(),
    }
}

fn message(stage: &Stage) -> ChannelMessage {
    let id = || stage.world.resources.ids.next_id();
    let approve = Action {
        id: id(),
        action_id: "approve".to_owned(),
        label: "Approve Deployment".to_owned(),
        style: ActionStyle::Primary,
        value: Some("approved".to_owned()),
    };
    ChannelMessage {
        id: id(),
        workspace_id: stage.business.workspace.id,
        channel_id: id(),
        author: Author {
            kind: AuthorKind::ApiToken,
            id: id(),
            name: "Deployments".to_owned(),
            email: "api@acme.invalid".to_owned(),
        },
        content: "Deploy v2.1.0?".to_owned(),
        kind: MessageKind::Interactive,
        metadata: json!({"deploymentId": "deploy_123"}),
        attachments: vec![Attachment {
            name: "plan.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            url: "https://example.com/plan.pdf".to_owned(),
            size: 1_024,
        }],
        interaction: Some(Interaction {
            actions: vec![approve],
            callback_url: "https://example.com/secret-callback".to_owned(),
            expires_at: None,
        }),
        created_at: stage.world.resources.now(),
    }
}

#[tokio::test]
async fn a_new_channel_is_told() {
    let stage = Stage::new().await;
    let (channel, unwatched) = (channel(&stage), channel(&stage));
    stage.watched_by([EventType::ChannelCreated]).create_channel(&channel).await.unwrap();
    stage.watched_by([EventType::MessageCreated]).create_channel(&unwatched).await.unwrap();

    let image = stage.image(&keys::channel(channel.workspace_id, channel.id)).await;
    let jobs = stage.jobs(nothing(), image.clone()).await;

    insta::assert_snapshot!(told(&jobs), @r#"
    {
      "data": {
        "createdAt": "2026-01-01T00:00:00Z",
        "departmentId": null,
        "description": "Product update announcements",
        "id": "channel_01kdvdna005vsmmyc5d6wwwx9m",
        "name": "product-updates",
        "type": "public",
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "id": "evt_01kdvdna00562cc0xf5t4qh00t",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "channel.created"
    }
    "#);
    assert_eq!(stage.jobs(nothing(), image).await, jobs);
    let image = stage.image(&keys::channel(unwatched.workspace_id, unwatched.id)).await;
    assert_eq!(stage.jobs(nothing(), image).await, []);
}

#[tokio::test]
async fn a_new_department_is_told_and_what_is_counted_in_it_later_is_not() {
    let stage = Stage::new().await;
    let department = Department {
        id: stage.world.resources.ids.next_id(),
        workspace_id: stage.business.workspace.id,
        name: "Marketing".to_owned(),
        description: None,
        manager_id: None,
        parent_id: None,
        depth: 1,
        created_at: stage.world.resources.now(),
        counts: DepartmentCounts::default(),
    };
    stage.watched_by([EventType::DepartmentCreated]).create_department(&department).await.unwrap();

    let key = keys::department(department.workspace_id, department.id);
    let before = stage.image(&key).await;
    let jobs = stage.jobs(nothing(), before.clone()).await;

    insta::assert_snapshot!(told(&jobs), @r#"
    {
      "data": {
        "createdAt": "2026-01-01T00:00:00Z",
        "description": null,
        "id": "dept_01kdvdna005vsmmyc5d6wwwx9m",
        "managerId": null,
        "name": "Marketing",
        "parentId": null,
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "id": "evt_01kdvdna00qrtz8qkhnw8snxn5",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "department.created"
    }
    "#);
    let inside = Channel { department_id: Some(department.id), ..channel(&stage) };
    stage.world.store().create_channel(&inside).await.unwrap();
    assert_eq!(stage.jobs(before, stage.image(&key).await).await, []);
}

#[tokio::test]
async fn a_message_is_told_without_the_address_of_its_callback() {
    let stage = Stage::new().await;
    let (message, unwatched) = (message(&stage), message(&stage));
    stage.watched_by([EventType::MessageCreated]).create_channel_message(&message).await.unwrap();
    stage.world.store().create_channel_message(&unwatched).await.unwrap();

    let image = stage.image(&keys::channel_message(message.channel_id, message.id)).await;
    let jobs = stage.jobs(nothing(), image).await;

    insta::assert_snapshot!(told(&jobs), @r#"
    {
      "data": {
        "actions": [
          {
            "actionId": "approve",
            "label": "Approve Deployment",
            "value": "approved"
          }
        ],
        "attachments": [
          {
            "name": "plan.pdf",
            "size": 1024,
            "type": "application/pdf",
            "url": "https://example.com/plan.pdf"
          }
        ],
        "channelId": "channel_01kdvdna005vsn0nz59f6pcam9",
        "content": "Deploy v2.1.0?",
        "createdAt": "2026-01-01T00:00:00Z",
        "expiresAt": null,
        "id": "msg_01kdvdna005vsmtfe1s3a4scef",
        "messageType": "interactive",
        "metadata": {
          "deploymentId": "deploy_123"
        },
        "user": {
          "email": "api@acme.invalid",
          "id": "user_01kdvdna005vsnc38z0vawm53q",
          "name": "Deployments"
        },
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "id": "evt_01kdvdna00x8az8htjhd88dvn7",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "message.created"
    }
    "#);
    let image = stage.image(&keys::channel_message(unwatched.channel_id, unwatched.id)).await;
    assert!(image.get("notify").is_none());
    assert_eq!(stage.jobs(nothing(), image).await, []);
}

#[tokio::test]
async fn an_answer_is_told_as_an_update_of_its_message() {
    let stage = Stage::new().await;
    let message = message(&stage);
    let asked = message.interaction.clone().unwrap();
    let response = ActionResponse {
        id: stage.world.resources.ids.next_id(),
        workspace_id: message.workspace_id,
        message_id: message.id,
        channel_id: message.channel_id,
        action: asked.actions[0].clone(),
        user: Responder {
            id: stage.business.owner.user_id,
            name: "Ada".to_owned(),
            email: "ada@example.com".to_owned(),
        },
        comment: Some("LGTM! Deploying now.".to_owned()),
        metadata: message.metadata.clone(),
        callback_url: asked.callback_url.clone(),
        responded_at: stage.world.resources.now(),
    };
    let delivery = NewDelivery {
        id: response.id,
        workspace_id: response.workspace_id,
        source: Source::Callback {
            message_id: response.message_id,
            action_id: "approve".to_owned(),
            user_id: response.user.id,
            url: response.callback_url.clone(),
            body: "{}".to_owned(),
        },
        kind: "message.action_response".to_owned(),
        created_at: response.responded_at,
    };
    let store = stage.watched_by([EventType::MessageUpdated]);
    store.create_action_response(&response, &delivery).await.unwrap();

    let key = keys::action_response(response.message_id, response.action.id, response.user.id);
    let jobs = stage.jobs(nothing(), stage.image(&key).await).await;

    insta::assert_snapshot!(told(&jobs), @r#"
    {
      "data": {
        "change": "action_response",
        "channelId": "channel_01kdvdna005vsn0nz59f6pcam9",
        "id": "msg_01kdvdna005vsmtfe1s3a4scef",
        "response": {
          "action": {
            "actionId": "approve",
            "label": "Approve Deployment",
            "value": "approved"
          },
          "comment": "LGTM! Deploying now.",
          "id": "response_01kdvdna005vsnj94gyex36h6n",
          "metadata": {
            "deploymentId": "deploy_123"
          },
          "respondedAt": "2026-01-01T00:00:00Z",
          "user": {
            "email": "ada@example.com",
            "id": "user_01kdvdna005vskb7n957mye8nn",
            "name": "Ada"
          }
        },
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "id": "evt_01kdvdna00kgpy50z5791t9mx0",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "message.updated"
    }
    "#);
}

#[tokio::test]
async fn what_an_incoming_webhook_does_is_told_as_what_people_do() {
    let stage = Stage::new().await;
    let watched =
        [EventType::ChannelCreated, EventType::DepartmentCreated, EventType::MessageCreated].into_iter();
    let workspace = Workspace { watched: watched.collect(), ..stage.business.workspace.clone() };
    let acting = Acting::webhook(workspace, stage.world.resources.ids.next_id(), "Deployments".to_owned());
    let team = Team::new(stage.world.resources.clone());
    let (name, description) = ("product-updates".to_owned(), None);
    let new = NewChannel { name: name.clone(), description, kind: ChannelKind::Public, department_id: None };
    let channel = team.create_channel_by(&acting, new).await.unwrap();
    let new = NewDepartment { name, description: None, manager_id: None, parent_id: None };
    let department = team.create_department_by(&acting, new, None).await.unwrap();
    let new = NewMessage {
        channel: ChannelRef::Id(channel.id),
        content: "Deployed".to_owned(),
        kind: MessageKind::Integration,
        metadata: json!({}),
        attachments: Vec::new(),
        interaction: None,
    };
    let message = team.send_message_by(&acting, channel.id, new).await.unwrap();

    let mut kinds = Vec::new();
    for key in [
        keys::channel(channel.workspace_id, channel.id),
        keys::department(department.workspace_id, department.id),
        keys::channel_message(channel.id, message.id),
    ] {
        let jobs = stage.jobs(nothing(), stage.image(&key).await).await;
        let [Job::Event(event)] = jobs.as_slice() else { panic!("{jobs:?}") };
        kinds.push(event.kind.clone());
    }
    assert_eq!(kinds, ["channel.created", "department.created", "message.created"]);
}

/// Lets webhooks of the workspace watch these.
async fn watch(stage: &Stage, events: Watched) {
    let (workspace, now) = (&stage.business.workspace, stage.world.resources.now());
    let endpoint = Endpoint {
        id: stage.world.resources.ids.next_id(),
        workspace_id: workspace.id,
        url: "https://example.com/hook".parse().unwrap(),
        description: None,
        events: events.clone(),
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
    let next = Workspace { watched: events, version: workspace.version + 1, ..workspace.clone() };
    stage.world.store().create_endpoint(&endpoint, &next).await.unwrap();
}

/// A campaign that is being sent.
async fn sending(stage: &Stage) -> Campaign {
    let mut campaign = draft_campaign(&stage.world, &stage.business);
    assert!(campaign.start(stage.world.resources.now()).unwrap());
    for (status, skip, count) in [
        (RecipientStatus::Sent, None, 3),
        (RecipientStatus::Read, None, 2),
        (RecipientStatus::Failed, None, 1),
        (RecipientStatus::Skipped, Some(SkipReason::NotOptedIn), 4),
    ] {
        campaign.plan.counts.add(status, skip, count);
    }
    campaign.plan.done = true;
    stage.world.store().create_campaign(&campaign).await.unwrap();
    campaign
}

#[tokio::test]
async fn a_campaign_that_is_completed_is_told_with_its_counters() {
    let stage = Stage::new().await;
    watch(&stage, Watched::from_iter([EventType::CampaignCompleted])).await;
    let campaign = sending(&stage).await;
    let key = keys::campaign(campaign.id);
    let before = stage.image(&key).await;
    assert_eq!(stage.jobs(nothing(), before.clone()).await, []);

    let control = CampaignControl::new(stage.world.resources.clone());
    assert!(control.complete(campaign.id, campaign.run).await.unwrap());
    let after = stage.image(&key).await;
    let jobs = stage.jobs(before.clone(), after.clone()).await;

    insta::assert_snapshot!(told(&jobs), @r#"
    {
      "data": {
        "campaign_id": "019b76da-a800-72ef-8d34-f707235132c7",
        "completed_at": "2026-01-01T00:00:00Z",
        "delivered_count": 2,
        "failed_count": 1,
        "name": "Summer Sale 2024",
        "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
        "read_count": 2,
        "sent_count": 5,
        "skipped_count": 4,
        "started_at": "2026-01-01T00:00:00Z",
        "total_contacts": 10,
        "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
      },
      "id": "evt_01kdvdna00gndnc9p1erffh87y",
      "timestamp": "2026-01-01T00:00:00Z",
      "type": "campaign.completed"
    }
    "#);
    assert_eq!(stage.jobs(before, after.clone()).await, jobs);
    assert_eq!(stage.jobs(after.clone(), after).await, []);
}

#[tokio::test]
async fn a_campaign_that_nobody_watches_is_not_told() {
    let stage = Stage::new().await;
    watch(&stage, Watched::from_iter([EventType::MemberAdded])).await;
    let campaign = sending(&stage).await;
    let key = keys::campaign(campaign.id);
    let before = stage.image(&key).await;

    let control = CampaignControl::new(stage.world.resources.clone());
    assert!(control.complete(campaign.id, campaign.run).await.unwrap());
    let after = stage.image(&key).await;

    assert!(after.get("completed").is_none() && after.get("notify").is_none());
    assert_eq!(stage.jobs(before, after).await, []);
}
