//! Sending messages and their status, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod receipts;
mod sends;
mod window;

use axum::Router;
use insta::assert_snapshot;
use messages::router;
use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::access::Role;
use switchboard_model::id::spelling::uuid;
use switchboard_model::message::{Failure, Report, ReportKind};
use switchboard_model::phone_number::{PhoneNumber, PhoneNumberStatus};
use switchboard_runtime::Api;
use switchboard_service::Messages;
use switchboard_testkit::{Answer, Business, Call, World};

struct Messaging {
    world: World,
    business: Business,
    router: Router,
}

impl Messaging {
    async fn new() -> Self {
        let world = World::new().await;
        let business = Business::new(&world).await;
        let gate = world.gate(&business.token_key);
        let router = router(Api::new(Messages::new(world.resources.clone(), gate.clone()), gate));
        business.hears(&world, "15551234567", "Good morning").await;
        Self { world, business, router }
    }

    fn body(&self) -> Value {
        json!({
            "workspace_id": uuid::spell(self.business.workspace.id),
            "phone_number_id": uuid::spell(self.business.number.id),
            "to": "+15551234567",
            "text": "Hello! Thanks for contacting us.",
        })
    }

    fn body_with(&self, name: &str, value: Value) -> Value {
        let mut body = self.body();
        body[name] = value;
        body
    }

    async fn send_as(&self, token: &str, body: &Value) -> Answer {
        Call::post("/api/messages/send/text").bearer(token).json(body).to(&self.router).await
    }

    async fn send(&self, body: &Value) -> Answer {
        self.send_as(&self.business.owner.token, body).await
    }

    async fn status_as(&self, token: &str, id: &str) -> Answer {
        Call::get(format!("/api/messages/{id}/status")).bearer(token).to(&self.router).await
    }

    async fn status(&self, id: &str) -> Answer {
        self.status_as(&self.business.owner.token, id).await
    }

    async fn report(&self, id: &str, kind: ReportKind) {
        let pointer = self.world.store().message_pointer(uuid::parse(id).unwrap()).await.unwrap().unwrap();
        self.world.wait(60);
        let report = Report { kind, at: self.world.resources.now() };
        self.world.store().report_progress(&pointer.key, &report, Some("wamid.xxxxx")).await.unwrap();
    }

    async fn change_number(&self, change: impl FnOnce(&mut PhoneNumber)) {
        let mut number = self.business.number.clone();
        change(&mut number);
        number.version += 1;
        self.world.store().update_phone_number(&number).await.unwrap();
    }
}

