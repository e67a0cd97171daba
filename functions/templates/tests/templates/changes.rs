//! `PATCH /api/templates/{template_id}`

use insta::assert_snapshot;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::support::{Stage, refusals};

fn other_words() -> Value {
    json!({"components": {"body": {"text": "Hello {{1}}, these are other words of ours."}}})
}

#[tokio::test]
async fn an_edited_template_says_something_else_and_is_reviewed_again() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let mut update = other_words();
    update["status"] = json!("APPROVED");

    let answer = stage.update(&id, &update).await;

    assert_eq!(answer.status, 200, "{answer}");
    assert_eq!(answer.str("/status"), "PENDING");
    assert_eq!(answer.json()["components"], update["components"]);
    assert_eq!(stage.get(&id).await.json(), answer.json());
    let made = stage.look(&format!("/{}", answer.str("/meta_template_id"))).await;
    assert_eq!(made["components"][0]["text"], update["components"]["body"]["text"]);
    assert_snapshot!(answer.cost(), @"10 calls, 8 round trips, 4 read units, 13 write units");
}

#[tokio::test]
async fn what_is_as_it_was_is_not_sent_to_meta() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let before = stage.get(&id).await.json();

    for update in [
        json!({}),
        json!({"status": "APPROVED"}),
        json!({"name": "welcome", "language": "en", "category": "MARKETING", "components": before["components"]}),
    ] {
        let answer = stage.update(&id, &update).await;
        assert_eq!(answer.json(), before, "{update}");
    }
}

