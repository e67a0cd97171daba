//! News of templates.

use serde_json::{Value, json};
use switchboard_graph::webhook::Update;
use switchboard_model::Id;
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::{PhoneNumber, QualityRating};
use switchboard_model::template::{Category, Components, News, Template, TemplateStatus};
use switchboard_service::meta_events::Handled;

use crate::stage::{ACCOUNT, NOW, Stage, updates};

const META_ID: u64 = 594_425;

fn event(field: &str, time: i64, value: &Value) -> Update {
    updates(&json!([{"id": ACCOUNT, "time": time, "changes": [{"field": field, "value": value}]}])).remove(0)
}

fn status(event_name: &str, time: i64) -> Update {
    let value = json!({"event": event_name, "message_template_id": META_ID, "message_template_name": "order",
        "message_template_language": "en-US", "reason": "SCAM", "message_template_category": "UTILITY"});
    event("message_template_status_update", time, &value)
}

impl Stage {
    /// A template in review of the business.
    async fn template(&self, workspace_id: Id, meta_id: Option<u64>) -> Template {
        let now = self.world.resources.now();
        let template = Template {
            id: self.world.resources.ids.next_id(),
            workspace_id,
            phone_number_id: self.business.number.id,
            business_id: ACCOUNT.parse().unwrap(),
            name: "order".to_owned(),
            language: "en_US".to_owned(),
            category: Category::Utility,
            status: TemplateStatus::Pending,
            components: Components::parse(
                &json!({"body": {"text": "Hello"}}),
                Category::Utility,
                &uuid::parse,
            )
            .unwrap(),
            meta_template_id: meta_id.map(|id| id.to_string().parse().unwrap()),
            rejection_reason: None,
            quality: QualityRating::Unknown,
            operation: None,
            edits: Vec::new(),
            news: News::default(),
            created_at: now,
            updated_at: now,
            deleted_at: None,
            version: 1,
        };
        self.store().create_template(&template).await.unwrap();
        template
    }

    async fn now_of(&self, template: &Template) -> Template {
        self.store().template(template.id).await.unwrap().unwrap()
    }
}

#[tokio::test]
async fn a_template_follows_its_status_events() {
    let stage = Stage::new().await;
    let template = stage.template(stage.business.workspace.id, Some(META_ID)).await;
    for (index, (word, expected, reason)) in [
        ("APPROVED", TemplateStatus::Approved, None),
        ("PAUSED", TemplateStatus::Paused, Some("SCAM")),
        ("FLAGGED", TemplateStatus::Paused, Some("SCAM")),
        ("REINSTATED", TemplateStatus::Approved, None),
        ("DISABLED", TemplateStatus::Disabled, Some("SCAM")),
    ]
    .into_iter()
    .enumerate()
    {
        let update = status(word, NOW + i64::try_from(index).unwrap());
        assert_eq!(stage.handle(&update).await, Handled::Stored);
        assert_eq!(stage.handle(&update).await, Handled::StoredBefore);
        let found = stage.now_of(&template).await;
        assert_eq!((found.status, found.rejection_reason.as_deref()), (expected, reason), "{word}");
    }
}

#[tokio::test]
async fn the_order_of_arrival_does_not_matter() {
    let story = ["APPROVED", "PAUSED", "APPROVED", "DISABLED"];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]] {
        let stage = Stage::new().await;
        let template = stage.template(stage.business.workspace.id, Some(META_ID)).await;
        for index in order.into_iter().chain(order) {
            stage.handle(&status(story[index], NOW + i64::try_from(index).unwrap())).await;
        }
        let found = stage.now_of(&template).await;
        assert_eq!(found.status, TemplateStatus::Disabled, "{order:?}");
        assert_eq!(found.news.status, NOW + 3);
    }
}

#[tokio::test]
async fn quality_category_and_components_are_taken_over() {
    let stage = Stage::new().await;
    let template = stage.template(stage.business.workspace.id, Some(META_ID)).await;
    for (field, value) in [
        (
            "message_template_quality_update",
            json!({"new_quality_score": "YELLOW", "message_template_id": META_ID}),
        ),
        ("template_category_update", json!({"new_category": "MARKETING", "message_template_id": META_ID})),
        (
            "message_template_components_update",
            json!({"message_template_element": "Good day", "message_template_id": META_ID}),
        ),
    ] {
        stage.handle(&event(field, NOW, &value)).await;
        stage.handle(&event(field, NOW, &value)).await;
    }
    let older = json!({"new_quality_score": "RED", "message_template_id": META_ID});
    stage.handle(&event("message_template_quality_update", NOW - 1, &older)).await;

    let found = stage.now_of(&template).await;
    assert_eq!((found.quality, found.category), (QualityRating::Yellow, Category::Marketing));
    assert_eq!(found.components.to_object(&uuid::spell), json!({"body": {"text": "Good day"}}));
}

#[tokio::test]
async fn news_that_comes_before_metas_id_is_told_by_name() {
    let stage = Stage::new().await;
    let number = PhoneNumber {
        id: stage.world.resources.ids.next_id(),
        meta_id: "106540352242922".parse().unwrap(),
        business_id: Some(ACCOUNT.parse().unwrap()),
        ..stage.business.number.clone()
    };
    stage.store().create_phone_number(&number).await.unwrap();
    let waiting = stage.template(stage.business.workspace.id, None).await;

    stage.handle(&status("APPROVED", NOW)).await;

    assert_eq!(stage.now_of(&waiting).await.status, TemplateStatus::Approved);
}

#[tokio::test]
async fn another_template_of_the_same_name_is_left_alone() {
    let stage = Stage::new().await;
    let number = PhoneNumber {
        id: stage.world.resources.ids.next_id(),
        meta_id: "106540352242922".parse().unwrap(),
        business_id: Some(ACCOUNT.parse().unwrap()),
        ..stage.business.number.clone()
    };
    stage.store().create_phone_number(&number).await.unwrap();
    let newer = stage.template(stage.business.workspace.id, Some(META_ID + 1)).await;

    stage.handle(&status("DELETED", NOW)).await;

    assert_eq!(stage.now_of(&newer).await.status, TemplateStatus::Pending);
}

#[tokio::test]
async fn each_workspace_of_an_account_is_told() {
    let stage = Stage::new().await;
    let other = stage.business.another(&stage.world).await;
    let (ours, theirs) = (
        stage.template(stage.business.workspace.id, Some(META_ID)).await,
        stage.template(other.workspace.id, Some(META_ID)).await,
    );
    stage.handle(&status("APPROVED", NOW)).await;
    for template in [ours, theirs] {
        assert_eq!(stage.now_of(&template).await.status, TemplateStatus::Approved);
    }
}
