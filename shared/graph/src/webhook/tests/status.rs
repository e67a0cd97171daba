//! News of sent messages.

use serde_json::{Value, json};
use switchboard_model::Id;
use switchboard_model::Timestamp;
use switchboard_model::conversation::Customer;
use switchboard_model::message::{Failure, ReportKind};

use super::super::{Event, Kind};
use super::{metadata, only, post, split, status};
use crate::NO_CODE;
use crate::callback::{CallbackData, callback_data};

#[test]
fn a_status_names_the_message_by_both_ids() {
    let message_id = Id::from_bits(42).unwrap();
    let read = status(
        &json!({"id": "wamid.A", "status": "sent", "timestamp": "1750000000", "recipient_id": "16505551234",
        "biz_opaque_callback_data": callback_data(message_id, 2),
        "conversation": {"id": "c", "expiration_timestamp": 1_750_086_400}, "pricing": {"billable": true}}),
    );
    assert_eq!(read.wa_message_id, "wamid.A");
    assert_eq!(read.callback, Some(CallbackData { message_id, attempt: 2 }));
    assert_eq!(read.recipient, Customer::from_whatsapp("16505551234"));
    assert_eq!(read.at.map(Timestamp::as_second), Some(1_750_000_000));
}

#[test]
fn each_word_has_its_meaning_and_unknown_ones_none() {
    let report = |name: &str| status(&json!({"id": "a", "status": name, "timestamp": 1})).report;
    assert_eq!(report("sent"), Some(ReportKind::Sent));
    assert_eq!(report("delivered"), Some(ReportKind::Delivered));
    assert_eq!(report("read"), Some(ReportKind::Read));
    assert_eq!(report("played"), Some(ReportKind::Read));
    for name in ["deleted", "warning", "teleported"] {
        assert_eq!(report(name), None, "{name}");
    }
}

#[test]
fn a_failure_has_code_title_and_details_as_far_as_told() {
    let failure = |item: Value| match status(&item).report {
        Some(ReportKind::Failed(failure)) => failure,
        other => panic!("{other:?}"),
    };
    let errors = json!([{"code": 131_026, "title": "Message undeliverable", "message": "Message undeliverable",
        "error_data": {"details": "Not on WhatsApp"}, "href": "https://example.com"}, {"code": 1}]);
    assert_eq!(
        failure(json!({"id": "a", "status": "failed", "errors": errors})),
        Failure {
            code: 131_026,
            title: "Message undeliverable".to_owned(),
            details: Some("Not on WhatsApp".to_owned())
        }
    );
    for errors in [json!(null), json!([]), json!("odd"), json!([7])] {
        assert_eq!(failure(json!({"id": "a", "status": "failed", "errors": errors})).code, NO_CODE);
    }
}

#[test]
fn contacts_beside_a_status_do_not_matter() {
    for contacts in [json!(null), json!([{"wa_id": "1"}]), json!([{}]), json!([null]), json!("odd")] {
        let statuses = json!([{"id": "a", "status": "failed"}]);
        let update =
            only("messages", &json!({"metadata": metadata(), "contacts": contacts, "statuses": statuses}));
        assert_eq!((update.kind, &update.contact), (Kind::Status, &None));
        assert!(matches!(update.read(), Event::Status(_)));
    }
}

#[test]
fn a_recipient_may_be_hidden_or_a_group() {
    assert_eq!(status(&json!({"id": "a", "status": "read"})).recipient, None);
    let hidden = status(&json!({"id": "a", "status": "read", "recipient_user_id": "US.1"}));
    assert_eq!(hidden.recipient, Customer::from_whatsapp("US.1"));
    let group = json!({"id": "a", "status": "read", "recipient_id": 123, "recipient_type": "group", "recipient_participant_id": "1650"});
    let read = status(&group);
    assert_eq!((read.recipient, read.participant), (None, Customer::from_whatsapp("1650")));
    let other =
        json!({"id": "a", "status": "read", "recipient_type": "group", "recipient_participant_id": "1651"});
    let updates = split(&post("messages", &json!({"statuses": [group, other]})));
    assert_ne!(updates[0].identity(), updates[1].identity());
}

#[test]
fn data_of_another_application_is_not_ours() {
    for data in [json!("order-17"), json!(17), json!({}), json!("")] {
        let read = status(&json!({"id": "a", "status": "sent", "biz_opaque_callback_data": data}));
        assert_eq!(read.callback, None);
    }
}

#[test]
fn a_status_without_an_id_or_a_word_can_only_be_stored() {
    for item in [json!({"status": "sent"}), json!({"id": "a"}), json!({"id": null, "status": []})] {
        let update = only("messages", &json!({"statuses": [item]}));
        assert_eq!(update.read(), Event::Other);
        assert!(update.identity().starts_with("other:"));
    }
}
