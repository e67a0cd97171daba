//! Events of accounts, numbers and templates, and those of which nothing is known.

use serde_json::{Value, json};
use switchboard_graph::webhook::Update;
use switchboard_model::phone_number::{PhoneNumber, Stop};
use switchboard_service::meta_events::Handled;

use crate::stage::{ACCOUNT, NOW, Stage, updates};

fn event(field: &str, time: Option<i64>, value: &Value) -> Update {
    let mut entry = json!({"id": ACCOUNT, "changes": [{"field": field, "value": value}]});
    if let Some(time) = time {
        entry["time"] = json!(time);
    }
    updates(&json!([entry])).remove(0)
}

impl Stage {
    /// Another number of the business, of the account of the events.
    async fn number_of_account(&self) -> PhoneNumber {
        let number = PhoneNumber {
            id: self.world.resources.ids.next_id(),
            meta_id: "106540352242922".parse().unwrap(),
            business_id: Some(ACCOUNT.parse().unwrap()),
            phone_number: "+16315555555".parse().unwrap(),
            message_limit: Some(250),
            ..self.business.number.clone()
        };
        self.store().create_phone_number(&number).await.unwrap();
        number
    }

    async fn limit_of(&self, number: &PhoneNumber) -> Option<u32> {
        self.store().phone_number(number.id).await.unwrap().unwrap().message_limit
    }
}

#[tokio::test]
async fn events_are_kept_once_under_their_account() {
    let stage = Stage::new().await;
    let events = [
        ("account_update", json!({"event": "VERIFIED_ACCOUNT"})),
        ("account_review_update", json!({"decision": "APPROVED"})),
        ("account_alerts", json!({"entity_type": "BUSINESS", "alert_info": {"alert_severity": "CRITICAL"}})),
        ("business_capability_update", json!({"max_daily_conversations_per_business": "TIER_2K"})),
        (
            "message_template_status_update",
            json!({"event": "APPROVED", "message_template_id": 594_425,
            "message_template_name": "order", "message_template_language": "en-US", "reason": null}),
        ),
        (
            "message_template_quality_update",
            json!({"new_quality_score": "GREEN", "message_template_id": 594_425}),
        ),
        ("template_category_update", json!({"new_category": "MARKETING"})),
        ("phone_number_name_update", json!({"display_phone_number": "16315555555", "decision": "APPROVED"})),
        (
            "user_preferences",
            json!({"user_preferences": [{"wa_id": "16505551234", "category": "marketing_messages",
            "value": "stop", "timestamp": NOW}]}),
        ),
        (
            "user_id_update",
            json!({"user_id_update": [{"user_id": {"previous": "US.1", "current": "US.2"},
            "timestamp": "1767225600"}]}),
        ),
        ("security", json!({"event": "PIN_CHANGED"})),
        ("flows", json!({"event": "FLOW_STATUS_CHANGE"})),
        ("something_new", json!({"a": [1, 2, 3]})),
        ("something_odd", json!("just words")),
        (
            "messages",
            json!({"metadata": {"phone_number_id": "1"}, "errors": [{"code": 131_000, "title": "Trouble"}]}),
        ),
        ("messages", json!({"metadata": {"phone_number_id": "1"}, "postcards": [{"id": "1"}]})),
    ];
    for (field, value) in &events {
        let update = event(field, Some(NOW), value);
        let handled = [stage.handle(&update).await, stage.handle(&update).await, stage.handle(&update).await];
        assert_eq!(
            handled,
            [Handled::Stored, Handled::StoredBefore, Handled::StoredBefore],
            "{field} {value}"
        );
    }

    let kept = stage.kept(ACCOUNT).await;
    assert_eq!(kept.len(), events.len());
    let alert = kept.iter().find(|(field, _)| field == "account_alerts").unwrap();
    assert_eq!(alert.1, events[2].1.to_string());
}

#[tokio::test]
async fn the_same_event_at_another_time_is_another_event() {
    let stage = Stage::new().await;
    let value = json!({"event": "ACCOUNT_RESTRICTION"});

    let handled = [
        stage.handle(&event("account_update", Some(NOW), &value)).await,
        stage.handle(&event("account_update", Some(NOW + 60), &value)).await,
    ];

    assert_eq!(handled, [Handled::Stored, Handled::Stored]);
}

