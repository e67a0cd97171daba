//! `POST /api/templates`

use insta::assert_snapshot;
use serde_json::json;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::Call;

use crate::support::{ACCOUNT, Stage, refusals};

#[tokio::test]
async fn a_new_template_is_answered_with_all_its_fields_and_made_at_meta() {
    let stage = Stage::new().await;

    let answer = stage.create(&stage.template("welcome_message")).await;

    let mut shown = answer.json();
    let meta_id = shown["meta_template_id"].take();
    assert_eq!(answer.status, 201);
    assert_snapshot!(format!("{shown:#}"), @r#"
    {
      "business_id": "102290129340398",
      "category": "MARKETING",
      "components": {
        "body": {
          "text": "Hello {{1}}, welcome to our service welcome_message!"
        },
        "footer": {
          "text": "Reply STOP to unsubscribe"
        }
      },
      "created_at": "2026-01-01T00:00:00Z",
      "id": "019b76da-a800-72ef-8d34-f707235132c7",
      "language": "en",
      "meta_template_id": null,
      "name": "welcome_message",
      "phone_number_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
      "quality": "UNKNOWN",
      "rejection_reason": null,
      "status": "PENDING",
      "updated_at": "2026-01-01T00:00:00Z",
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_eq!(stage.get(&answer.str("/id")).await.json(), answer.json());
    let made = stage.look(&format!("/{}", meta_id.as_str().unwrap())).await;
    assert_snapshot!(format!("{:#}", json!([made["name"], made["language"], made["category"], made["parameter_format"], made["components"]])), @r#"
    [
      "welcome_message",
      "en",
      "MARKETING",
      "POSITIONAL",
      [
        {
          "example": {
            "body_text": [
              [
                "Sample 1"
              ]
            ]
          },
          "text": "Hello {{1}}, welcome to our service welcome_message!",
          "type": "BODY"
        },
        {
          "text": "Reply STOP to unsubscribe",
          "type": "FOOTER"
        }
      ]
    ]
    "#);
    assert_snapshot!(answer.cost(), @"6 calls, 4 round trips, 1 read units, 15 write units");
}

#[tokio::test]
async fn the_array_form_of_graph_makes_the_same_template() {
    let stage = Stage::new().await;
    let array = json!([
        {"type": "header", "format": "text", "text": "Order {{1}}", "example": {"header_text": ["1234"]}},
        {"type": "BODY", "text": "Your order {{1}} leaves on {{2}} with our own driver.",
            "example": {"body_text": [["1234", "Monday"]]}},
        {"type": "FOOTER", "text": "Thank you"},
        {"type": "BUTTONS", "buttons": [
            {"type": "quick_reply", "text": "Stop"},
            {"type": "URL", "text": "Track", "url": "https://example.com/{{1}}", "example": ["https://example.com/a"]},
            {"type": "PHONE_NUMBER", "text": "Call", "phone_number": "+15550783881"},
            {"type": "COPY_CODE", "example": "250FF"}]},
    ]);

    let answer = stage.create(&stage.with_components("order", array)).await;

    assert_eq!(answer.status, 201, "{answer}");
    let components = answer.json()["components"].clone();
    assert_snapshot!(format!("{components:#}"), @r#"
    {
      "body": {
        "example": [
          "1234",
          "Monday"
        ],
        "text": "Your order {{1}} leaves on {{2}} with our own driver."
      },
      "buttons": [
        {
          "text": "Stop",
          "type": "QUICK_REPLY"
        },
        {
          "example": [
            "https://example.com/a"
          ],
          "text": "Track",
          "type": "URL",
          "url": "https://example.com/{{1}}"
        },
        {
          "phone_number": "+15550783881",
          "text": "Call",
          "type": "PHONE_NUMBER"
        },
        {
          "example": "250FF",
          "type": "COPY_CODE"
        }
      ],
      "footer": {
        "text": "Thank you"
      },
      "header": {
        "example": [
          "1234"
        ],
        "format": "TEXT",
        "text": "Order {{1}}"
      }
    }
    "#);
    let again = stage.create(&stage.with_components("order_again", components)).await;
    assert_snapshot!(refusals(&again), @"body.components.body.text value_error The template 'order' (en) has the same body and footer");
}

#[tokio::test]
async fn named_variables_go_to_meta_with_their_names() {
    let stage = Stage::new().await;
    let components = json!({
        "header": {"text": "Hi {{first_name}}"},
        "body": {"text": "Dear {{first_name}}, your order {{order_id}} has left our house.",
            "example": {"first_name": "Ada", "order_id": "1234"}},
    });

    let answer = stage.create(&stage.with_components("named", components)).await;

    assert_eq!(answer.status, 201, "{answer}");
    let made = stage.look(&format!("/{}", answer.str("/meta_template_id"))).await;
    assert_snapshot!(format!("{:#}", json!([made["parameter_format"], made["components"]])), @r#"
    [
      "NAMED",
      [
        {
          "example": {
            "header_text_named_params": [
              {
                "example": "first name",
                "param_name": "first_name"
              }
            ]
          },
          "format": "TEXT",
          "text": "Hi {{first_name}}",
          "type": "HEADER"
        },
        {
          "example": {
            "body_text_named_params": [
              {
                "example": "Ada",
                "param_name": "first_name"
              },
              {
                "example": "1234",
                "param_name": "order_id"
              }
            ]
          },
          "text": "Dear {{first_name}}, your order {{order_id}} has left our house.",
          "type": "BODY"
        }
      ]
    ]
    "#);
}

#[tokio::test]
async fn an_authentication_template_has_metas_own_words() {
    let stage = Stage::new().await;
    let mut body = stage.with_components(
        "code",
        json!({
            "body": {"add_security_recommendation": true},
            "footer": {"code_expiration_minutes": 10},
            "buttons": [{"type": "OTP", "otp_type": "COPY_CODE"}],
        }),
    );
    body["category"] = json!("authentication");
    body["language"] = json!("en-US");

    let answer = stage.create(&body).await;

    assert_eq!(answer.status, 201, "{answer}");
    assert_eq!((answer.str("/category"), answer.str("/language")), ("AUTHENTICATION".into(), "en_US".into()));
    assert_eq!(answer.json()["components"]["body"], json!({"add_security_recommendation": true}));
}

#[tokio::test]
async fn a_name_is_taken_once_for_each_language_and_account() {
    let stage = Stage::new().await;
    stage.created("welcome").await;
    let other = stage.add_number("77", "7702", "EAAtest").await;
    let mut same = stage.template("welcome");
    same["components"]["body"]["text"] = json!("Other words altogether.");
    let mut french = same.clone();
    french["language"] = json!("fr");
    let mut elsewhere = stage.template("welcome");
    elsewhere["phone_number_id"] = json!(uuid::spell(other.id));

    let taken = stage.create(&same).await;
    let repeated = stage.create(&stage.template("welcome")).await;

    assert_snapshot!(taken, @r#"
    409 {
      "detail": "A template with this name and language already exists"
    }
    "#);
    assert_eq!(repeated.text(), taken.text());
    assert_eq!(repeated.status, 409);
    assert_eq!(stage.create(&french).await.status, 201);
    assert_eq!(stage.create(&elsewhere).await.status, 201);
    assert_eq!(stage.list("").await.json()["total"], 3);
}

#[tokio::test]
async fn of_many_that_want_a_name_at_once_one_gets_it() {
    let stage = Stage::new().await;
    let body = stage.template("welcome");
    let all = futures::future::join_all((0..6).map(|_| stage.create(&body))).await;
    let mut statuses: Vec<u16> = all.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201);
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    let made = stage.look(&format!("/{ACCOUNT}/message_templates")).await;
    assert_eq!(made["data"].as_array().unwrap().len(), 1);
    assert_eq!(stage.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn missing_fields_and_wrong_types_are_refused_by_place() {
    let stage = Stage::new().await;
    let mut told = Vec::new();
    for missing in ["workspace_id", "phone_number_id", "name", "category", "language", "components"] {
        let mut body = stage.template("welcome");
        body.as_object_mut().unwrap().remove(missing);
        told.push(refusals(&stage.create(&body).await));
    }
    for (field, value) in [
        ("workspace_id", json!("workspace-uuid")),
        ("phone_number_id", json!(7)),
        ("name", json!(["welcome"])),
        ("category", json!(null)),
        ("components", json!("Hello")),
    ] {
        let mut body = stage.template("welcome");
        body[field] = value;
        told.push(refusals(&stage.create(&body).await));
    }
    assert_snapshot!(told.join("\n"), @"
    body.workspace_id missing Field required
    body.phone_number_id missing Field required
    body.name missing Field required
    body.category missing Field required
    body.language missing Field required
    body.components missing Field required
    body.workspace_id value_error Input should be a valid UUID
    body.phone_number_id type_error Input should be a string
    body.name type_error Input should be a string
    body.category type_error Input should be a string
    body.components type_error Input should be an object or an array
    ");
}

#[tokio::test]
async fn all_wrong_fields_are_told_at_once() {
    let stage = Stage::new().await;
    let mut body = stage
        .with_components("Welcome Message", json!({"body": {"text": "{{1}}"}, "header": {"text": "*Hi*"}}));
    body["category"] = json!("PROMOTIONAL");
    body["language"] = json!("english");
    assert_snapshot!(refusals(&stage.create(&body).await), @"
    body.name value_error should have only lower-case letters, digits and underscores
    body.language value_error should be a language code such as en or en_US
    body.category enum Input should be 'MARKETING', 'UTILITY' or 'AUTHENTICATION'
    body.components.body.text value_error The body should not begin or end with a variable
    body.components.body.text value_error The body has too many variables for its length: 1 of them need at least 3 words beside them
    body.components.header.text value_error The header should have no formatting (*, _, ~ or `)
    ");
}

#[tokio::test]
async fn a_number_must_be_the_workspaces_and_have_an_account() {
    let stage = Stage::new().await;
    let mut without_account = stage.template("welcome");
    without_account["phone_number_id"] = json!(uuid::spell(stage.business.number.id));
    let other = stage.business.another(&stage.world).await;
    let mut of_others = stage.template("welcome");
    of_others["phone_number_id"] = json!(uuid::spell(other.number.id));
    let mut unknown = stage.template("welcome");
    unknown["phone_number_id"] = json!("00000000-0000-7000-8000-000000000000");

    assert_snapshot!(stage.create(&without_account).await, @r#"
    409 {
      "detail": "The phone number has no WhatsApp business account. Register it with its business_id."
    }
    "#);
    assert_snapshot!(stage.create(&of_others).await, @r#"
    404 {
      "detail": "Phone number not found"
    }
    "#);
    assert_eq!(stage.create(&unknown).await.status, 404);
    assert_eq!(stage.list("").await.json()["total"], 0);
}

#[tokio::test]
async fn a_body_that_is_no_json_is_refused() {
    let stage = Stage::new().await;
    let answer = stage.send(Call::post("/api/templates").body("{")).await;
    assert_eq!(answer.status, 422);
}
