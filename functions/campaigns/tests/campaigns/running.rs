//! Starting and stopping, and what must be there before.

use serde_json::json;
use switchboard_model::Timestamp;
use switchboard_model::id::spelling::uuid;
use switchboard_model::phone_number::Stop;
use switchboard_model::recipient::{FrozenParameters, NewRecipient};
use switchboard_model::template::TemplateStatus;
use switchboard_testkit::{Call, create_contacts, fail_recipient};

use crate::support::{Stage, told};

#[tokio::test]
async fn a_campaign_is_started_paused_and_started_again() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 3, 2, &["vip"]).await;
    let id = stage.created(&stage.complete()).await;

    let started = stage.act(&id, "start").await;
    assert_eq!(told(&started), "200 sending");
    insta::assert_snapshot!(started.cost(), @"11 calls, 9 round trips, 7 read units, 9 write units");
    assert_eq!(told(&stage.act(&id, "start").await), "200 sending");
    assert_eq!(stage.stored(&id).await.run, 1);

    let paused = stage.act(&id, "pause").await;
    assert_eq!(told(&paused), "200 scheduled");
    insta::assert_snapshot!(format!("{:#}", paused.json()["paused"]), @r#"
    {
      "code": null,
      "message": null,
      "reason": "requested",
      "since": "2026-01-01T00:00:00Z"
    }
    "#);
    assert_eq!(told(&stage.act(&id, "pause").await), "200 scheduled");
    assert_eq!(told(&stage.patch(&id, json!({"status": "scheduled"})).await), "200 scheduled");

    assert_eq!(told(&stage.act(&id, "start").await), "200 sending");
    assert_eq!(stage.stored(&id).await.run, 2);
    assert_eq!(told(&stage.act(&id, "cancel").await), "200 cancelled");
    assert_eq!(told(&stage.act(&id, "cancel").await), "200 cancelled");
    assert_eq!(told(&stage.act(&id, "start").await), "409 Campaign can't be started while it is cancelled");
}

#[tokio::test]
async fn what_a_campaign_is_fixed_when_it_is_started() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 1, 1, &["vip"]).await;
    let id = stage.created(&stage.complete()).await;
    stage.act(&id, "start").await;

    assert_eq!(told(&stage.patch(&id, json!({"name": "Other"})).await), "200 sending");
    let changes = [
        json!({"audience": {"all": true}}),
        json!({"variables": {}}),
        json!({"template_id": null}),
        json!({"phone_number_id": uuid::spell(stage.business.number.id)}),
        json!({"scheduled_at": "2026-07-01T09:00:00Z"}),
        json!({"scheduled_at": null}),
    ];
    for change in changes {
        let answer = stage.patch(&id, change).await;
        assert_eq!(told(&answer), "409 Campaign can't be changed while it is sending");
    }
    let scheduled = stage.patch(&id, json!({"status": "scheduled"})).await;
    assert_eq!(told(&scheduled), "409 Campaign can't be scheduled while it is sending");
    let deleted = stage.send(Call::delete(format!("/api/campaigns/{id}"))).await;
    assert_eq!(told(&deleted), "409 Campaign can't be deleted while it is sending");
}

#[tokio::test]
async fn nothing_starts_before_everything_is_there() {
    let stage = Stage::new().await;
    let mut refusals = Vec::new();
    let id = stage.created(&stage.draft()).await;
    refusals.push(told(&stage.act(&id, "start").await));
    stage.patch(&id, json!({"template_id": uuid::spell(stage.template.id), "variables": {"4": "x"}})).await;
    refusals.push(told(&stage.act(&id, "start").await));
    let variables = json!({"1": "a", "2": "b", "3": {"attribute": "planet"}});
    stage.patch(&id, json!({"variables": variables})).await;
    refusals.push(told(&stage.act(&id, "start").await));
    create_contacts(&stage.world, &stage.business, 2, 2, &["vip"]).await;
    refusals.push(told(&stage.act(&id, "start").await));
    stage.patch(&id, stage.complete()).await;

    let mut template = stage.template.clone();
    template.status = TemplateStatus::Paused;
    template.version += 1;
    stage.world.store().update_template(&template).await.unwrap();
    refusals.push(told(&stage.act(&id, "start").await));
    template.status = TemplateStatus::Approved;
    template.version += 1;
    stage.world.store().update_template(&template).await.unwrap();

    let mut number = stage.business.number.clone();
    number.stopped = Some(Stop { code: 190, message: "Access token has expired".to_owned(), at: 0 });
    number.version += 1;
    stage.world.store().update_phone_number(&number).await.unwrap();
    refusals.push(told(&stage.act(&id, "start").await));
    number.stopped = None;
    number.business_id = Some("1".parse().unwrap());
    number.version += 1;
    stage.world.store().update_phone_number(&number).await.unwrap();
    refusals.push(told(&stage.act(&id, "start").await));

    insta::assert_snapshot!(refusals.join("\n"), @"
    409 Campaign can't be started: it has no template
    409 Campaign can't be started: the placeholder body.1 has no variable; the placeholder body.2 has no variable; the placeholder body.3 has no variable; the template has no placeholder body.4
    409 Campaign can't be started: there is nobody in its audience to send it to
    409 Campaign can't be started: there is nobody in its audience to send it to
    409 Template is not approved by Meta: it is PAUSED
    409 Campaign can't be started: sending from its phone number is stopped: Access token has expired
    409 Campaign can't be started: its template belongs to another WhatsApp business account than its phone number
    ");
    assert_eq!(stage.stored(&id).await.run, 0);
}

#[tokio::test]
async fn failed_recipients_are_sent_to_again() {
    let stage = Stage::new().await;
    let contacts = create_contacts(&stage.world, &stage.business, 2, 2, &["vip"]).await;
    let id = stage.created(&stage.complete()).await;
    assert_eq!(told(&stage.act(&id, "retry").await), "409 Campaign can't be retried while it is draft");
    stage.act(&id, "start").await;
    let rows: Vec<_> = contacts
        .iter()
        .map(|contact| NewRecipient {
            customer: contact.customer.clone(),
            contact_id: Some(contact.id),
            name: contact.name.clone(),
            parameters: FrozenParameters::default(),
            skip: None,
        })
        .collect();
    let key = uuid::parse(&id).unwrap();
    let counts = stage.world.store().plan_recipients(key, 1, &rows).await.unwrap();
    stage
        .store(&id, |campaign| {
            campaign.plan.counts = counts;
            campaign.plan.done = true;
            assert!(campaign.complete(Timestamp::UNIX_EPOCH).unwrap());
        })
        .await;
    assert_eq!(
        told(&stage.act(&id, "retry?scope=failed").await),
        "409 Campaign can't be started: it failed to tell nobody"
    );
    let failure = switchboard_model::message::Failure { code: 131_026, title: "x".to_owned(), details: None };
    fail_recipient(&stage.world, &stage.business, key, &contacts[0].customer, failure).await;

    let retried = stage.act(&id, "retry?scope=failed").await;

    assert_eq!(told(&retried), "200 sending");
    assert_eq!(retried.json()["failed_count"], 1);
    assert_eq!(told(&stage.act(&id, "retry").await), "200 sending");
    assert_eq!(stage.stored(&id).await.run, 2);
    insta::assert_snapshot!(told(&stage.act(&id, "retry?scope=all").await), @r#"422 [{"loc":["query","scope"],"msg":"Input should be 'failed'","type":"enum"}]"#);
}
