//! Answering messages.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::access::Role;
use switchboard_model::channel::{Channel, ChannelKind};
use switchboard_model::delivery::Source;
use switchboard_model::department::{Department, DepartmentCounts};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::plan::Plan;
use switchboard_model::workspace::{Member, Workspace};
use switchboard_testkit::{Answer, Call};

use crate::support::{Office, all, path_of};

#[tokio::test]
async fn an_answer_is_answered_in_full() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    office.world.wait(300);
    let body = json!({
        "actionId": "approve",
        "comment": "LGTM! Deploying now.",
        "metadata": {"environment": "staging"},
    });
    let answer = office.answer_as(&office.business.owner.token, &format!("{path}/action"), body).await;
    assert_snapshot!(answer, @r#"
    200 {
      "response": {
        "action": {
          "actionId": "approve",
          "id": "action_01kdvdna005vsn0nz59f6pcam9",
          "label": "Approve",
          "style": "primary",
          "value": "approved"
        },
        "actionId": "action_01kdvdna005vsn0nz59f6pcam9",
        "actionValue": "approve",
        "comment": "LGTM! Deploying now.",
        "id": "response_01kdvdyez0mr2jpect6x22hkhp",
        "messageId": "msg_01kdvdna005vsnj94gyex36h6n",
        "metadata": {
          "deploymentId": "deploy_789",
          "environment": "staging"
        },
        "respondedAt": "2026-01-01T00:05:00Z",
        "user": {
          "avatar": null,
          "email": "ada@example.com",
          "id": "user_01kdvdna005vskb7n957mye8nn",
          "name": "ada"
        },
        "userId": "user_01kdvdna005vskb7n957mye8nn",
        "webhookResponse": null,
        "webhookSent": false,
        "webhookStatus": "pending",
        "webhookUrl": "https://your-app.com/api/deployment/callback"
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn all_spellings_of_the_route_do_the_same() {
    let office = Office::new().await;
    let (token, sent) = (&office.business.owner.token, office.ask(json!({})).await);
    let (path, reject) = (path_of(&sent), sent.str("/message/actions/1/id"));
    let chosen = |answer: &Answer| (answer.status.as_u16(), answer.str("/response/actionValue"));
    let plural = office.answer_as(token, &format!("{path}/actions"), json!({"actionId": "approve"})).await;
    let by_id = Call::post(format!("{path}/actions/{reject}")).bearer(token).to(&office.router).await;
    assert_eq!(chosen(&plural), (200, "approve".to_owned()));
    assert_eq!(chosen(&by_id), (200, "reject".to_owned()));
}

#[tokio::test]
async fn the_callback_waits_with_the_answer_to_be_delivered() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    let token = &office.business.owner.token;
    let body = json!({"comment": "LGTM!", "metadata": {"seen": true}});
    office.answer_as(token, &format!("{path}/actions/approve"), body).await;
    let response = office.list(token, &path).await["responses"][0].clone();
    assert_eq!((&response["webhookSent"], &response["webhookStatus"]), (&json!(false), &json!("pending")));

    let id = prefixed::parse("response_", response["id"].as_str().unwrap());
    let delivery = office.world.store().callbacks(&[id.unwrap()]).await.unwrap().remove(0);
    let Source::Callback { url, body, .. } = delivery.source else { panic!("a callback") };
    assert_eq!(url, "https://your-app.com/api/deployment/callback");
    assert_eq!(delivery.kind, "message.action_response");
    assert_snapshot!(format!("{:#}", serde_json::from_str::<Value>(&body).unwrap()), @r#"
    {
      "action": {
        "id": "approve",
        "label": "Approve",
        "value": "approved"
      },
      "event": "message.action_response",
      "message": {
        "channelId": "channel_01kdvdna005vsmtfe1s3a4scef",
        "content": "Deploy?",
        "id": "msg_01kdvdna005vsnj94gyex36h6n"
      },
      "response": {
        "actionValue": "approve",
        "comment": "LGTM!",
        "metadata": {
          "deploymentId": "deploy_789",
          "environment": "production",
          "seen": true
        },
        "respondedAt": "2026-01-01T00:00:00Z",
        "userEmail": "ada@example.com",
        "userId": "user_01kdvdna005vskb7n957mye8nn",
        "userName": "ada"
      },
      "timestamp": "2026-01-01T00:00:00Z",
      "workspace": {
        "id": "workspace_01kdvdna005vskrf61caan0jzm",
        "name": "My Company"
      }
    }
    "#);
}

#[tokio::test]
async fn a_callback_without_a_comment_has_none() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    let token = &office.business.owner.token;
    Call::post(format!("{path}/actions/approve")).bearer(token).to(&office.router).await;
    let response = office.list(token, &path).await["responses"][0].clone();
    assert_eq!(response["comment"], Value::Null);
    let id = prefixed::parse("response_", response["id"].as_str().unwrap());
    let delivery = office.world.store().callbacks(&[id.unwrap()]).await.unwrap().remove(0);
    let Source::Callback { body, .. } = delivery.source else { panic!("a callback") };
    assert!(!body.contains("comment"), "{body}");
}

#[tokio::test]
async fn each_person_chooses_each_action_once() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    let bob = office.business.add(&office.world, "bob@example.com", Role::Guest).await;
    let choose = async |token: &str, action: &str| {
        Call::post(format!("{path}/actions/{action}")).bearer(token).to(&office.router).await
    };
    let owner = &office.business.owner.token;
    let (first, second) = tokio::join!(choose(owner, "approve"), choose(owner, "approve"));
    let mut statuses = [first.status.as_u16(), second.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 400]);
    assert_snapshot!(choose(owner, "approve").await, @r#"
    400 {
      "code": "ALREADY_RESPONDED",
      "error": "You have already responded to this action"
    }
    "#);
    assert_eq!(choose(owner, "reject").await.status, 200);
    office.world.wait(1);
    assert_eq!(choose(&bob.token, "approve").await.status, 200);
    let listed = office.list(owner, &path).await;
    let who: Vec<_> =
        listed["responses"].as_array().unwrap().iter().map(|one| &one["user"]["name"]).collect();
    assert_eq!(who, ["bob", "ada", "ada"]);
}

#[tokio::test]
async fn what_is_not_there_can_not_be_chosen() {
    let office = Office::new().await;
    let token = &office.business.owner.token;
    let path = path_of(&office.ask(json!({})).await);
    let plain = path_of(&office.send(json!({"channelId": "general", "content": "x"})).await);
    let answers = [
        office.answer_as(token, &format!("{path}/action"), json!({"actionId": "maybe"})).await,
        office.answer_as(token, &format!("{plain}/action"), json!({"actionId": "approve"})).await,
        office.answer_as(token, "/api/v1/messages/msg_123/action", json!({"actionId": "approve"})).await,
        office.answer_as(token, &format!("{path}/action"), json!({})).await,
        office
            .answer_as(
                token,
                &format!("{path}/action"),
                json!({"actionId": "approve", "comment": "x".repeat(2_001)}),
            )
            .await,
    ];
    assert_snapshot!(all(&answers), @r#"
    404 {
      "code": "ACTION_NOT_FOUND",
      "error": "Action not found"
    }
    404 {
      "code": "ACTION_NOT_FOUND",
      "error": "Action not found"
    }
    404 {
      "code": "MESSAGE_NOT_FOUND",
      "error": "Message not found"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "actionId",
          "message": "Field required"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "comment",
          "message": "String should have at most 2000 characters"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn actions_end_when_their_message_says_so() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({"expiresAt": "2026-01-01T00:01:00Z"})).await);
    office.world.wait(60);
    let token = &office.business.owner.token;
    assert_snapshot!(office.answer_as(token, &format!("{path}/action"), json!({"actionId": "approve"})).await, @r#"
    400 {
      "code": "ACTIONS_EXPIRED",
      "error": "The actions of this message have expired"
    }
    "#);
}

#[tokio::test]
async fn only_people_of_the_workspace_answer() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    let other = office.business.another(&office.world).await;
    let body = json!({"actionId": "approve"});
    let by = async |token: &str| office.answer_as(token, &format!("{path}/action"), body.clone()).await;
    let answers = [by(&office.token).await, by(&office.business.api_key).await, by(&other.owner.token).await];
    assert_snapshot!(all(&answers), @r#"
    401 {
      "code": "INVALID_API_KEY",
      "error": "Invalid API key",
      "message": "The API token is invalid, has expired or was revoked"
    }
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "Insufficient permissions. This operation needs a user's access token"
    }
    404 {
      "code": "MESSAGE_NOT_FOUND",
      "error": "Message not found"
    }
    "#);
    let seen = Call::get(format!("{path}/action")).bearer(&other.owner.token).to(&office.router).await;
    assert_eq!(seen.status, 404);
}

/// A private channel of a department, and somebody of that department.
async fn private_channel(office: &Office) -> (Channel, String) {
    let (store, ids) = (office.world.store(), &office.world.resources.ids);
    let department = Department {
        id: ids.next_id(),
        workspace_id: office.business.workspace.id,
        name: "Sales".to_owned(),
        description: None,
        manager_id: None,
        parent_id: None,
        depth: 1,
        created_at: office.world.resources.now(),
        counts: DepartmentCounts::default(),
    };
    store.create_department(&department).await.unwrap();
    let channel = Channel {
        id: ids.next_id(),
        name: "sales".to_owned(),
        kind: ChannelKind::Private,
        department_id: Some(department.id),
        ..office.channel.clone()
    };
    store.create_channel(&channel).await.unwrap();
    let seller = office.business.add(&office.world, "seller@example.com", Role::Member).await;
    let members = store.members(channel.workspace_id).await.unwrap();
    let member = members.into_iter().find(|member| member.user_id == seller.user_id).unwrap();
    store.remove_member(&member).await.unwrap();
    let member = Member { department_id: channel.department_id, ..member };
    store.add_member(&member).await.unwrap();
    (channel, seller.token)
}

#[tokio::test]
async fn a_private_channel_is_for_its_department_and_for_those_who_manage_the_workspace() {
    let office = Office::new().await;
    let (channel, seller) = private_channel(&office).await;
    let member = office.business.add(&office.world, "member@example.com", Role::Member).await.token;
    let admin = office.business.add(&office.world, "admin@example.com", Role::Admin).await.token;
    let sent = office.ask(json!({"channelId": prefixed::spell("channel_", channel.id)})).await;
    let path = path_of(&sent);
    let tried = async |token: &str| {
        let answered =
            office.answer_as(token, &format!("{path}/action"), json!({"actionId": "approve"})).await;
        let read = Call::get(format!("{path}/actions")).bearer(token).to(&office.router).await;
        (answered.status.as_u16(), read.status.as_u16())
    };
    assert_eq!(tried(&member).await, (404, 404));
    assert_eq!(tried(&seller).await, (200, 200));
    assert_eq!(tried(&admin).await, (200, 200));
}

#[tokio::test]
async fn answers_of_people_tell_the_limit_of_the_plan() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    let workspace = &office.business.workspace;
    let settings = json!({"rate_limits": {"requests_per_day": 2}});
    let limited = Workspace { plan: Plan::Enterprise, settings, version: 2, ..workspace.clone() };
    office.world.store().update_workspace(&limited).await.unwrap();
    let token = &office.business.owner.token;

    let answered = office.answer_as(token, &format!("{path}/action"), json!({"actionId": "approve"})).await;
    let read = Call::get(format!("{path}/actions")).bearer(token).to(&office.router).await;
    let over = Call::get(format!("{path}/actions")).bearer(token).to(&office.router).await;

    let headers = |answer: &Answer| {
        ["limit", "remaining", "reset"]
            .map(|name| answer.header(&format!("x-ratelimit-{name}")).unwrap_or("-").to_owned())
            .join(" ")
    };
    assert_eq!((answered.status.as_u16(), headers(&answered).as_str()), (200, "2 1 1767312000"));
    assert_eq!((read.status.as_u16(), headers(&read).as_str()), (200, "2 0 1767312000"));
    assert_eq!(headers(&over), "2 0 1767312000");
    assert_snapshot!(over, @r#"
    429 {
      "code": "RATE_LIMIT_EXCEEDED",
      "error": "Rate limit exceeded",
      "message": "Rate limit of 2 requests per day exceeded"
    }
    "#);
}

#[tokio::test]
async fn what_each_operation_costs() {
    let office = Office::new().await;
    let path = path_of(&office.ask(json!({})).await);
    let token = &office.business.owner.token;
    let read = async || Call::get(format!("{path}/actions")).bearer(token).to(&office.router).await.cost();
    assert_snapshot!(read().await, @"5 calls, 2 round trips, 2 read units, 1 write units");
    let answered = office.answer_as(token, &format!("{path}/action"), json!({"actionId": "approve"})).await;
    assert_snapshot!(answered.cost(), @"7 calls, 3 round trips, 3 read units, 7 write units");
    assert_snapshot!(read().await, @"6 calls, 3 round trips, 2 read units, 1 write units");
}

impl Office {
    async fn list(&self, token: &str, path: &str) -> Value {
        let both = [format!("{path}/action"), format!("{path}/actions")];
        let mut answers = Vec::new();
        for path in both {
            answers.push(Call::get(path).bearer(token).to(&self.router).await);
        }
        assert_eq!(answers[0].text(), answers[1].text());
        answers[0].json()
    }
}
