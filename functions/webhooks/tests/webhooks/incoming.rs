//! Webhooks by which services do things.

use futures::future::join_all;
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::audit::AuditFilter;
use switchboard_model::channel::{Channel, ChannelKind};
use switchboard_model::id::spelling::{prefixed, uuid};
use switchboard_testkit::{Answer, Call};

use crate::stage::Stage;

impl Stage {
    /// The path of the workspace's incoming webhooks.
    fn incoming(&self, rest: &str) -> String {
        format!("/api/workspaces/{}/incoming-webhooks{rest}", uuid::spell(self.business.workspace.id))
    }

    async fn create_incoming(&self, body: &Value) -> Answer {
        self.call(Call::post(self.incoming("")).header("Host", "api.example.com").json(body)).await
    }

    /// Makes an incoming webhook; the path of it.
    async fn incoming_webhook(&self) -> String {
        let made = self.create_incoming(&json!({"name": "GitHub", "actions": ["send_message"]})).await;
        assert_eq!(made.status, 201, "{made}");
        self.incoming(&format!("/{}", made.str("/id")))
    }

    async fn channel(&self, workspace_id: Id) -> Id {
        let channel = Channel {
            id: self.world.resources.ids.next_id(),
            workspace_id,
            name: "general".to_owned(),
            description: None,
            kind: ChannelKind::Public,
            department_id: None,
            created_at: self.world.resources.now(),
        };
        self.world.store().create_channel(&channel).await.unwrap();
        channel.id
    }

    /// The actions of the audit log, the newest first.
    async fn log(&self) -> Vec<String> {
        let (store, workspace_id) = (self.world.store(), self.business.workspace.id);
        let page = store.audit_entries(workspace_id, &AuditFilter::default(), None, 100).await;
        page.unwrap().unwrap().entries.into_iter().map(|entry| entry.action).collect()
    }
}

