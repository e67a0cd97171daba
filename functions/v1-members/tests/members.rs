//! Members, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use axum::Router;
use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::access::Role;
use switchboard_model::api_token::{ApiToken, Grant};
use switchboard_model::department::{Department, DepartmentCounts};
use switchboard_model::id::spelling::prefixed;
use switchboard_model::workspace::{Member, MemberStatus};
use switchboard_service::Team;
use switchboard_testkit::{Answer, Business, Call, World, refusals};
use v1_members::router;

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
        let token = business.api_token(&world, &[Grant::ReadMembers, Grant::WriteMembers]).await;
        let router = router(Team::new(world.resources.clone()));
        Self { world, business, router, token }
    }

    async fn add(&self, body: Value) -> Answer {
        self.add_as(&self.token, body).await
    }

    async fn add_as(&self, token: &str, body: Value) -> Answer {
        Call::post("/api/v1/members").bearer(token).json(&body).to(&self.router).await
    }

    async fn list(&self, query: &str) -> Answer {
        Call::get(format!("/api/v1/members{query}")).bearer(&self.token).to(&self.router).await
    }

    async fn department(&self) -> String {
        let department = Department {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            name: "Engineering".to_owned(),
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
}

fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_new_member_is_answered_in_full() {
    let office = Office::new().await;
    let body = json!({
        "email": "newuser@example.com",
        "role": "guest",
        "departmentId": office.department().await,
        "title": "Software Developer",
        "teamIds": ["team_123", "team_456"],
    });
    assert_snapshot!(office.add(body).await, @r#"
    201 {
      "invitationToken": "swi_0P1GWY000QF6F.B8dpXDAUeclKgSkfiV_6O7yfOtmK_b9EgJ2N4yNooeg",
      "member": {
        "departmentId": "dept_01kdvdna005vsmtfe1s3a4scef",
        "id": "member_01kdvdna005vsnc38z0vawm53q",
        "joinedAt": "2026-01-01T00:00:00Z",
        "role": "guest",
        "title": "Software Developer",
        "user": {
          "avatar": null,
          "email": "newuser@example.com",
          "id": "user_01kdvdna005vsn0nz59f6pcam9",
          "name": "newuser"
        },
        "userId": "user_01kdvdna005vsn0nz59f6pcam9",
        "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
      },
      "success": true
    }
    "#);
}

#[tokio::test]
async fn somebody_without_an_account_is_invited_and_null_is_as_good_as_nothing() {
    let office = Office::new().await;
    let body = json!({"email": "bob@example.com", "role": "member", "departmentId": null, "title": null});
    assert_eq!(office.add(body).await.status, 201);
    let members = office.world.store().members(office.business.workspace.id).await.unwrap();
    let bob = members.iter().find(|member| member.email.as_str() == "bob@example.com").unwrap();
    assert_eq!((bob.role, bob.status), (Role::Member, MemberStatus::Invited));
}

#[tokio::test]
async fn the_list_is_paged_with_exact_totals() {
    let office = Office::new().await;
    let department = office.department().await;
    for name in ["bob", "carol", "dan"] {
        office.world.wait(1);
        let department = (name == "carol").then_some(&department);
        office.add(json!({"email": format!("{name}@example.com"), "departmentId": department})).await;
    }
    assert_snapshot!(office.list("?page=1&limit=2").await, @r#"
    200 {
      "members": [
        {
          "department": null,
          "departmentId": null,
          "id": "member_01kdvdncxrhf5dxtm7avqf2pkg",
          "joinedAt": "2026-01-01T00:00:03Z",
          "role": "member",
          "title": null,
          "user": {
            "avatar": null,
            "email": "dan@example.com",
            "id": "user_01kdvdncxrhf5dm1yk6wmgr7xt",
            "name": "dan",
            "status": "offline"
          },
          "userId": "user_01kdvdncxrhf5dm1yk6wmgr7xt",
          "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
        },
        {
          "department": {
            "id": "dept_01kdvdna005vsmtfe1s3a4scef",
            "name": "Engineering"
          },
          "departmentId": "dept_01kdvdna005vsmtfe1s3a4scef",
          "id": "member_01kdvdnbyg2jhc3e9bjsfmkm3c",
          "joinedAt": "2026-01-01T00:00:02Z",
          "role": "member",
          "title": null,
          "user": {
            "avatar": null,
            "email": "carol@example.com",
            "id": "user_01kdvdnbyg2jhbwaeaf7dmg0yv",
            "name": "carol",
            "status": "offline"
          },
          "userId": "user_01kdvdnbyg2jhbwaeaf7dmg0yv",
          "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
        }
      ],
      "pagination": {
        "limit": 2,
        "page": 1,
        "total": 4,
        "totalPages": 2
      }
    }
    "#);
    let names = |answer: &Answer| {
        let members = answer.json()["members"].as_array().unwrap().clone();
        members.iter().map(|member| member["user"]["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&office.list("?page=2&limit=3").await), ["ada"]);
    assert_eq!(names(&office.list("?page=3&limit=2").await), Vec::<String>::new());
    assert_eq!(names(&office.list(&format!("?departmentId={department}")).await), ["carol"]);
    let nobody = office.list("?departmentId=dept_123").await;
    assert_eq!((names(&nobody), &nobody.json()["pagination"]["totalPages"]), (Vec::new(), &json!(0)));
}

#[tokio::test]
async fn pages_and_limits_are_moved_into_their_bounds() {
    let office = Office::new().await;
    for (query, page, limit) in [
        ("", 1, 50),
        ("?page=0&limit=0", 1, 1),
        ("?page=-7&limit=1000", 1, 100),
        ("?page=&limit=", 1, 50),
        ("?limit=99999999999999999999999", 1, 100),
    ] {
        let pagination = office.list(query).await.json()["pagination"].clone();
        assert_eq!((&pagination["page"], &pagination["limit"]), (&json!(page), &json!(limit)), "{query}");
    }
    assert_snapshot!(office.list("?page=one&limit=1.5").await, @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "page",
          "message": "Input should be a whole number"
        },
        {
          "field": "limit",
          "message": "Input should be a whole number"
        }
      ],
      "error": "Invalid request body"
    }
    "#);
}

#[tokio::test]
async fn several_people_are_added_at_once() {
    let office = Office::new().await;
    let body = json!({"members": [
        {"email": "bob@example.com", "role": "admin"},
        {"email": "ada@example.com"},
        {"email": "carol@example.com", "departmentId": "dept_123"},
    ]});
    assert_snapshot!(office.add(body).await, @r#"
    201 {
      "errors": [
        {
          "code": "ALREADY_MEMBER",
          "email": "ada@example.com",
          "error": "User is already a member of this workspace"
        },
        {
          "code": "DEPARTMENT_NOT_FOUND",
          "email": "carol@example.com",
          "error": "Department not found"
        }
      ],
      "results": [
        {
          "action": "created",
          "invitationToken": "swi_0P1GWY000QF6F.Ns0uAEXBlHoHx2lcMBR5yUqBKR-JX_o7vJ862Yr9v0Q",
          "member": {
            "departmentId": null,
            "id": "member_01kdvdna005vsn0nz59f6pcam9",
            "joinedAt": "2026-01-01T00:00:00Z",
            "role": "admin",
            "title": null,
            "user": {
              "avatar": null,
              "email": "bob@example.com",
              "id": "user_01kdvdna005vsmtfe1s3a4scef",
              "name": "bob"
            },
            "userId": "user_01kdvdna005vsmtfe1s3a4scef",
            "workspaceId": "workspace_01kdvdna005vskrf61caan0jzm"
          }
        }
      ],
      "success": false,
      "summary": {
        "failed": 2,
        "successful": 1,
        "total": 3
      }
    }
    "#);
}

#[tokio::test]
async fn every_wrong_field_is_named() {
    let office = Office::new().await;
    let answers = [
        office.add(json!({"email": "bob", "role": "king", "title": "x".repeat(101)})).await,
        office.add(json!({})).await,
        office.add(json!({"members": []})).await,
        office
            .add(json!({"members": [{"email": "bob@example.com"}, {"email": "bob", "role": "AGENT"}]}))
            .await,
        office.add(json!({"email": "bob@example.com", "departmentId": "dept_123"})).await,
        office.add(json!({"email": "ada@example.com"})).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "email",
          "message": "Invalid email format"
        },
        {
          "field": "role",
          "message": "Input should be 'owner', 'admin', 'member' or 'guest'"
        },
        {
          "field": "title",
          "message": "String should have at most 100 characters"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "email",
          "message": "Field required"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "members",
          "message": "List should have 1 to 100 members"
        }
      ],
      "error": "Invalid request body"
    }
    400 {
      "code": "INVALID_REQUEST_BODY",
      "details": [
        {
          "field": "members.1.email",
          "message": "Invalid email format"
        },
        {
          "field": "members.1.role",
          "message": "Input should be 'owner', 'admin', 'member' or 'guest'"
        }
      ],
      "error": "Invalid request body"
    }
    404 {
      "code": "DEPARTMENT_NOT_FOUND",
      "error": "Department not found"
    }
    409 {
      "code": "ALREADY_MEMBER",
      "error": "User is already a member of this workspace"
    }
    "#);
}

#[tokio::test]
async fn only_a_token_of_an_owner_adds_owners() {
    let office = Office::new().await;
    let admins = office.business.api_token_like(&office.world, |token| token.role = Role::Admin).await;
    let refused = office.add_as(&admins, json!({"email": "bob@example.com", "role": "owner"})).await;
    assert_snapshot!(refused, @r#"
    403 {
      "code": "INSUFFICIENT_PERMISSIONS",
      "error": "Insufficient permissions",
      "message": "Insufficient permissions. OWNER role required"
    }
    "#);
    let added = office.add(json!({"email": "bob@example.com", "role": "owner"})).await;
    assert_eq!((added.status.as_u16(), added.str("/member/role").as_str()), (201, "owner"));
}

#[tokio::test]
async fn a_token_makes_nobody_what_its_maker_could_not_make_them_now() {
    let office = Office::new().await;
    let (world, business) = (&office.world, &office.business);
    let eve = business.add(world, "eve@example.com", Role::Owner).await;
    let token = business.api_token_like(world, |token| token.created_by = Some(eve.user_id)).await;
    let by_api_key = |token: &mut ApiToken| (token.created_by, token.role) = (None, Role::Admin);
    let by_api_key = business.api_token_like(world, by_api_key).await;
    let add = async |token: &str, name: &str, role: &str| {
        let email = format!("{name}@example.com");
        let one = office.add_as(token, json!({"email": email, "role": role})).await.status.as_u16();
        let more = json!({"members": [{"email": format!("also-{email}"), "role": role}]});
        (one, office.add_as(token, more).await.json()["summary"]["successful"].as_u64().unwrap())
    };
    let members = world.store().members(business.workspace.id).await.unwrap();
    let eve = members.into_iter().find(|member| member.user_id == eve.user_id).unwrap();

    assert_eq!(add(&token, "a", "owner").await, (201, 1));
    world.store().change_role(&eve, Role::Admin).await.unwrap();
    assert_eq!(add(&token, "b", "owner").await, (403, 0));
    assert_eq!(add(&token, "c", "admin").await, (201, 1));
    world.store().remove_member(&Member { role: Role::Admin, ..eve }).await.unwrap();
    assert_eq!(add(&token, "d", "admin").await, (403, 0));
    assert_eq!(add(&token, "e", "member").await, (201, 1));
    assert_eq!(add(&by_api_key, "f", "admin").await, (201, 1));
}

#[tokio::test]
async fn an_agent_is_a_member_to_this_api() {
    let office = Office::new().await;
    office.business.add(&office.world, "agent@example.com", Role::Agent).await;
    let list = office.list("?limit=1").await;
    assert_eq!(list.str("/members/0/role"), "member");
}

#[tokio::test]
async fn departments_count_their_members() {
    let office = Office::new().await;
    let department = office.department().await;
    office.add(json!({"email": "bob@example.com", "departmentId": department})).await;
    let store = office.world.store();
    let workspace = office.business.workspace.id;
    let count = async || store.departments(workspace).await.unwrap()[0].counts.members;
    assert_eq!(count().await, 1);
    let members = store.members(workspace).await.unwrap();
    let bob = members.into_iter().find(|member| member.department_id.is_some()).unwrap();
    store.remove_member(&bob).await.unwrap();
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn refusals_come_in_their_order_and_those_of_a_known_token_count() {
    let office = Office::new().await;
    let narrow = |token: &mut ApiToken| (token.grants, token.rate_limit) = (vec![Grant::ReadMembers], 1);
    let narrow = office.business.api_token_like(&office.world, narrow).await;
    let ask = async |token: &str, body: &str| {
        let call = Call::post("/api/v1/members").bearer(token).header("content-type", "application/json");
        call.body(body).to(&office.router).await
    };
    let missing = r#"{"email": "bob@example.com", "departmentId": "dept_123"}"#;

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
async fn a_workspace_has_1000_members_at_most() {
    let office = Office::new().await;
    office.world.aws.tally(office.business.workspace.id, "members", 999).await;
    assert_eq!(office.add(json!({"email": "last@example.com"})).await.status, 201);
    assert_snapshot!(office.add(json!({"email": "more@example.com"})).await, @r#"
    409 {
      "code": "TOO_MANY_MEMBERS",
      "error": "A workspace can have at most 1000 members"
    }
    "#);
}

#[tokio::test]
async fn a_token_needs_the_permission() {
    let office = Office::new().await;
    let other = office.business.api_token(&office.world, &[Grant::SendMessages]).await;
    for call in [Call::get("/api/v1/members"), Call::post("/api/v1/members").json(&json!({}))] {
        let answer = call.bearer(&other).to(&office.router).await;
        assert_eq!((answer.status.as_u16(), answer.str("/code").as_str()), (403, "INSUFFICIENT_PERMISSIONS"));
    }
    let bulk = office.add_as(&other, json!({"members": [{"email": "bob@example.com"}]})).await;
    assert_eq!(bulk.status, 403);
}

#[tokio::test]
async fn what_each_operation_costs() {
    let office = Office::new().await;
    assert_snapshot!(office.add(json!({"email": "bob@example.com"})).await.cost(), @"5 calls, 4 round trips, 2 read units, 15 write units");
    office.business.another(&office.world).await;
    let known = office.add(json!({"email": "mallory@example.com"})).await;
    assert_snapshot!(known.cost(), @"5 calls, 4 round trips, 2 read units, 11 write units");
    let admin = office.add(json!({"email": "carol@example.com", "role": "admin"})).await;
    assert_snapshot!(admin.cost(), @"6 calls, 5 round trips, 3 read units, 15 write units");
    let two = json!({"members": [{"email": "dan@example.com"}, {"email": "eve@example.com"}]});
    assert_snapshot!(office.add(two).await.cost(), @"8 calls, 7 round trips, 4 read units, 29 write units");
    assert_snapshot!(office.list("").await.cost(), @"5 calls, 3 round trips, 2 read units, 1 write units");
}
