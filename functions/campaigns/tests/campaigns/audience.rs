//! Whom campaigns are for: nobody is told by mistake.

use serde_json::{Value, json};
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::create_contacts;

use crate::support::{Stage, told};

/// An id that is a UUID, and none of ours.
const FOREIGN: &str = "550e8400-e29b-41d4-a716-446655440000";

impl Stage {
    /// A campaign that could be sent, to this audience.
    fn to(&self, audience: Value) -> Value {
        let mut body = self.complete();
        body["audience"] = audience;
        body
    }
}

#[tokio::test]
async fn an_audience_that_may_be_a_slip_is_refused_and_changes_nothing() {
    let stage = Stage::new().await;
    let kept = stage.created(&stage.complete()).await;
    let slips = [
        json!({"tags": []}),
        json!({"contact_ids": []}),
        json!({"tags": [], "contact_ids": [], "exclude_tags": ["vip"]}),
        json!({"all": false, "tags": []}),
        json!({"contactIds": [FOREIGN]}),
        json!({"tag": "vip"}),
        json!({"contact_ids": ["vip"]}),
    ];

    let mut refusals = Vec::new();
    for slip in slips {
        let created = told(&stage.create(&stage.to(slip.clone())).await);
        assert_eq!(told(&stage.patch(&kept, json!({"audience": slip})).await), created);
        refusals.push(created);
    }

    insta::assert_snapshot!(refusals.join("\n"), @r#"
    422 [{"loc":["body","audience","tags"],"msg":"List should have at least 1 item, or all should be true","type":"string_too_short"}]
    422 [{"loc":["body","audience","contact_ids"],"msg":"List should have at least 1 item, or all should be true","type":"string_too_short"}]
    422 [{"loc":["body","audience","tags"],"msg":"List should have at least 1 item, or all should be true","type":"string_too_short"}]
    422 [{"loc":["body","audience","all"],"msg":"should be true, or tags or contact_ids should be given","type":"enum"}]
    422 [{"loc":["body","audience","contactIds"],"msg":"unknown field `contactIds`, expected one of `all`, `tags`, `exclude_tags`, `contact_ids`","type":"value_error"}]
    422 [{"loc":["body","audience","tag"],"msg":"unknown field `tag`, expected one of `all`, `tags`, `exclude_tags`, `contact_ids`","type":"value_error"}]
    422 [{"loc":["body","audience","contact_ids",0],"msg":"Input should be a valid UUID","type":"value_error"}]
    "#);
    assert_eq!(stage.stored(&kept).await.audience.tags, ["vip"]);
    assert_eq!(stage.list("").await.json()["total"], 1);
}

#[tokio::test]
async fn everybody_is_told_where_that_is_said_or_nothing_is() {
    let stage = Stage::new().await;
    let everybody = [
        Value::Null,
        json!({}),
        json!({"exclude_tags": ["complained"]}),
        json!({"all": true, "tags": [], "contact_ids": [], "exclude_tags": []}),
    ];
    for audience in everybody {
        let answer = stage.create(&stage.to(audience.clone())).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["audience"]["all"]),
            (201, &json!(true)),
            "{audience}"
        );
    }
}

#[tokio::test]
async fn an_audience_can_be_sent_back_as_it_was_answered() {
    let stage = Stage::new().await;
    for audience in [json!({"tags": ["vip"]}), json!({"contact_ids": [FOREIGN]}), json!({"all": true})] {
        let id = stage.created(&stage.to(audience)).await;
        let answered = stage.get(&id).await.json()["audience"].clone();
        let patched = stage.patch(&id, json!({"audience": answered})).await;
        assert_eq!((patched.status.as_u16(), &patched.json()["audience"]), (200, &answered));
    }
}

#[tokio::test]
async fn ids_that_name_nobody_are_nobody_and_never_everybody() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 3, 3, &["vip"]).await;
    let id = stage.created(&stage.to(json!({"contact_ids": [FOREIGN]}))).await;
    let patched = stage.created(&stage.to(json!({"all": true}))).await;
    stage.patch(&patched, json!({"audience": {"contact_ids": [FOREIGN]}})).await;

    for id in [id, patched] {
        let preview = stage.act(&id, "preview").await.json();

        let numbers = json!([preview["recipients_count"], preview["skipped"], preview["complete"]]);
        assert_eq!(numbers, json!([0, {"contact_deleted": 1}, true]));
        assert_eq!(preview["skipped_contacts"][0]["phone_number"], Value::Null);
        assert_eq!(
            told(&stage.act(&id, "start").await),
            "409 Campaign can't be started: there is nobody in its audience to send it to"
        );
    }
}

#[tokio::test]
async fn named_contacts_are_told_and_those_who_are_gone_are_counted() {
    let stage = Stage::new().await;
    let contacts = create_contacts(&stage.world, &stage.business, 4, 3, &["vip"]).await;
    let deleted = &contacts[0];
    let gone = switchboard_model::contact::Contact {
        deleted_at: Some(stage.world.resources.now()),
        version: deleted.version + 1,
        ..deleted.clone()
    };
    let write = switchboard_store::ContactWrite::new(Some(deleted.clone()), gone);
    stage.world.store().write_contacts(&[write]).await.unwrap();
    let mut named: Vec<String> = contacts.iter().map(|contact| uuid::spell(contact.id)).collect();
    named.push(FOREIGN.to_owned());
    named.push(named[1].clone());

    let id = stage.created(&stage.to(json!({"contact_ids": named}))).await;
    let preview = stage.act(&id, "preview").await.json();
    let started = stage.act(&id, "start").await;

    let skipped: Vec<_> = preview["skipped_contacts"].as_array().unwrap().iter().collect();
    let told_of: Vec<_> =
        skipped.iter().map(|contact| [&contact["reason"], &contact["phone_number"]]).collect();
    assert_eq!(preview["recipients_count"], 2);
    assert_eq!(preview["skipped"], json!({"contact_deleted": 2, "not_opted_in": 1}));
    assert_eq!(
        json!(told_of),
        json!([["not_opted_in", "+49151000003"], ["contact_deleted", null], ["contact_deleted", null]])
    );
    assert_eq!(preview["skipped_contacts"][1]["contact_id"], json!(uuid::spell(deleted.id)));
    assert_eq!(told(&started), "200 sending");
}

#[tokio::test]
async fn of_tags_and_names_together_each_contact_is_counted_once() {
    let stage = Stage::new().await;
    let contacts = create_contacts(&stage.world, &stage.business, 2, 2, &["vip"]).await;
    let named = uuid::spell(contacts[0].id);
    let id = stage.created(&stage.to(json!({"tags": ["vip"], "contact_ids": [named, FOREIGN]}))).await;

    let preview = stage.act(&id, "preview").await.json();

    let numbers = json!([preview["recipients_count"], preview["skipped"]]);
    assert_eq!(numbers, json!([2, {"contact_deleted": 1}]));
}
