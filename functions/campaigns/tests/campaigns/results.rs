//! Previews, recipients and the export.

use serde_json::json;
use switchboard_model::id::spelling::uuid;
use switchboard_model::message::Failure;
use switchboard_model::recipient::{FrozenParameters, NewRecipient, SkipReason};
use switchboard_testkit::{Call, create_contacts, fail_recipient};

use crate::support::{Stage, told};

#[tokio::test]
async fn a_preview_shows_messages_numbers_and_who_is_left_out() {
    let stage = Stage::new().await;
    create_contacts(&stage.world, &stage.business, 8, 6, &["vip"]).await;
    let id = stage.created(&stage.complete()).await;

    let preview = stage.act(&id, "preview").await;

    let body = preview.json();
    assert_eq!(body["messages"].as_array().unwrap().len(), 5);
    let shown = json!({
        "message": body["messages"][0],
        "recipients_count": body["recipients_count"],
        "skipped_count": body["skipped_count"],
        "skipped": body["skipped"],
        "skipped_contact": body["skipped_contacts"][0],
        "complete": body["complete"],
    });
    insta::assert_snapshot!(format!("{shown:#}"), @r#"
    {
      "complete": true,
      "message": {
        "contact_id": "019b76da-a800-72ef-8d8c-17dc3cdab845",
        "name": "Contact 5",
        "phone_number": "+49151000005",
        "text": "Hello Contact 5, 20% off in Berlin."
      },
      "recipients_count": 6,
      "skipped": {
        "not_opted_in": 2
      },
      "skipped_contact": {
        "contact_id": "019b76da-a800-72ef-8dac-673f26e00adc",
        "name": "Contact 7",
        "phone_number": "+49151000007",
        "reason": "not_opted_in"
      },
      "skipped_count": 2
    }
    "#);
    insta::assert_snapshot!(preview.cost(), @"9 calls, 7 round trips, 6 read units, 1 write units");
    assert_eq!(stage.stored(&id).await.version, 1);
    let empty = stage.created(&stage.draft()).await;
    assert_eq!(
        told(&stage.act(&empty, "preview").await),
        "409 Campaign can't be started: it has no template"
    );
}

/// A campaign with `count` recipients, of whom the first failed and the last was left out.
async fn planned(stage: &Stage, count: u32) -> String {
    let id = stage.created(&stage.complete()).await;
    let key = uuid::parse(&id).unwrap();
    let rows: Vec<_> = (0..count)
        .map(|number| NewRecipient {
            customer: format!("+{}", 49_151_000_000_u64 + u64::from(number))
                .parse()
                .map(|number| switchboard_model::conversation::Customer::at(&number))
                .unwrap(),
            contact_id: None,
            name: Some(format!("=Contact \"{number}\"")),
            parameters: FrozenParameters::default(),
            skip: (number + 1 == count).then_some(SkipReason::NotOptedIn),
        })
        .collect();
    let store = stage.world.store();
    let counts = store.plan_recipients(key, 1, &rows).await.unwrap();
    stage
        .store(&id, |campaign| {
            campaign.start(switchboard_model::Timestamp::UNIX_EPOCH).unwrap();
            campaign.plan.counts = counts;
            campaign.plan.done = true;
        })
        .await;
    let failure = Failure { code: 131_026, title: "Message undeliverable".to_owned(), details: None };
    fail_recipient(&stage.world, &stage.business, key, &rows[0].customer, failure).await;
    id
}

#[tokio::test]
async fn recipients_are_listed_by_status_with_exact_totals() {
    let stage = Stage::new().await;
    let id = planned(&stage, 25).await;
    let page = async |query: &str| {
        let answer = stage.send(Call::get(format!("/api/campaigns/{id}/recipients?{query}"))).await;
        let body = answer.json();
        (body["data"].as_array().unwrap().len(), body["total"].as_u64().unwrap())
    };
    assert_eq!(page("").await, (20, 25));
    assert_eq!(page("limit=10&offset=20").await, (5, 25));
    assert_eq!(page("offset=25").await, (0, 25));
    assert_eq!(page("status=pending&limit=100").await, (23, 23));
    assert_eq!(page("status=skipped").await, (1, 1));
    assert_eq!(page("status=read").await, (0, 0));

    let failed = stage.send(Call::get(format!("/api/campaigns/{id}/recipients?status=failed"))).await;
    let message_id = failed.str("/data/0/message_id");
    insta::assert_snapshot!(failed.to_string().replace(&message_id, "<message>"), @r#"
    200 {
      "data": [
        {
          "contact_id": null,
          "delivered_at": null,
          "error": {
            "code": 131026,
            "details": null,
            "title": "Message undeliverable"
          },
          "failed_at": "2026-01-01T00:00:00Z",
          "message_id": "<message>",
          "name": "=Contact \"0\"",
          "phone_number": "+49151000000",
          "read_at": null,
          "sent_at": null,
          "skip_reason": null,
          "status": "failed"
        }
      ],
      "limit": 20,
      "offset": 0,
      "total": 1
    }
    "#);
    // The counters are read beside the rows: how many of the calls overlap depends on how fast each is answered.
    let cost = failed.cost();
    assert!(cost.starts_with("20 calls, ") && cost.ends_with(", 18 read units, 1 write units"), "{cost}");
    let refused = stage.send(Call::get(format!("/api/campaigns/{id}/recipients?status=planned"))).await;
    insta::assert_snapshot!(refused, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "status"
          ],
          "msg": "Input should be 'pending', 'sent', 'delivered', 'read', 'failed' or 'skipped'",
          "type": "enum"
        }
      ]
    }
    "#);
}

