//! Templates and media files.

use insta::assert_snapshot;
use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::media::{ContentDigest, Media, MediaKind};
use switchboard_model::phone_number::QualityRating;
use switchboard_model::template::{Category, Components, News, Template, TemplateStatus};
use switchboard_testkit::{Answer, Call};

use crate::{Messaging, all};

const ACCOUNT: &str = "9876543210";

impl Messaging {
    async fn with_template(status: TemplateStatus, components: Value) -> Self {
        let messaging = Self::new().await;
        messaging.change_number(|number| number.business_id = Some(ACCOUNT.parse().unwrap())).await;
        let now = messaging.world.resources.now();
        let template = Template {
            id: messaging.world.resources.ids.next_id(),
            workspace_id: messaging.business.workspace.id,
            phone_number_id: messaging.business.number.id,
            business_id: ACCOUNT.parse().unwrap(),
            name: "welcome_message".to_owned(),
            language: "en".to_owned(),
            category: Category::Utility,
            status,
            components: Components::parse(&components, Category::Utility, &uuid::parse).unwrap(),
            meta_template_id: None,
            rejection_reason: None,
            quality: QualityRating::Green,
            operation: None,
            edits: Vec::new(),
            news: News::as_of(now),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        };
        messaging.world.store().create_template(&template).await.unwrap();
        messaging.world.wait(1);
        messaging
    }

    fn template_body(&self, components: impl Into<Value>) -> Value {
        let components = components.into();
        json!({
            "workspace_id": uuid::spell(self.business.workspace.id),
            "phone_number_id": uuid::spell(self.business.number.id),
            "to": "+15557654321",
            "template_name": "welcome_message",
            "template_language": "en",
            "components": components,
        })
    }

    async fn send_template(&self, body: &Value) -> Answer {
        let call = Call::post("/api/messages/send/template").bearer(&self.business.owner.token);
        call.json(body).to(&self.router).await
    }

    async fn media(&self, kind: MediaKind, mime_type: &str, file_size: u64) -> Media {
        let now = self.world.resources.now();
        let media = Media {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.business.workspace.id,
            kind,
            file_name: "bill.pdf".to_owned(),
            file_size,
            mime_type: mime_type.to_owned(),
            sha256: ContentDigest::of(b"content"),
            uploaded_by: None,
            received_in: None,
            created_at: now,
            updated_at: now,
            deleted_at: None,
        };
        self.world.store().create_media(&media).await.unwrap();
        media
    }

    fn media_body(&self, media_type: &str, media_id: Id) -> Value {
        json!({
            "workspace_id": uuid::spell(self.business.workspace.id),
            "phone_number_id": uuid::spell(self.business.number.id),
            "to": "+15551234567",
            "media_type": media_type,
            "media_id": uuid::spell(media_id),
            "caption": "Check out this image!",
        })
    }

    async fn send_media(&self, body: &Value) -> Answer {
        let call = Call::post("/api/messages/send/media").bearer(&self.business.api_key);
        call.json(body).to(&self.router).await
    }
}

fn welcome() -> Value {
    json!({"body": {"text": "Hello {{1}}, welcome to our shop."}})
}

fn john() -> Value {
    json!({"body": [{"type": "text", "text": "John"}]})
}