#[tokio::test]
async fn only_meta_changes_a_status_and_nobody_a_name() {
    let stage = Stage::new().await;
    let id = stage.created("welcome").await;
    let pending = stage.update(&id, &json!({"status": "APPROVED"})).await;
    let several = stage.update(&id, &json!({"name": "other", "language": "fr", "status": "REJECTED"})).await;
    let odd = stage.update(&id, &json!({"status": "GREAT", "category": "NEWS"})).await;
    assert_snapshot!(refusals(&pending), @"body.status enum Only Meta changes a template's status: it is PENDING");
    assert_snapshot!(refusals(&several), @"
    body.name enum A template's name can't be changed
    body.language enum A template's language can't be changed
    body.status enum Only Meta changes a template's status: it is PENDING
    ");
    assert_snapshot!(refusals(&odd), @"
    body.category enum Input should be 'MARKETING', 'UTILITY' or 'AUTHENTICATION'
    body.status enum Input should be 'PENDING', 'IN_APPEAL', 'APPROVED', 'REJECTED', 'PAUSED', 'LIMIT_EXCEEDED', 'DISABLED', 'ARCHIVED', 'PENDING_DELETION' or 'DELETED'
    ");
}

#[tokio::test]
async fn an_approved_template_keeps_its_category_and_a_rejected_one_does_not() {
    let stage = Stage::new().await;
    let approved = stage.created_as("approved", "APPROVED").await;
    let rejected = stage.created_as("rejected", "REJECTED").await;
    let update = json!({"category": "UTILITY"});

    let refused = stage.update(&approved, &update).await;
    let changed = stage.update(&rejected, &update).await;

    assert_snapshot!(refusals(&refused), @"body.category enum The category of an approved template can't be changed");
    assert_eq!((changed.status.as_u16(), changed.str("/category")), (200, "UTILITY".to_owned()), "{changed}");
    assert_eq!(
        (changed.str("/status"), &changed.json()["rejection_reason"]),
        ("PENDING".to_owned(), &Value::Null)
    );
}

#[tokio::test]
async fn another_category_has_its_own_rules() {
    let stage = Stage::new().await;
    let id = stage.created_as("rejected", "REJECTED").await;
    let before = stage.get(&id).await.json();

    let answer = stage.update(&id, &json!({"category": "AUTHENTICATION"})).await;

    assert_snapshot!(refusals(&answer), @"
    body.components.body.text enum Authentication templates have Meta's own text; leave it out
    body.components.footer.text enum Authentication templates have code_expiration_minutes in their footer, and no text
    body.components.buttons missing Authentication templates have one button, of type OTP
    ");
    assert_eq!(stage.get(&id).await.json(), before);
}

#[tokio::test]
async fn templates_in_review_and_disabled_ones_are_locked() {
    let stage = Stage::new().await;
    let pending = stage.created("pending").await;
    let disabled = stage.created_as("disabled", "DISABLED").await;
    let paused = stage.created_as("paused", "PAUSED").await;
    assert_snapshot!(stage.update(&pending, &other_words()).await, @r#"
    409 {
      "detail": "Template can't be changed now: only approved, rejected and paused templates can be, and it is PENDING"
    }
    "#);
    assert_snapshot!(stage.update(&disabled, &other_words()).await, @r#"
    409 {
      "detail": "Template can't be changed now: only approved, rejected and paused templates can be, and it is DISABLED"
    }
    "#);
    assert_eq!(stage.update(&paused, &other_words()).await.status, 200);
}

#[tokio::test]
async fn an_approved_template_is_edited_once_a_day_and_ten_times_in_thirty() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let now = stage.now();
    stage.store(&id, |template| template.edits = vec![now - SignedDuration::from_hours(23)]).await;
    let within_a_day = stage.update(&id, &other_words()).await;
    let ten = (1..=10).map(|day| now - SignedDuration::from_hours(48 + day)).collect();
    stage.store(&id, |template| template.edits = ten).await;
    let the_eleventh = stage.update(&id, &other_words()).await;
    let nine = (1..=9).map(|day| now - SignedDuration::from_hours(48 + day));
    let nine = nine.chain([now - SignedDuration::from_hours(31 * 24)]).collect();
    stage.store(&id, |template| template.edits = nine).await;

    let later = stage.update(&id, &other_words()).await;

    assert_snapshot!(within_a_day, @r#"
    409 {
      "detail": "Template can't be changed now: an approved template can be edited once in 24 hours"
    }
    "#);
    assert_snapshot!(the_eleventh, @r#"
    409 {
      "detail": "Template can't be changed now: an approved template can be edited 10 times in 30 days"
    }
    "#);
    assert_eq!(later.status, 200, "{later}");
    assert_eq!(stage.stored(&id).await.edits.len(), 10);
}

#[tokio::test]
async fn other_components_keep_the_rules() {
    let stage = Stage::new().await;
    let first = stage.created_as("first", "APPROVED").await;
    stage.created("second").await;
    let broken = stage
        .update(&first, &json!({"components": {"body": {"text": "{{1}}"}, "footer": {"text": "{{1}}"}}}))
        .await;
    let second = stage.template("second");
    let repeated = stage.update(&first, &json!({"components": second["components"]})).await;
    assert_snapshot!(refusals(&broken), @"
    body.components.body.text value_error The body should not begin or end with a variable
    body.components.body.text value_error The body has too many variables for its length: 1 of them need at least 3 words beside them
    body.components.footer.text value_error The footer should have no variables
    ");
    assert_snapshot!(refusals(&repeated), @"body.components.body.text value_error The template 'second' (en) has the same body and footer");
    assert_eq!(stage.get(&first).await.str("/status"), "APPROVED");
}

#[tokio::test]
async fn of_two_edits_at_once_one_counts() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let other = json!({"components": {"body": {"text": "Hello {{1}}, these are third words of ours."}}});
    let (words, other) = (other_words(), other);
    let (one, two) = tokio::join!(stage.update(&id, &words), stage.update(&id, &other));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{one} {two}");
    let winner = if one.status == 200 { one } else { two };
    assert_eq!(stage.get(&id).await.json()["components"], winner.json()["components"]);
    assert_eq!(stage.stored(&id).await.edits.len(), 1);
}

#[tokio::test]
async fn what_meta_refuses_leaves_the_template_as_it_was() {
    let stage = Stage::new().await;
    let id = stage.created_as("welcome", "APPROVED").await;
    let before = stage.get(&id).await.json();
    // Meta counts an edit that nobody here knows of.
    let meta_id = stage.stored(&id).await.meta_template_id.unwrap();
    let edit = json!({"components": [{"type": "BODY", "text": "Edited elsewhere."}]});
    stage.simulate(&format!("/{meta_id}?access_token=EAAtest"), &edit).await;
    stage.meta_says(&id, "APPROVED").await;

    let answer = stage.update(&id, &other_words()).await;

    assert_snapshot!(answer, @r#"
    400 {
      "detail": "Meta rejected the request: Approved templates are edited once a day and 10 times in 30 days"
    }
    "#);
    assert_eq!(stage.get(&id).await.json()["components"], before["components"]);
    let stored = stage.stored(&id).await;
    assert!(stored.operation.is_none() && stored.edits.is_empty());
}
