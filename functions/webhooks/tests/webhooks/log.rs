//! Pings, the log of deliveries, replays.

use serde_json::json;
use switchboard_dialect_whatsapp::webhooks::EventSchema;
use switchboard_model::delivery::DeliveryKey;
use switchboard_model::event::EventId;
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::{Call, Schema};

use crate::stage::Stage;

fn key(path: &str, event_id: &str) -> DeliveryKey {
    let endpoint_id = uuid::parse(path.rsplit('/').next().unwrap()).unwrap();
    DeliveryKey::Event { endpoint_id, event_id: EventId::parse(event_id).unwrap() }
}

#[tokio::test]
async fn a_ping_is_delivered_and_seen_in_the_log() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;

    let ping = stage.call(Call::post(format!("{path}/ping"))).await;

    insta::assert_snapshot!(ping, @r#"
    202 {
      "event_id": "evt_01kdvdna003ca8a5w40bhb9d0n"
    }
    "#);
    insta::assert_snapshot!(ping.cost(), @"5 calls, 3 round trips, 1 read units, 3 write units");
    let log = stage.call(Call::get(format!("{path}/deliveries"))).await;
    insta::assert_snapshot!(log, @r#"
    200 {
      "data": [
        {
          "attempts": [],
          "attempts_made": 0,
          "created_at": "2026-01-01T00:00:00Z",
          "event_id": "evt_01kdvdna003ca8a5w40bhb9d0n",
          "event_type": "webhook.ping",
          "next_attempt_at": "2026-01-01T00:00:00Z",
          "status": "pending"
        }
      ],
      "next_cursor": null
    }
    "#);
    insta::assert_snapshot!(log.cost(), @"4 calls, 2 round trips, 2 read units, 1 write units");
    let details = stage.call(Call::get(format!("{path}/deliveries/{}", ping.str("/event_id")))).await;
    assert_eq!(Schema::of::<EventSchema>().check(&details.json()["event"]), Ok(()));
    insta::assert_snapshot!(details, @r#"
    200 {
      "attempts": [],
      "attempts_made": 0,
      "created_at": "2026-01-01T00:00:00Z",
      "event": {
        "data": {
          "webhook_id": "019b76da-a800-72ef-8d29-e615a6e739d4",
          "workspace_id": "019b76da-a800-72ef-8cf0-f3058a55412f"
        },
        "id": "evt_01kdvdna003ca8a5w40bhb9d0n",
        "timestamp": "2026-01-01T00:00:00Z",
        "type": "webhook.ping"
      },
      "event_id": "evt_01kdvdna003ca8a5w40bhb9d0n",
      "event_type": "webhook.ping",
      "next_attempt_at": "2026-01-01T00:00:00Z",
      "status": "pending"
    }
    "#);
}

#[tokio::test]
async fn the_log_is_read_in_pages_and_by_status() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let mut pings = Vec::new();
    for _ in 0..3 {
        stage.world.wait(1);
        pings.push(stage.call(Call::post(format!("{path}/ping"))).await.str("/event_id"));
    }
    stage.world.store().give_up_delivery(&key(&path, &pings[0])).await.unwrap();
    let page = async |query: &str| {
        let answer = stage.call(Call::get(format!("{path}/deliveries{query}"))).await.json();
        let data = answer["data"].as_array().unwrap().clone();
        let ids: Vec<_> = data.iter().map(|item| item["event_id"].as_str().unwrap().to_owned()).collect();
        (ids, answer["next_cursor"].as_str().map(str::to_owned))
    };

    pings.reverse();
    let (first, cursor) = page("?limit=2").await;
    assert_eq!(first, pings[..2]);
    assert_eq!(page(&format!("?limit=2&cursor={}", cursor.unwrap())).await, (pings[2..].to_vec(), None));
    assert_eq!(page("?limit=3").await, (pings.clone(), None));
    assert_eq!(page("?status=failed").await, (pings[2..].to_vec(), None));
    assert_eq!(page("?status=delivered").await, (vec![], None));
}

#[tokio::test]
async fn what_is_over_is_delivered_anew_on_request() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let event = stage.call(Call::post(format!("{path}/ping"))).await.str("/event_id");
    stage.world.store().give_up_delivery(&key(&path, &event)).await.unwrap();

    let replayed = stage.call(Call::post(format!("{path}/deliveries/{event}/replay"))).await;
    let again = stage.call(Call::post(format!("{path}/deliveries/{event}/replay"))).await;

    assert_eq!((replayed.status.as_u16(), replayed.str("/status")), (202, "pending".to_owned()));
    assert_eq!((again.status.as_u16(), again.str("/status")), (202, "pending".to_owned()));
    let other = EventId::first_at(stage.world.resources.now());
    for (method, rest) in [("GET", ""), ("POST", "/replay")] {
        let call = Call::new(method.parse().unwrap(), format!("{path}/deliveries/{other}{rest}"));
        let answer = stage.call(call).await;
        insta::allow_duplicates! { insta::assert_snapshot!(answer, @r#"
        404 {
          "detail": "Delivery not found"
        }
        "#); }
    }
}

#[tokio::test]
async fn a_span_of_time_is_delivered_anew() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    let body = json!({"since": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z", "scope": "all"});

    let replay = stage.call(Call::post(format!("{path}/replay")).json(&body)).await;

    insta::assert_snapshot!(replay, @r#"
    202 {
      "id": "019b76da-a800-72ef-8d41-5f952f3598aa"
    }
    "#);
    insta::assert_snapshot!(replay.cost(), @"4 calls, 2 round trips, 1 read units, 2 write units");
}

#[tokio::test]
async fn a_disabled_webhook_is_sent_nothing() {
    let stage = Stage::new().await;
    let path = stage.webhook().await;
    stage.call(Call::patch(&path).json(&json!({"status": "disabled"}))).await;
    for (rest, body) in [
        ("/ping", None),
        ("/replay", Some(json!({"since": "2026-01-01T00:00:00Z"}))),
        ("/deliveries/evt_01kdvj1n000000000000000000/replay", None),
    ] {
        let call = Call::post(format!("{path}{rest}"));
        let call = match body {
            Some(body) => call.json(&body),
            None => call,
        };
        let answer = stage.call(call).await;
        insta::allow_duplicates! { insta::assert_snapshot!(answer, @r#"
        409 {
          "detail": "Webhook is disabled"
        }
        "#); }
    }
}