#[tokio::test]
async fn a_template_is_queued_at_any_time() {
    let messaging = Messaging::with_template(TemplateStatus::Approved, welcome()).await;
    let answer = messaging.send_template(&messaging.template_body(john())).await;
    let graph = json!([{"type": "body", "parameters": [{"type": "text", "text": "John"}]}]);
    let in_graphs_form = messaging.send_template(&messaging.template_body(graph)).await;
    assert_snapshot!(answer, @r#"
    201 {
      "created_at": "2026-01-01T00:00:01Z",
      "direction": "outbound",
      "from_number": "+1234567890",
      "id": "019b76da-abe8-77cb-9822-7b23ec41873e",
      "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "status": "queued",
      "to_number": "+15557654321",
      "type": "template",
      "wa_message_id": null,
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    assert_eq!(in_graphs_form.status, 201);
}

#[tokio::test]
async fn a_template_takes_two_sequential_round_trips() {
    let messaging = Messaging::with_template(TemplateStatus::Approved, welcome()).await;
    messaging.send_template(&messaging.template_body(john())).await;
    messaging.world.wait(1);
    let answer = messaging.send_template(&messaging.template_body(john())).await;
    assert_snapshot!(answer.cost(), @"4 calls, 2 round trips, 1 read units, 11 write units");
}

#[tokio::test]
async fn what_does_not_fit_the_template_is_refused_before_anything_is_queued() {
    let messaging = Messaging::with_template(TemplateStatus::Approved, welcome()).await;
    let mut unnamed = messaging.template_body(john());
    unnamed["template_name"] = json!("Welcome!");
    unnamed["template_language"] = json!("english");
    let answers = [
        messaging.send_template(&messaging.template_body(json!(null))).await,
        messaging
            .send_template(&messaging.template_body(json!({"body": [{"type": "text", "text": "a\nb"}]})))
            .await,
        messaging
            .send_template(&messaging.template_body(json!({"header": [{"type": "text", "text": "x"}]})))
            .await,
        messaging.send_template(&messaging.template_body(json!("John"))).await,
        messaging.send_template(&unnamed).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "components",
            "body"
          ],
          "msg": "0 parameters given, 1 parameter expected",
          "type": "missing"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "components",
            "body",
            0,
            "text"
          ],
          "msg": "should have no line breaks, tabs or more than four spaces in a row",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "components",
            "header"
          ],
          "msg": "The template has no header",
          "type": "enum"
        },
        {
          "loc": [
            "body",
            "components",
            "body"
          ],
          "msg": "0 parameters given, 1 parameter expected",
          "type": "missing"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "components"
          ],
          "msg": "Input should be an object or an array",
          "type": "type_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "template_name"
          ],
          "msg": "should have only lower-case letters, digits and underscores",
          "type": "value_error"
        },
        {
          "loc": [
            "body",
            "template_language"
          ],
          "msg": "should be a language code such as en or en_US",
          "type": "value_error"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn only_an_approved_template_of_the_numbers_account_is_sent() {
    let pending = Messaging::with_template(TemplateStatus::Pending, welcome()).await;
    let not_approved = pending.send_template(&pending.template_body(john())).await;
    let mut other = pending.template_body(john());
    other["template_language"] = json!("de");
    let not_there = pending.send_template(&other).await;
    let without_account = Messaging::new().await;
    let no_account = without_account.send_template(&without_account.template_body(john())).await;
    assert_snapshot!(all(&[not_approved, not_there, no_account]), @r#"
    409 {
      "detail": "Template is not approved by Meta: it is PENDING"
    }
    404 {
      "detail": "Template not found"
    }
    409 {
      "detail": "The phone number has no WhatsApp business account. Register it with its business_id."
    }
    "#);
}

#[tokio::test]
async fn a_file_in_a_header_must_be_there_and_fit() {
    let header = json!({"header": {"format": "IMAGE", "example": {"header_handle": ["4::a"]}}, "body": {"text": "Hello from our shop."}});
    let messaging = Messaging::with_template(TemplateStatus::Approved, header).await;
    let picture = messaging.media(MediaKind::Image, "image/png", 10).await;
    let film = messaging.media(MediaKind::Video, "video/mp4", 10).await;
    let with = |id: Id| json!({"header": [{"type": "image", "image": {"id": uuid::spell(id)}}]});
    let answers = [
        messaging.send_template(&messaging.template_body(with(picture.id))).await,
        messaging.send_template(&messaging.template_body(with(film.id))).await,
        messaging.send_template(&messaging.template_body(with(Id::from_bits(1).unwrap()))).await,
    ];
    assert_eq!(answers[0].status, 201, "{}", answers[0]);
    assert_snapshot!(all(&answers[1..]), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "components",
            "header",
            0
          ],
          "msg": "The file is of the kind video, the template's header of image",
          "type": "value_error"
        }
      ]
    }
    404 {
      "detail": "Media not found"
    }
    "#);
}

