//! Events of numbers, accounts, templates and customers.

use serde_json::json;
use switchboard_model::conversation::Customer;

use super::super::{AccountEffect, Event, Wish};
use super::{only, post, split};
use crate::MessageLimit;

#[test]
fn a_number_is_told_its_limit_by_its_display_number() {
    for value in [
        json!({"display_phone_number": "1 555-078-3881", "event": "ONBOARDING", "max_daily_conversations_per_business": "TIER_2K"}),
        json!({"display_phone_number": "15550783881", "event": "UPGRADE", "current_limit": "TIER_2K", "old_limit": "TIER_250"}),
        json!({"display_phone_number": 15_550_783_881_u64, "max_daily_conversations_per_business": 2_000}),
    ] {
        let Event::NumberQuality(quality) = only("phone_number_quality_update", &value).read() else {
            panic!("{value}")
        };
        assert_eq!(quality.phone_number.as_str(), "+15550783881");
        assert_eq!(quality.message_limit, Some(MessageLimit::Users(2_000)));
    }
    let flagged =
        json!({"display_phone_number": "15550783881", "event": "FLAGGED", "current_limit": "TIER_NOT_SET"});
    assert!(
        matches!(only("phone_number_quality_update", &flagged).read(), Event::NumberQuality(quality) if quality.message_limit.is_none())
    );
    assert_eq!(only("phone_number_quality_update", &json!({"event": "FLAGGED"})).read(), Event::Other);
}

#[test]
fn a_capability_is_a_tier_or_a_number() {
    for (value, limit) in [
        (json!({"max_daily_conversations_per_business": "TIER_UNLIMITED"}), MessageLimit::Unlimited),
        (json!({"max_daily_conversations_per_business": 10_000}), MessageLimit::Users(10_000)),
        (
            json!({"max_daily_conversation_per_phone": -1, "max_phone_numbers_per_business": 2}),
            MessageLimit::Unlimited,
        ),
    ] {
        let event = only("business_capability_update", &value).read();
        assert!(
            matches!(event, Event::Capability(capability) if capability.message_limit == limit),
            "{value}"
        );
    }
}

#[test]
fn an_account_stops_when_it_is_disabled_or_gone() {
    let ban = |state: &str| json!({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, "waba_ban_date": "x"}});
    let restriction = json!({"event": "ACCOUNT_RESTRICTION",
        "restriction_info": [{"restriction_type": "RESTRICTED_BIZ_INITIATED_MESSAGING", "expiration": 1}, 3]});
    for (value, effect, restrictions) in [
        (ban("DISABLE"), AccountEffect::Stopped, 0),
        (ban("SCHEDULE_FOR_DISABLE"), AccountEffect::Unchanged, 0),
        (ban("REINSTATE"), AccountEffect::Restored, 0),
        (json!({"event": "ACCOUNT_DELETED"}), AccountEffect::Stopped, 0),
        (json!({"event": "ACCOUNT_OFFBOARDED"}), AccountEffect::Stopped, 0),
        (json!({"event": "ACCOUNT_RECONNECTED"}), AccountEffect::Restored, 0),
        (restriction, AccountEffect::Unchanged, 1),
        (json!({"event": "SOMETHING_NEW"}), AccountEffect::Unchanged, 0),
    ] {
        let Event::Account(change) = only("account_update", &value).read() else { panic!("{value}") };
        assert_eq!((change.effect, change.restrictions.len()), (effect, restrictions), "{value}");
    }
}

#[test]
fn each_customer_who_stops_or_resumes_marketing_is_an_update() {
    let wishes = json!([
        {"wa_id": "1650", "detail": "d", "category": "marketing_messages", "value": "stop", "timestamp": 1_750_000_000},
        {"user_id": "US.1", "category": "marketing_messages", "value": "resume", "timestamp": 1_750_000_000},
        {"wa_id": "1651", "value": "signup"}, {"wa_id": "1652", "value": "ponder"}, {"value": "stop"},
    ]);
    let updates = split(&post("user_preferences", &json!({"user_preferences": wishes})));
    let read: Vec<_> = updates
        .iter()
        .map(|update| match update.read() {
            Event::Preference(preference) => preference.wish,
            Event::Other => None,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(read, [Some(Wish::Stop), Some(Wish::Resume), Some(Wish::Resume), None, None]);
    assert_eq!(updates[4].read(), Event::Other);
}

#[test]
fn a_new_business_scoped_id_is_told_with_the_old_one() {
    let item = json!({"wa_id": "1650", "user_id": {"previous": "US.1", "current": "US.2"}, "timestamp": "1750000000"});
    let Event::UserIdChange(change) = only("user_id_update", &json!({"user_id_update": [item]})).read()
    else {
        panic!()
    };
    assert_eq!(
        (change.previous, Some(change.current)),
        (Customer::from_whatsapp("US.1"), Customer::from_whatsapp("US.2"))
    );
    assert!(change.at.is_some());
}

#[test]
fn other_events_are_only_stored() {
    for field in ["security", "account_alerts", "phone_number_name_update", "calls", "history", "brand_new"] {
        assert_eq!(only(field, &json!({"event": "X", "statuses": [1, 2]})).read(), Event::Other, "{field}");
    }
}