#[tokio::test]
async fn what_names_no_account_is_kept_as_well() {
    let stage = Stage::new().await;
    let odd = switchboard_graph::webhook::split(br#"{"surprise":[1,2]}"#).unwrap().remove(0);

    assert_eq!(stage.handle(&odd).await, Handled::Stored);

    assert_eq!(stage.kept("unknown").await, [("unknown".to_owned(), r#"{"surprise":[1,2]}"#.to_owned())]);
}

#[tokio::test]
async fn a_new_limit_reaches_the_number_that_is_displayed_so() {
    let stage = Stage::new().await;
    let number = stage.number_of_account().await;
    for (limit, expected) in [
        (json!({"current_limit": "TIER_2K"}), Some(2_000)),
        (
            json!({"max_daily_conversations_per_business": "TIER_100K", "current_limit": "TIER_2K"}),
            Some(100_000),
        ),
        (json!({"current_limit": "TIER_UNLIMITED"}), None),
        (json!({"current_limit": "TIER_250"}), Some(250)),
    ] {
        let mut value = json!({"display_phone_number": "+1 631-555-5555", "event": "THROUGHPUT_UPGRADE"});
        value.as_object_mut().unwrap().extend(limit.as_object().unwrap().clone());
        let update = event("phone_number_quality_update", Some(NOW), &value);

        let handled = stage.handle(&update).await;

        assert_eq!((handled, stage.limit_of(&number).await), (Handled::Stored, expected), "{limit}");
    }
    let stored = stage.store().phone_number(number.id).await.unwrap().unwrap();
    assert_eq!(stored, PhoneNumber { version: 5, ..number });
    assert_eq!(stage.limit_of(&stage.business.number).await, Some(1_000));
}

#[tokio::test]
async fn an_event_without_a_limit_or_for_another_number_or_from_before_the_last_sync_changes_nothing() {
    let stage = Stage::new().await;
    let number = stage.number_of_account().await;
    for (time, value) in [
        (NOW, json!({"display_phone_number": "16315555555", "event": "ONBOARDING"})),
        (
            NOW,
            json!({"display_phone_number": "16315555555", "event": "ONBOARDING", "current_limit": "TIER_NOT_SET"}),
        ),
        (NOW, json!({"display_phone_number": "16315550000", "event": "UPGRADE", "current_limit": "TIER_2K"})),
        (
            NOW - 1,
            json!({"display_phone_number": "16315555555", "event": "UPGRADE", "current_limit": "TIER_2K"}),
        ),
        (NOW, json!({"event": "UPGRADE", "current_limit": "TIER_2K"})),
    ] {
        let handled = stage.handle(&event("phone_number_quality_update", Some(time), &value)).await;
        assert_eq!(handled, Handled::Stored, "{value}");
    }
    assert_eq!(stage.store().phone_number(number.id).await.unwrap(), Some(number));
}

#[tokio::test]
async fn a_new_limit_and_another_change_at_once_are_both_made() {
    let stage = Stage::new().await;
    let number = stage.number_of_account().await;
    let value =
        json!({"display_phone_number": "16315555555", "event": "UPGRADE", "current_limit": "TIER_2K"});
    let update = event("phone_number_quality_update", None, &value);
    let renamed = PhoneNumber { display_name: "Sales".to_owned(), version: 2, ..number.clone() };

    let (handled, changed) =
        futures::join!(stage.events.handle(&update), stage.store().update_phone_number(&renamed));

    handled.unwrap();
    let stored = stage.store().phone_number(number.id).await.unwrap().unwrap();
    assert_eq!(stored.message_limit, Some(2_000));
    assert_eq!(stored.display_name == "Sales", changed.is_ok());
}

fn limit_event(time: i64, tier: &str) -> Update {
    event(
        "phone_number_quality_update",
        Some(time),
        &json!({"display_phone_number": "16315555555", "event": "UPGRADE", "current_limit": tier}),
    )
}

#[tokio::test]
async fn the_newer_of_two_limits_holds_in_whatever_order_they_come() {
    let stage = Stage::new().await;
    let number = stage.number_of_account().await;

    for (time, tier) in [(NOW + 20, "TIER_250"), (NOW + 10, "TIER_2K")] {
        stage.handle(&limit_event(time, tier)).await;
    }

    assert_eq!(stage.limit_of(&number).await, Some(250));
}

#[tokio::test]
async fn a_new_limit_of_the_portfolio_reaches_all_numbers_of_the_account() {
    let stage = Stage::new().await;
    let number = stage.number_of_account().await;
    let other = stage.business.add_number(&stage.world, ACCOUNT, "106540352242923", "EAAtest").await;
    let capability = |time: i64, limit: Value| {
        event(
            "business_capability_update",
            Some(time),
            &json!({"max_daily_conversations_per_business": limit}),
        )
    };

    let handled = stage.handle(&capability(NOW + 10, json!("TIER_2K"))).await;
    let raised = [stage.limit_of(&number).await, stage.limit_of(&other).await];
    stage.handle(&capability(NOW + 5, json!(250))).await;
    stage.handle(&capability(NOW + 20, json!(-1))).await;

    assert_eq!((handled, raised), (Handled::Stored, [Some(2_000); 2]));
    assert_eq!([stage.limit_of(&number).await, stage.limit_of(&other).await], [None; 2]);
    assert_eq!(stage.limit_of(&stage.business.number).await, Some(1_000), "it is of no account");
}

#[tokio::test]
async fn numbers_of_an_account_that_meta_gives_back_send_again() {
    let stage = Stage::new().await;
    let number = stage.number_of_account().await;
    let stopped = async |code: i64| {
        let mut number = stage.store().phone_number(number.id).await.unwrap().unwrap();
        number.stopped = Some(Stop { code, message: "Account locked".to_owned(), at: NOW * 1_000 + 500 });
        number.version += 1;
        stage.store().update_phone_number(&number).await.unwrap();
    };
    let stop =
        async || stage.store().phone_number(number.id).await.unwrap().unwrap().stopped.map(|stop| stop.code);
    let reinstated = json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}});

    stopped(131_031).await;
    stage.handle(&event("account_update", Some(NOW - 1), &reinstated)).await;
    stage.handle(&event("account_update", Some(NOW + 1), &json!({"event": "VERIFIED_ACCOUNT"}))).await;
    let before = stop().await;
    let handled = stage.handle(&event("account_update", Some(NOW + 2), &reinstated)).await;
    let after = stop().await;
    stopped(190).await;
    stage.handle(&event("account_update", Some(NOW + 3), &reinstated)).await;

    assert_eq!((before, handled, after), (Some(131_031), Handled::Stored, None));
    assert_eq!(stop().await, Some(190), "the token is another matter");
}
