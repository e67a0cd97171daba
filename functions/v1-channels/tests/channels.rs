//! Channels, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use axum::Router;
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::api_token::{ApiToken, Grant};
use switchboard_model::department::{Department, DepartmentCounts};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::workspace::{Workspace, WorkspaceStatus};
use switchboard_service::Team;
use switchboard_testkit::{Answer, Business, Call, World, refusals};
use v1_channels::router;

struct Office {
    world: World,
    business: Business,
    router: Router,
    token: String,
}

impl Office {
    async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let token = business.api_token(&world, &[Grant::ReadChannels, Grant::WriteChannels]).await;
        let router = router(Team::new(world.resources.clone()));
        Self { world, business, router, token }
    }

    async fn department(&self) -> String {
        let department = Department {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            name: "Sales".to_owned(),
            description: None,
            manager_id: None,
            parent_id: None,
            depth: 1,
            created_at: self.world.resources.now(),
            counts: DepartmentCounts::default(),
        };
        self.world.store().create_department(&department).await.unwrap();
        prefixed::spell("dept_", department.id)
    }

    async fn create(&self, body: Value) -> Answer {
        self.create_as(&self.token, body).await
    }

    async fn create_as(&self, token: &str, body: Value) -> Answer {
        Call::post("/api/v1/channels").bearer(token).json(&body).to(&self.router).await
    }

    async fn list(&self) -> Answer {
        self.list_as(&self.token).await
    }

    async fn list_as(&self, token: &str) -> Answer {
        // Clients name a type of a body that they do not send.
        let call = Call::get("/api/v1/channels").bearer(token).header("content-type", "application/json");
        call.to(&self.router).await
    }
}

fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_new_channel_is_answered_in_full() {
    let office = Office::new().await;
    let body =
        json!({"name": "product-updates", "description": "Product update announcements", "type": "private"});
    assert_snapshot!(office.create(body).await, @r#"
    201 {
      "channel": {
        "createdAt": "2026-01-01T00:00:00Z",
        "department": null,
        "departmentId": null,
        "description": "Product update announcements",
        "id": "channel_01kdvdna005vsmtfe1s3a4scef",
        "name": "product-updates",
        "type": "private",
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn null_is_as_good_as_nothing() {
    let office = Office::new().await;
    let body =
        json!({"name": "team-updates", "description": null, "type": null, "departmentId": null, "icon": "x"});
    let answer = office.create(body).await;
    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!(answer.str("/channel/type"), "public");
    assert_eq!(answer.json()["channel"]["description"], Value::Null);
}

#[tokio::test]
async fn the_list_has_the_newest_first_with_counts() {
    let office = Office::new().await;
    assert_snapshot!(office.list().await, @r#"
    200 {
      "channels": []
    }
    "#);
    office.create(json!({"name": "general"})).await;
    office.world.wait(1);
    office.create(json!({"name": "secret", "type": "private"})).await;
    assert_snapshot!(office.list().await, @r#"
    200 {
      "channels": [
        {
          "_count": {
            "members": 0,
            "messages": 0
          },
          "createdAt": "2026-01-01T00:00:01Z",
          "department": null,
          "departmentId": null,
          "description": null,
          "id": "channel_01kdvdnaz81bebh9rtb9ynekta",
          "name": "secret",
          "type": "private",
          "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
        },
        {
          "_count": {
            "members": 1,
            "messages": 0
          },
          "createdAt": "2026-01-01T00:00:00Z",
          "department": null,
          "departmentId": null,
          "description": null,
          "id": "channel_01kdvdna005vsmtfe1s3a4scef",
          "name": "general",
          "type": "public",
          "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let office = Office::new().await;
    let answers = [
        office.create(json!({"name": " ", "description": "x".repeat(501), "type": "open"})).await,
        office.create(json!({"name": "x".repeat(101)})).await,
        office.create(json!({})).await,
        office.create(json!({"name": null})).await,
        office.create(json!([])).await,
        Call::post("/api/v1/channels").bearer(&office.token).body("{").to(&office.router).await,
        Call::post("/api/v1/channels").bearer(&office.token).to(&office.router).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "name",
          "message": "String should have at least 1 character"
        },
        {
          "field": "description",
          "message": "String should have at most 500 characters"
        },
        {
          "field": "type",
          "message": "Input should be 'public' or 'private'"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "name",
          "message": "String should have at most 100 characters"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "name",
          "message": "Field required"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "name",
          "message": "Input should be a string"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "",
          "message": "Input should be an object"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "",
          "message": "JSON decode error: EOF while parsing an object at line 1 column 1"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "name",
          "message": "Field required"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn a_department_that_is_not_there_is_not_found() {
    let office = Office::new().await;
    let answers = [
        office.create(json!({"name": "x", "departmentId": "dept_123"})).await,
        office.create(json!({"name": "x", "departmentId": "dept_01m7sx5wyrjvng11se0qt1cfmx"})).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    404 {
      "code": "DEPARTMENT_NOT_FOUND",
      "error": "Department not found"
    }
    404 {
      "code": "DEPARTMENT_NOT_FOUND",
      "error": "Department not found"
    }
    "#);
}

#[tokio::test]
async fn each_refusal_is_answered_in_full() {
    let office = Office::new().await;
    let reader = office.business.api_token(&office.world, &[Grant::ReadMembers]).await;
    let nobody = Call::post("/api/v1/channels").body("{").to(&office.router).await;
    let person = office.create_as(&office.business.owner.token, json!({})).await;
    let unknown = office.create_as(&format!("{}0", office.token), json!({})).await;
    let unpermitted = office.create_as(&reader, json!({})).await;
    assert_snapshot!(all(&[nobody, person, unknown, unpermitted]), @r#"
    401 {
      "code": "INVALID_API_KEY",
      "error": "Invalid API key",
      "message": "Send an API token as a bearer token"
    }
    401 {
      "code": "INVALID_API_KEY",
      "error": "Invalid API key",
      "message": "The API token is invalid, has expired or was revoked"
    }
    401 {
      "code": "INVALID_API_KEY",
      "error": "Invalid API key",
      "message": "The API token is invalid, has expired or was revoked"
    }
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "This operation requires the permission write:channels"
    }
    "#);
}

#[tokio::test]
async fn refusals_come_in_their_order_and_those_of_a_known_token_count() {
    let office = Office::new().await;
    let narrow = |token: &mut ApiToken| (token.grants, token.rate_limit) = (vec![Grant::ReadChannels], 1);
    let narrow = office.business.api_token_like(&office.world, narrow).await;
    let ask = async |token: &str, body: &str| {
        let call = Call::post("/api/v1/channels").bearer(token).header("content-type", "application/json");
        call.body(body).to(&office.router).await
    };
    let missing = r#"{"name": "x", "departmentId": "dept_123"}"#;

    let answers = [
        ask(&format!("{narrow}0"), "{").await,
        ask(&narrow, "{").await,
        ask(&narrow, "{").await,
        ask(&office.token, "{").await,
        ask(&office.token, missing).await,
    ];

    assert_snapshot!(refusals(&answers), @"
    401 INVALID_API_KEY -
    403 INSUFFICIENT_PERMISSIONS 0
    429 RATE_LIMIT_EXCEEDED 0
    400 INVALID_REQUEST_BODY 999
    404 DEPARTMENT_NOT_FOUND 998
    ");
    let tokens = office.world.store().api_tokens(office.business.workspace.id).await.unwrap();
    let uses: Vec<_> = tokens.iter().map(|token| token.usage.total).collect();
    assert_eq!(uses, [2, 2]);
}

#[tokio::test]
async fn a_workspace_has_1000_channels_at_most() {
    let office = Office::new().await;
    office.world.aws.tally(office.business.workspace.id, "channels", 999).await;
    assert_eq!(office.create(json!({"name": "last"})).await.status, 201);
    assert_snapshot!(office.create(json!({"name": "too many"})).await, @r#"
    409 {
      "code": "TOO_MANY_CHANNELS",
      "error": "A workspace can have at most 1000 channels"
    }
    "#);
}

#[tokio::test]
async fn every_answer_to_a_known_token_tells_its_limit() {
    let office = Office::new().await;
    let answers = [office.list().await, office.create(json!({})).await, office.list().await];
    let told = answers.map(|answer| {
        let header = |name: &str| answer.header(name).unwrap_or("-").to_owned();
        let limit = header("x-ratelimit-limit");
        format!(
            "{} {limit} {} {}",
            answer.status.as_u16(),
            header("x-ratelimit-remaining"),
            header("x-ratelimit-reset")
        )
    });
    assert_snapshot!(told.join("\n"), @"
    200 1000 999 1767229200
    400 1000 998 1767229200
    200 1000 997 1767229200
    ");
    let unknown = office.list_as("wst_00000000000000010").await;
    assert_eq!((unknown.status.as_u16(), unknown.header("x-ratelimit-limit")), (401, None));
}

#[tokio::test]
async fn a_token_over_its_limit_waits_for_the_next_window() {
    let office = Office::new().await;
    let token = office.business.api_token_like(&office.world, |token| token.rate_limit = 2).await;
    office.list_as(&token).await;
    office.world.wait(600);
    office.list_as(&token).await;
    let over = office.list_as(&token).await;
    assert_snapshot!(over, @r#"
    429 {
      "code": "RATE_LIMIT_EXCEEDED",
      "error": "Rate limit exceeded",
      "message": "Rate limit of 2 requests per hour exceeded"
    }
    "#);
    assert_eq!(over.header("retry-after"), Some("3000"));
    assert_eq!(over.header("x-ratelimit-remaining"), Some("0"));
    office.world.wait(3_000);
    let next = office.list_as(&token).await;
    assert_eq!((next.status.as_u16(), next.header("x-ratelimit-remaining")), (200, Some("1")));
}

#[tokio::test]
async fn an_expired_token_is_refused_at_once() {
    let office = Office::new().await;
    let end = office.world.resources.now() + std::time::Duration::from_mins(1);
    let token = office.business.api_token_like(&office.world, |token| token.expires_at = Some(end)).await;
    assert_eq!(office.list_as(&token).await.status, 200);
    office.world.wait(60);
    assert_eq!(office.list_as(&token).await.status, 401);
}

#[tokio::test]
async fn a_suspended_workspace_can_be_looked_at_only() {
    let office = Office::new().await;
    let workspace = &office.business.workspace;
    let suspended = Workspace { status: WorkspaceStatus::Suspended, version: 2, ..workspace.clone() };
    office.world.store().update_workspace(&suspended).await.unwrap();
    assert_eq!(office.list().await.status, 200);
    assert_snapshot!(office.create(json!({"name": "x"})).await, @r#"
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "Workspace is not active"
    }
    "#);
}

#[tokio::test]
async fn other_workspaces_stay_unseen() {
    let office = Office::new().await;
    let other = office.business.another(&office.world).await;
    let stranger = other.api_token(&office.world, &[Grant::Everything]).await;
    office.create(json!({"name": "general"})).await;
    assert_eq!(office.list_as(&stranger).await.json(), json!({"channels": []}));
}

#[tokio::test]
async fn what_each_operation_costs() {
    let office = Office::new().await;
    let created = office.create(json!({"name": "general"})).await;
    let department = office.department().await;
    let in_department = office.create(json!({"name": "sales", "departmentId": department})).await;
    let listed = office.list().await;
    assert_snapshot!(created.cost(), @"3 calls, 2 round trips, 0 read units, 11 write units");
    assert_snapshot!(in_department.cost(), @"3 calls, 2 round trips, 0 read units, 13 write units");
    assert_snapshot!(listed.cost(), @"5 calls, 2 round trips, 3 read units, 1 write units");
}