#[tokio::test]
async fn a_media_file_is_queued() {
    let messaging = Messaging::new().await;
    messaging.world.wait(1);
    let picture = messaging.media(MediaKind::Image, "image/png", 10).await;
    let answer = messaging.send_media(&messaging.media_body("image", picture.id)).await;
    assert_snapshot!(answer, @r#"
    201 {
      "created_at": "2026-01-01T00:00:01Z",
      "direction": "outbound",
      "from_number": "+1234567890",
      "id": "019b76da-abe8-76d5-981b-0c2b140c38df",
      "media_id": "019b76da-abe8-76d5-9806-392a4fa19b92",
      "phone_number_id": "019b76da-a800-72ef-8d16-b32dc99eefe8",
      "queued": true,
      "status": "queued",
      "to_number": "+15551234567",
      "type": "image",
      "wa_message_id": null,
      "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
    }
    "#);
    messaging.world.wait(1);
    let again = messaging.send_media(&messaging.media_body("image", picture.id)).await;
    assert_snapshot!(again.cost(), @"4 calls, 2 round trips, 1 read units, 11 write units");
}

#[tokio::test]
async fn what_whatsapp_does_not_take_is_refused() {
    let messaging = Messaging::new().await;
    let picture = messaging.media(MediaKind::Image, "image/png", 6_000_000).await;
    let animation = messaging.media(MediaKind::Image, "image/gif", 10).await;
    let sound = messaging.media(MediaKind::Audio, "audio/mpeg", 10).await;
    let mut long = messaging.media_body("image", picture.id);
    long["caption"] = json!("x".repeat(1_025));
    let mut sticker = messaging.media_body("sticker", picture.id);
    sticker["to"] = json!("15551234567");
    let answers = [
        messaging.send_media(&messaging.media_body("image", picture.id)).await,
        messaging.send_media(&messaging.media_body("image", animation.id)).await,
        messaging.send_media(&messaging.media_body("document", picture.id)).await,
        messaging.send_media(&messaging.media_body("audio", sound.id)).await,
        messaging.send_media(&long).await,
        messaging.send_media(&sticker).await,
    ];
    assert_snapshot!(all(&answers), @r#"
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "media_id"
          ],
          "msg": "WhatsApp takes image files of at most 5242880 bytes",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "media_id"
          ],
          "msg": "WhatsApp does not take image/gif files. Allowed are image/jpeg, image/png, video/mp4, video/3gpp, audio/aac, audio/amr, audio/mpeg, audio/mp4, audio/ogg (Opus), application/pdf, text/plain, and documents of Word, Excel and PowerPoint",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "media_type"
          ],
          "msg": "The file is of the type 'image'",
          "type": "value_error"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "caption"
          ],
          "msg": "WhatsApp takes no caption under audio",
          "type": "enum"
        }
      ]
    }
    422 {
      "detail": [
        {
          "loc": [
            "body",
            "caption"
          ],
          "msg": "String should have at most 1024 characters",
          "type": "string_too_long"
        }
      ]
    }
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
            "media_type"
          ],
          "msg": "Input should be 'image', 'video', 'audio' or 'document'",
          "type": "enum"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn a_file_of_others_is_not_found_and_the_window_holds_for_files_too() {
    let messaging = Messaging::new().await;
    let picture = messaging.media(MediaKind::Image, "image/png", 10).await;
    let stranger = messaging.business.another(&messaging.world).await;
    let theirs = Media {
        id: messaging.world.resources.ids.next_id(),
        workspace_id: stranger.workspace.id,
        ..picture.clone()
    };
    messaging.world.store().create_media(&theirs).await.unwrap();
    let foreign = messaging.send_media(&messaging.media_body("image", theirs.id)).await;
    messaging.world.wait(86_400);
    let late = messaging.send_media(&messaging.media_body("image", picture.id)).await;
    assert_snapshot!(all(&[foreign, late]), @r#"
    404 {
      "detail": "Media not found"
    }
    409 {
      "detail": "The customer has not written within the last 24 hours. Send a template message instead."
    }
    "#);
}