fn all(answers: &[Answer]) -> String {
    answers.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_text_is_queued() {
    let messaging = Messaging::new().await;
    let answer = messaging.send(&messaging.body()).await;
    assert_snapshot!(answer, @r#"
    201 {
      "created_at": "2026-01-01T00:00:00Z",
      "direction": "outbound",
      "from_number": "+1234567890",
      "id": "019b76da-a800-72ef-8d41-5f952f3598aa",
      "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "status": "queued",
      "to_number": "+15551234567",
      "type": "text",
      "wa_message_id": null,
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
}

#[tokio::test]
async fn sending_takes_two_sequential_round_trips_and_one_write() {
    let messaging = Messaging::new().await;
    messaging.world.wait(1);
    let answer = messaging.send(&messaging.body()).await;
    assert_snapshot!(answer.cost(), @"3 calls, 2 round trips, 0 read units, 11 write units");
}

#[tokio::test]
async fn reading_a_status_takes_two_sequential_round_trips() {
    let messaging = Messaging::new().await;
    let id = messaging.send(&messaging.body()).await.str("/id");
    let answer = messaging.status(&id).await;
    assert_snapshot!(answer.cost(), @"4 calls, 2 round trips, 2 read units, 1 write units");
}

#[tokio::test]
async fn an_api_key_sends_too() {
    let messaging = Messaging::new().await;
    let answer = messaging.send_as(&messaging.business.api_key, &messaging.body()).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn every_role_may_send() {
    let messaging = Messaging::new().await;
    for (email, role) in
        [("b@example.com", Role::Admin), ("c@example.com", Role::Member), ("d@example.com", Role::Agent)]
    {
        let person = messaging.business.add(&messaging.world, email, role).await;
        assert_eq!(messaging.send_as(&person.token, &messaging.body()).await.status, 201, "{role}");
    }
}

#[tokio::test]
async fn a_queued_message_has_no_times() {
    let messaging = Messaging::new().await;
    let id = messaging.send(&messaging.body()).await.str("/id");
    assert_snapshot!(messaging.status(&id).await, @r#"
    200 {
      "delivered_at": null,
      "error": null,
      "failed_at": null,
      "id": "019b76da-a800-72ef-8d41-5f952f3598aa",
      "read_at": null,
      "sent_at": null,
      "status": "queued",
      "wa_message_id": null
    }
    "#);
}

#[tokio::test]
async fn the_status_follows_the_progress() {
    let messaging = Messaging::new().await;
    let id = messaging.send(&messaging.body()).await.str("/id");
    for kind in [ReportKind::Sent, ReportKind::Delivered, ReportKind::Read] {
        messaging.report(&id, kind).await;
    }
    assert_snapshot!(messaging.status(&id).await, @r#"
    200 {
      "delivered_at": "2026-01-01T00:02:00Z",
      "error": null,
      "failed_at": null,
      "id": "019b76da-a800-72ef-8d41-5f952f3598aa",
      "read_at": "2026-01-01T00:03:00Z",
      "sent_at": "2026-01-01T00:01:00Z",
      "status": "read",
      "wa_message_id": "wamid.xxxxx"
    }
    "#);
}

#[tokio::test]
async fn what_was_read_has_arrived() {
    let messaging = Messaging::new().await;
    let id = messaging.send(&messaging.body()).await.str("/id");
    messaging.report(&id, ReportKind::Read).await;
    let status = messaging.status(&id).await;
    assert_eq!(status.str("/delivered_at"), status.str("/read_at"));
}

#[tokio::test]
async fn a_failure_has_metas_code_and_title() {
    let messaging = Messaging::new().await;
    let id = messaging.send(&messaging.body()).await.str("/id");
    let failure = Failure {
        code: 131_026,
        title: "Message undeliverable".to_owned(),
        details: Some("The recipient is not on WhatsApp.".to_owned()),
    };
    messaging.report(&id, ReportKind::Failed(failure)).await;
    assert_snapshot!(messaging.status(&id).await, @r#"
    200 {
      "delivered_at": null,
      "error": {
        "code": 131026,
        "details": "The recipient is not on WhatsApp.",
        "title": "Message undeliverable"
      },
      "failed_at": "2026-01-01T00:01:00Z",
      "id": "019b76da-a800-72ef-8d41-5f952f3598aa",
      "read_at": null,
      "sent_at": null,
      "status": "failed",
      "wa_message_id": "wamid.xxxxx"
    }
    "#);
}

#[tokio::test]
async fn wrong_fields_are_named_together() {
    let messaging = Messaging::new().await;
    let mut body = messaging.body_with("to", json!("1234567890"));
    body["text"] = json!("");
    let empty = messaging.send(&body).await;
    let long = messaging.send(&messaging.body_with("text", json!("x".repeat(4_097)))).await;
    let blank = messaging.send(&messaging.body_with("text", json!("  \n"))).await;
    assert_snapshot!(all(&[empty, long, blank]), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "to"
          ],
          "msg": "Phone number must be in E.164 format",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "text"
          ],
          "msg": "String should have at least 1 character",
          "type": "string_too_short"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "text"
          ],
          "msg": "String should have at most 4096 characters",
          "type": "string_too_long"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "text"
          ],
          "msg": "String should not be blank",
          "type": "string_too_short"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_text_of_4096_characters_is_sent_whatever_its_bytes() {
    let messaging = Messaging::new().await;
    let answer = messaging.send(&messaging.body_with("text", json!("é".repeat(4_096)))).await;
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn fields_of_another_type_and_missing_ones_are_refused() {
    let messaging = Messaging::new().await;
    let number = messaging.send(&messaging.body_with("to", json!(15_551_234_567_u64))).await;
    let uuid = messaging.send(&messaging.body_with("workspace_id", json!("not-a-uuid"))).await;
    let mut body = messaging.body();
    body.as_object_mut().unwrap().remove("text");
    let missing = messaging.send(&body).await;
    assert_snapshot!(all(&[number, uuid, missing]), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "to"
          ],
          "msg": "Input should be a string",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "workspace_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "text"
          ],
          "msg": "Field required",
          "type": "missing"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let messaging = Messaging::new().await;
    let unknown = uuid::spell(Id::from_bits(1).unwrap());
    let foreign = "550e8400-e29b-41d4-a716-446655440000";
    let workspace = messaging.send(&messaging.body_with("workspace_id", json!(unknown))).await;
    let number = messaging.send(&messaging.body_with("phone_number_id", json!(foreign))).await;
    let message = messaging.status(&unknown).await;
    let malformed = messaging.status("not-a-uuid").await;
    assert_snapshot!(all(&[workspace, number, message, malformed]), @r#"
    404 {
      "detail": "Workspace not found"
    }
    404 {
      "detail": "Phone number not found"
    }
    404 {
      "detail": "Message not found"
    }
    422 {
      "detail": [
        {
          "loc": [
            "path",
            "message_id"
          ],
          "msg": "Input should be a valid UUID",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn strangers_find_nothing() {
    let messaging = Messaging::new().await;
    let id = messaging.send(&messaging.body()).await.str("/id");
    let stranger = messaging.business.another(&messaging.world).await;
    let mut with_our_number = messaging.body();
    with_our_number["workspace_id"] = json!(uuid::spell(stranger.workspace.id));
    for token in [&stranger.owner.token, &stranger.api_key] {
        let send = messaging.send_as(token, &messaging.body()).await;
        let send_with_our_number = messaging.send_as(token, &with_our_number).await;
        let status = messaging.status_as(token, &id).await;
        assert_eq!(send.str("/detail"), "Workspace not found");
        assert_eq!(send_with_our_number.str("/detail"), "Phone number not found");
        assert_eq!(status.str("/detail"), "Message not found");
    }
}

#[tokio::test]
async fn a_disabled_number_does_not_send_and_a_deleted_one_is_gone() {
    let messaging = Messaging::new().await;
    messaging.change_number(|number| number.status = PhoneNumberStatus::Disabled).await;
    let disabled = messaging.send(&messaging.body()).await;
    let mut deleted = messaging.business.number.clone();
    deleted.deleted_at = Some(messaging.world.resources.now());
    deleted.version += 2;
    messaging.world.store().delete_phone_number(&deleted).await.unwrap();
    let gone = messaging.send(&messaging.body()).await;
    assert_snapshot!(all(&[disabled, gone]), @r#"
    409 {
      "detail": "Phone number is not active"
    }
    404 {
      "detail": "Phone number not found"
    }
    "#);
}

#[tokio::test]
async fn requests_without_good_credentials_are_refused() {
    let messaging = Messaging::new().await;
    let without = Call::post("/api/messages/send/text").json(&messaging.body()).to(&messaging.router).await;
    let key_of_nobody = messaging.send_as("wsk_unknown", &messaging.body()).await;
    assert_snapshot!(all(&[without, key_of_nobody]), @r#"
    401 {
      "detail": "Not authenticated"
    }
    401 {
      "detail": "Invalid authentication credentials"
    }
    "#);
}
