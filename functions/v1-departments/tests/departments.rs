//! Departments, through the function's router.

use axum::Router;
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::access::Role;
use switchboard_model::api_token::{ApiToken, Grant};
use switchboard_model::id::spelling::prefixed;
use switchboard_service::Team;
use switchboard_testkit::{Answer, Business, Call, World, refusals};
use v1_departments::router;

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
        let token = business.api_token(&world, &[Grant::ReadDepartments, Grant::WriteDepartments]).await;
        let router = router(Team::new(world.resources.clone()));
        Self { world, business, router, token }
    }

    async fn create(&self, body: Value) -> Answer {
        Call::post("/api/v1/departments").bearer(&self.token).json(&body).to(&self.router).await
    }

    async fn list(&self) -> Answer {
        Call::get("/api/v1/departments").bearer(&self.token).to(&self.router).await
    }

    fn owner_id(&self) -> String {
        prefixed::spell("user_", self.business.owner.user_id)
    }
}

fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_new_department_is_answered_in_full() {
    let office = Office::new().await;
    let parent = office.create(json!({"name": "Company"})).await.str("/department/id");
    let body = json!({
        "name": "Marketing",
        "description": "Marketing and communications team",
        "managerId": office.owner_id(),
        "parentId": parent,
    });
    assert_snapshot!(office.create(body).await, @r#"
    201 {
      "department": {
        "createdAt": "2026-01-01T00:00:00Z",
        "description": "Marketing and communications team",
        "id": "dept_01kdvdna005vsnc38z0vawm53q",
        "manager": {
          "avatar": null,
          "email": "ada@example.com",
          "id": "user_01kdvdna005vskb7n957mye8nn",
          "name": "ada"
        },
        "managerId": "user_01kdvdna005vskb7n957mye8nn",
        "name": "Marketing",
        "parentId": "dept_01kdvdna005vsmtfe1s3a4scef",
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn the_list_has_the_newest_first_with_managers_parents_and_counts() {
    let office = Office::new().await;
    assert_snapshot!(office.list().await, @r#"
    200 {
      "departments": []
    }
    "#);
    let parent = office.create(json!({"name": "Company", "managerId": office.owner_id()})).await;
    office.world.wait(1);
    office
        .create(json!({"name": "Marketing", "description": null, "parentId": parent.str("/department/id")}))
        .await;
    assert_snapshot!(office.list().await, @r#"
    200 {
      "departments": [
        {
          "_count": {
            "channels": 0,
            "children": 0,
            "members": 0
          },
          "createdAt": "2026-01-01T00:00:01Z",
          "description": null,
          "id": "dept_01kdvdnaz81bebh9rtb9ynekta",
          "manager": null,
          "managerId": null,
          "name": "Marketing",
          "parent": {
            "id": "dept_01kdvdna005vsmtfe1s3a4scef",
            "name": "Company"
          },
          "parentId": "dept_01kdvdna005vsmtfe1s3a4scef",
          "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
        },
        {
          "_count": {
            "channels": 0,
            "children": 1,
            "members": 0
          },
          "createdAt": "2026-01-01T00:00:00Z",
          "description": null,
          "id": "dept_01kdvdna005vsmtfe1s3a4scef",
          "manager": {
            "avatar": null,
            "email": "ada@example.com",
            "id": "user_01kdvdna005vskb7n957mye8nn",
            "name": "ada"
          },
          "managerId": "user_01kdvdna005vskb7n957mye8nn",
          "name": "Company",
          "parent": null,
          "parentId": null,
          "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_manager_who_left_is_none() {
    let office = Office::new().await;
    let bob = office.business.add(&office.world, "bob@example.com", Role::Member).await;
    let manager = prefixed::spell("user_", bob.user_id);
    let created = office.create(json!({"name": "Sales", "managerId": manager})).await;
    assert_eq!(created.str("/department/manager/name"), "bob");
    let members = office.world.store().members(office.business.workspace.id).await.unwrap();
    let bob = members.into_iter().find(|member| member.user_id == bob.user_id).unwrap();
    office.world.store().remove_member(&bob).await.unwrap();
    let department = &office.list().await.json()["departments"][0];
    assert_eq!((&department["managerId"], &department["manager"]), (&Value::Null, &Value::Null));
    let late = office.create(json!({"name": "Sales", "managerId": manager})).await;
    assert_eq!((late.status.as_u16(), late.str("/code").as_str()), (404, "MANAGER_NOT_FOUND"));
}

#[tokio::test]
async fn what_is_named_must_be_there() {
    let office = Office::new().await;
    let other = office.business.another(&office.world).await;
    let stranger = prefixed::spell("user_", other.owner.user_id);
    let answers = [
        office.create(json!({"name": "x", "parentId": "dept_123"})).await,
        office.create(json!({"name": "x", "parentId": "dept_01m7sx5wyrjvng11se0qt1cfmx"})).await,
        office.create(json!({"name": "x", "managerId": "user_123"})).await,
        office.create(json!({"name": "x", "managerId": stranger})).await,
        office.create(json!({"name": "", "description": 5})).await,
        office.create(json!({"name": "x".repeat(101), "description": "x".repeat(501)})).await,
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
    404 {
      "code": "MANAGER_NOT_FOUND",
      "error": "Manager not found in workspace"
    }
    404 {
      "code": "MANAGER_NOT_FOUND",
      "error": "Manager not found in workspace"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "description",
          "message": "Input should be a string"
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
        },
        {
          "field": "description",
          "message": "String should have at most 500 characters"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn the_tree_has_32_levels_at_most() {
    let office = Office::new().await;
    let mut parent = office.create(json!({"name": "1"})).await;
    for level in 2..=32 {
        let body = json!({"name": level.to_string(), "parentId": parent.str("/department/id")});
        parent = office.create(body).await;
        assert_eq!(parent.status, 201);
    }
    let body = json!({"name": "33", "parentId": parent.str("/department/id")});
    assert_snapshot!(office.create(body).await, @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "parentId",
          "message": "Departments should be at most 32 levels deep"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn refusals_come_in_their_order_and_those_of_a_known_token_count() {
    let office = Office::new().await;
    let narrow = |token: &mut ApiToken| (token.grants, token.rate_limit) = (vec![Grant::ReadDepartments], 1);
    let narrow = office.business.api_token_like(&office.world, narrow).await;
    let ask = async |token: &str, body: &str| {
        let call = Call::post("/api/v1/departments").bearer(token).header("content-type", "application/json");
        call.body(body).to(&office.router).await
    };
    let missing = r#"{"name": "x", "parentId": "dept_123"}"#;

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
async fn a_workspace_has_1000_departments_at_most() {
    let office = Office::new().await;
    office.world.aws.tally(office.business.workspace.id, "departments", 999).await;
    assert_eq!(office.create(json!({"name": "last"})).await.status, 201);
    assert_snapshot!(office.create(json!({"name": "too many"})).await, @r#"
    409 {
      "code": "TOO_MANY_DEPARTMENTS",
      "error": "A workspace can have at most 1000 departments"
    }
    "#);
}

#[tokio::test]
async fn a_token_needs_the_permission() {
    let office = Office::new().await;
    let other = office.business.api_token(&office.world, &[Grant::SendMessages]).await;
    for call in [Call::get("/api/v1/departments"), Call::post("/api/v1/departments").json(&json!({}))] {
        let answer = call.bearer(&other).to(&office.router).await;
        assert_eq!((answer.status.as_u16(), answer.str("/code").as_str()), (403, "INSUFFICIENT_PERMISSIONS"));
    }
    assert_eq!(Call::get("/api/v1/departments").to(&office.router).await.status, 401);
}

#[tokio::test]
async fn what_each_operation_costs() {
    let office = Office::new().await;
    let parent = office.create(json!({"name": "Company"})).await;
    let body = json!({"name": "x", "managerId": office.owner_id(), "parentId": parent.str("/department/id")});
    let child = office.create(body).await;
    assert_snapshot!(parent.cost(), @"3 calls, 2 round trips, 0 read units, 9 write units");
    assert_snapshot!(child.cost(), @"4 calls, 2 round trips, 1 read units, 13 write units");
    assert_snapshot!(office.list().await.cost(), @"5 calls, 3 round trips, 1 read units, 1 write units");
}