#[tokio::test]
async fn a_webhook_is_made_with_a_secret_that_only_this_answer_shows() {
    let stage = Stage::new().await;
    let channel = prefixed::spell("channel_", stage.channel(stage.business.workspace.id).await);
    let body = json!({
        "name": " GitHub Deployments ", "channel_id": channel,
        "actions": ["send_message", "add_member", "send_message"], "rate_limit": 5_000,
    });

    let made = stage.create_incoming(&body).await;

    assert_snapshot!(made, @r#"
    201 {
      "actions": [
        "send_message",
        "add_member"
      ],
      "channel_id": "channel_01kdvdna005vsmmyc5d6wwwx9m",
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "id": "019b76da-a800-72ef-8d34-f707235132c7",
      "last_used_at": null,
      "name": "GitHub Deployments",
      "rate_limit": 5000,
      "secret": "whsec_gFVb7TbaW5GCLV/jtYhagG32mRWOHMGkI92eH2h93Gk=",
      "status": "active",
      "updated_at": "2026-01-01T00:00:00Z",
      "url": "https://api.example.com/api/v1/webhooks/incoming",
      "usage_count": 0,
      "webhook_id": "webhook_01kdvdna005vsmtfe1s3a4scef",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_snapshot!(made.cost(), @"5 calls, 4 round trips, 0 read units, 11 write units");
    let path = stage.incoming(&format!("/{}", made.str("/id")));
    let shown = stage.call(Call::get(path)).await;
    assert_snapshot!(shown, @r#"
    200 {
      "actions": [
        "send_message",
        "add_member"
      ],
      "channel_id": "channel_01kdvdna005vsmmyc5d6wwwx9m",
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "id": "019b76da-a800-72ef-8d34-f707235132c7",
      "last_used_at": null,
      "name": "GitHub Deployments",
      "rate_limit": 5000,
      "secret": "whsec_…3Gk=",
      "status": "active",
      "updated_at": "2026-01-01T00:00:00Z",
      "url": "/api/v1/webhooks/incoming",
      "usage_count": 0,
      "webhook_id": "webhook_01kdvdna005vsmtfe1s3a4scef",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_snapshot!(shown.cost(), @"3 calls, 1 round trips, 0 read units, 1 write units");
    assert_eq!(stage.log().await, ["incoming_webhook.created"]);
}

#[tokio::test]
async fn where_to_post_is_told_by_the_name_that_the_caller_used() {
    let stage = Stage::new().await;
    let path = stage.incoming_webhook().await;
    let url = async |headers: &[(&str, &str)]| {
        let call = headers.iter().fold(Call::get(&path), |call, (name, value)| call.header(name, value));
        stage.call(call).await.str("/url")
    };
    let host = ("Host", "abc.execute-api.us-east-1.amazonaws.com");
    let expected = "https://abc.execute-api.us-east-1.amazonaws.com/api/v1/webhooks/incoming";
    assert_eq!(url(&[host]).await, expected);
    let forwarded = [host, ("X-Forwarded-Host", "localhost:8000"), ("X-Forwarded-Proto", "http")];
    assert_eq!(url(&forwarded).await, "http://localhost:8000/api/v1/webhooks/incoming");
    assert_eq!(url(&[]).await, "/api/v1/webhooks/incoming");
}

#[tokio::test]
async fn webhooks_are_listed_by_age_in_pages() {
    let stage = Stage::new().await;
    assert_snapshot!(stage.call(Call::get(stage.incoming(""))).await, @r#"
    200 {
      "data": [],
      "limit": 20,
      "offset": 0,
      "total": 0
    }
    "#);
    let mut paths = Vec::new();
    for _ in 0..3 {
        paths.push(stage.incoming_webhook().await);
    }
    let page = async |query: &str| {
        let answer = stage.call(Call::get(stage.incoming(query))).await.json();
        let data = answer["data"].as_array().unwrap();
        let paths: Vec<_> =
            data.iter().map(|item| stage.incoming(&format!("/{}", item["id"].as_str().unwrap()))).collect();
        (paths, answer["total"].clone())
    };
    assert_eq!(page("").await, (paths.clone(), json!(3)));
    assert_eq!(page("?limit=2").await, (paths[..2].to_vec(), json!(3)));
    assert_eq!(page("?limit=2&offset=2").await, (paths[2..].to_vec(), json!(3)));
    let list = stage.call(Call::get(stage.incoming(""))).await;
    assert_snapshot!(list.cost(), @"4 calls, 2 round trips, 1 read units, 1 write units");
}

#[tokio::test]
async fn a_webhook_is_changed_and_deleted() {
    let stage = Stage::new().await;
    let path = stage.incoming_webhook().await;
    let channel = uuid::spell(stage.channel(stage.business.workspace.id).await);
    stage.world.wait(1);
    let change = json!({
        "name": "Grafana", "channel_id": channel, "actions": ["create_channel"], "rate_limit": 100,
        "status": "disabled",
    });

    let changed = stage.call(Call::patch(&path).json(&change)).await;

    assert_snapshot!(changed, @r#"
    200 {
      "actions": [
        "create_channel"
      ],
      "channel_id": "channel_01kdvdna005vsn0nz59f6pcam9",
      "created_at": "2026-01-01T00:00:00Z",
      "created_by": "019b76da-a800-72ef-8cd6-7aa4a7a79c8a",
      "id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "last_used_at": null,
      "name": "Grafana",
      "rate_limit": 100,
      "secret": "whsec_…waQ=",
      "status": "disabled",
      "updated_at": "2026-01-01T00:00:01Z",
      "url": "/api/v1/webhooks/incoming",
      "usage_count": 0,
      "webhook_id": "webhook_01kdvdna005vsmmyc5d6wwwx9m",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_snapshot!(changed.cost(), @"5 calls, 4 round trips, 0 read units, 5 write units");
    let named = stage.call(Call::patch(&path).json(&json!({"status": "active"}))).await;
    assert_eq!(named.str("/status"), "active");
    assert!(named.json()["channel_id"].is_string());
    let unnamed = stage.call(Call::patch(&path).json(&json!({"channel_id": null}))).await;
    assert_eq!(unnamed.json()["channel_id"], Value::Null);
    assert_eq!(unnamed.str("/name"), "Grafana");

    let deleted = stage.call(Call::delete(&path)).await;
    assert_eq!((deleted.status.as_u16(), deleted.text()), (204, String::new()));
    assert_snapshot!(deleted.cost(), @"4 calls, 3 round trips, 0 read units, 11 write units");
    assert_snapshot!(stage.call(Call::get(&path)).await, @r#"
    404 {
      "detail": "Webhook not found"
    }
    "#);
    assert_eq!(stage.call(Call::get(stage.incoming(""))).await.json()["total"], 0);
    assert_eq!(
        stage.log().await,
        [
            "incoming_webhook.deleted",
            "incoming_webhook.updated",
            "incoming_webhook.updated",
            "incoming_webhook.updated",
            "incoming_webhook.created",
        ]
    );
}

#[tokio::test]
async fn a_secret_is_rotated() {
    let stage = Stage::new().await;
    let made = stage.create_incoming(&json!({"name": "GitHub", "actions": ["send_message"]})).await;
    let path = stage.incoming(&format!("/{}/rotate", made.str("/id")));

    let rotated = stage.call(Call::post(&path)).await;

    assert_eq!(rotated.status, 200);
    assert_ne!(rotated.str("/secret"), made.str("/secret"));
    assert!(rotated.str("/secret").starts_with("whsec_") && !rotated.str("/secret").contains('…'));
    assert_snapshot!(rotated.cost(), @"6 calls, 5 round trips, 0 read units, 5 write units");
    assert_eq!(stage.call(Call::post(&path).json(&json!({"overlap_seconds": 0}))).await.status, 200);
    for seconds in [-1, 604_801] {
        let answer = stage.call(Call::post(&path).json(&json!({"overlap_seconds": seconds}))).await;
        assert_eq!(answer.json()["detail"][0]["loc"], json!(["body", "overlap_seconds"]));
    }
    assert_eq!(stage.log().await[..2], ["incoming_webhook.rotated", "incoming_webhook.rotated"]);
}

#[tokio::test]
async fn what_is_wrong_is_named() {
    let stage = Stage::new().await;
    let wrong = json!({"name": " ", "actions": ["delete_channel"], "rate_limit": 99});
    assert_snapshot!(stage.create_incoming(&wrong).await, @r#"
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
            "actions"
          ],
          "msg": "Input should be 'send_message', 'create_channel', 'create_department' or 'add_member'",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "rate_limit"
          ],
          "msg": "Input should be a whole number from 100 to 100000",
          "type": "out_of_range"
        }
      ]
    }
    "#);
    assert_snapshot!(stage.create_incoming(&json!({"name": "x", "actions": []})).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "actions"
          ],
          "msg": "List should have at least 1 action",
          "type": "string_too_short"
        }
      ]
    }
    "#);
    assert_snapshot!(stage.create_incoming(&json!({})).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "name"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_is_wrong_with_a_change_is_named() {
    let stage = Stage::new().await;
    let path = stage.incoming_webhook().await;
    let wrong = json!({"name": "x".repeat(101), "actions": [], "rate_limit": 100_001, "status": "gone"});
    assert_snapshot!(stage.call(Call::patch(&path).json(&wrong)).await, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "name"
          ],
          "msg": "String should have at most 100 characters",
          "type": "string_too_long"
        },
        {
          "loc": [
            "body",
            "actions"
          ],
          "msg": "List should have at least 1 action",
          "type": "string_too_short"
        },
        {
          "loc": [
            "body",
            "rate_limit"
          ],
          "msg": "Input should be a whole number from 100 to 100000",
          "type": "out_of_range"
        },
        {
          "loc": [
            "body",
            "status"
          ],
          "msg": "Input should be 'active' or 'disabled'",
          "type": "enum"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_channel_must_be_one_of_the_workspace() {
    let stage = Stage::new().await;
    let path = stage.incoming_webhook().await;
    let stranger = Box::pin(stage.business.another(&stage.world)).await;
    let elsewhere = prefixed::spell("channel_", stage.channel(stranger.workspace.id).await);
    for channel in [elsewhere.as_str(), "general", "", "01932b1c-0000-7000-8000-000000000000"] {
        let body = json!({"name": "x", "actions": ["send_message"], "channel_id": channel});
        let made = stage.create_incoming(&body).await;
        assert_eq!((made.status.as_u16(), made.str("/detail")), (404, "Channel not found".to_owned()));
        let changed = stage.call(Call::patch(&path).json(&json!({"channel_id": channel}))).await;
        assert_eq!((changed.status.as_u16(), changed.str("/detail")), (404, "Channel not found".to_owned()));
    }
}

#[tokio::test]
async fn a_workspace_has_fifty_at_most_also_when_they_are_made_at_once() {
    let stage = Stage::new().await;
    for _ in 0..48 {
        stage.incoming_webhook().await;
    }
    let body = json!({"name": "GitHub", "actions": ["send_message"]});
    let made = join_all((0..4).map(|_| stage.create_incoming(&body))).await;
    let mut statuses: Vec<u16> = made.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 201, 409, 409]);
    let refused = made.iter().find(|answer| answer.status == 409).unwrap();
    assert_eq!(refused.str("/detail"), "A workspace can have at most 50 webhooks");
    let list = stage.call(Call::get(stage.incoming("?limit=1"))).await.json();
    assert_eq!(list["total"], 50);
    let first = list["data"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(stage.call(Call::delete(stage.incoming(&format!("/{first}")))).await.status, 204);
    assert_eq!(stage.create_incoming(&body).await.status, 201);
}

#[tokio::test]
async fn owners_admins_and_the_api_key_may_manage_them_and_nobody_else() {
    let stage = Stage::new().await;
    let path = stage.incoming_webhook().await;
    let calls = || {
        vec![
            Call::get(stage.incoming("")),
            Call::post(stage.incoming("")).json(&json!({"name": "x", "actions": ["send_message"]})),
            Call::get(&path),
            Call::patch(&path).json(&json!({"name": "x"})),
            Call::post(format!("{path}/rotate")),
            Call::delete(&path),
        ]
    };
    let member = Box::pin(stage.business.add(&stage.world, "m@example.com", Role::Member)).await;
    let agent = Box::pin(stage.business.add(&stage.world, "a@example.com", Role::Agent)).await;
    let stranger = Box::pin(stage.business.another(&stage.world)).await;
    for (token, status) in [(&member.token, 403), (&agent.token, 403), (&stranger.owner.token, 404)] {
        for call in calls() {
            let answer = call.bearer(token).to(&stage.router).await;
            assert_eq!(answer.status, status, "{answer}");
        }
    }
    for call in calls() {
        assert_eq!(call.to(&stage.router).await.status, 401);
    }
    // Nor does a webhook belong to a workspace that it is asked for in.
    let elsewhere =
        path.replace(&uuid::spell(stage.business.workspace.id), &uuid::spell(stranger.workspace.id));
    assert_eq!(Call::get(elsewhere).bearer(&stranger.owner.token).to(&stage.router).await.status, 404);
    let admin = Box::pin(stage.business.add(&stage.world, "admin@example.com", Role::Admin)).await;
    for token in [&admin.token, &stage.business.api_key] {
        let answer = Call::get(&path).bearer(token).to(&stage.router).await;
        assert_eq!(answer.status, 200, "{answer}");
    }
}

#[tokio::test]
async fn what_is_unknown_or_deleted_is_not_found() {
    let stage = Stage::new().await;
    let unknown = stage.incoming(&format!("/{}", uuid::spell(stage.world.resources.ids.next_id())));
    let deleted = stage.incoming_webhook().await;
    assert_eq!(stage.call(Call::delete(&deleted)).await.status, 204);
    for path in [unknown, deleted] {
        for call in [
            Call::get(&path),
            Call::patch(&path).json(&json!({"name": "x"})),
            Call::post(format!("{path}/rotate")),
            Call::delete(&path),
        ] {
            let answer = stage.call(call).await;
            assert_eq!(
                (answer.status.as_u16(), answer.str("/detail")),
                (404, "Webhook not found".to_owned())
            );
        }
    }
}

#[tokio::test]
async fn of_changes_that_come_at_once_each_is_made_or_refused() {
    let stage = Stage::new().await;
    let path = stage.incoming_webhook().await;
    let change = |number: u32| stage.call(Call::patch(&path).json(&json!({"name": format!("{number}")})));

    let answers = join_all((0..24).map(change)).await;

    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert!(!made.is_empty());
    assert_snapshot!(refused.first().unwrap(), @r#"
    409 {
      "detail": "The resource was changed by another request. Please try again."
    }
    "#);
    assert!(refused.iter().all(|answer| answer.status == 409));
    let log = stage.log().await;
    assert_eq!(log.iter().filter(|action| *action == "incoming_webhook.updated").count(), made.len());
}