#[tokio::test]
async fn counters_are_those_of_the_ledger() {
    let stage = Stage::new().await;
    let id = planned(&stage, 5).await;
    let answer = stage.get(&id).await;
    let body = answer.json();
    let counts = ["total", "pending", "failed", "skipped", "sent", "delivered", "read"]
        .map(|name| if name == "total" { "total_contacts".to_owned() } else { format!("{name}_count") })
        .map(|name| format!("{name} {}", body[&name]));
    insta::assert_snapshot!(counts.join("\n"), @"
    total_contacts 5
    pending_count 3
    failed_count 1
    skipped_count 1
    sent_count 0
    delivered_count 0
    read_count 0
    ");
    insta::assert_snapshot!(answer.cost(), @"4 calls, 3 round trips, 2 read units, 1 write units");
    assert_eq!(stage.list("").await.json()["data"][0]["total_contacts"], 5);
}

#[tokio::test]
async fn the_results_are_one_table_in_parts() {
    let stage = Stage::new().await;
    let id = planned(&stage, 4).await;

    let table = stage.send(Call::get(format!("/api/campaigns/{id}/results.csv"))).await;

    assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
    assert_eq!(table.header("link"), None);
    let failed = stage.send(Call::get(format!("/api/campaigns/{id}/recipients?status=failed"))).await;
    let message_id = failed.str("/data/0/message_id");
    insta::assert_snapshot!(table.text().replace(&message_id, "<message>"), @r#"
    phone_number,name,contact_id,status,skip_reason,message_id,sent_at,delivered_at,read_at,failed_at,error_code,error_title
    +49151000003,"'=Contact ""3""",,skipped,not_opted_in,,,,,,,
    +49151000000,"'=Contact ""0""",,failed,,<message>,,,,2026-01-01T00:00:00Z,131026,Message undeliverable
    +49151000001,"'=Contact ""1""",,pending,,,,,,,,
    +49151000002,"'=Contact ""2""",,pending,,,,,,,,
    "#);
    insta::assert_snapshot!(table.cost(), @"19 calls, 18 round trips, 17 read units, 1 write units");

    // The second part begins where the first ended, without the names of the columns.
    let cursor = "MSAxNSA";
    let rest = stage.send(Call::get(format!("/api/campaigns/{id}/results.csv?cursor={cursor}"))).await;
    assert_eq!(rest.status, 200);
    assert!(!rest.text().starts_with("phone_number"));
    let refused = stage.send(Call::get(format!("/api/campaigns/{id}/results.csv?cursor=x"))).await;
    insta::assert_snapshot!(refused, @r#"
    422 {
      "detail": [
        {
          "loc": [
            "query",
            "cursor"
          ],
          "msg": "should be a cursor of this list",
          "type": "value_error"
        }
      ]
    }
    "#);
}
