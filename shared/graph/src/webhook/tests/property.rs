//! Nothing that is posted brings the reader down, and nothing is lost.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::{Update, split};

const NAMES: &[&str] = &[
    "entry",
    "changes",
    "field",
    "value",
    "messages",
    "statuses",
    "contacts",
    "errors",
    "metadata",
    "id",
    "type",
    "text",
    "from",
    "status",
    "timestamp",
    "user_preferences",
    "user_id_update",
    "code",
    "edit",
    "message",
    "event",
];
const WORDS: &[&str] = &[
    "messages",
    "user_preferences",
    "account_update",
    "text",
    "edit",
    "contacts",
    "failed",
    "read",
    "-1",
    "16505551234",
];

/// JSON that is made of Meta's words, in no particular order.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        proptest::sample::select(WORDS).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 48, 6, |inner| {
        let name = prop_oneof![proptest::sample::select(NAMES).prop_map(str::to_owned), any::<String>()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name, inner, 0..6).prop_map(|map| json!(map)),
        ]
    })
}

fn any_items() -> impl Strategy<Value = Vec<Value>> {
    proptest::collection::vec(any_json(), 0..8)
}

fn read_all(updates: &[Update]) {
    for update in updates {
        let _ = update.read();
        assert!(update.identity().len() <= 400);
        let carried: Update = serde_json::from_str(&serde_json::to_string(update).unwrap()).unwrap();
        assert_eq!(&carried, update);
    }
}

proptest! {
    #[test]
    fn any_json_is_cut_and_read(body in any_json()) {
        read_all(&split(body.to_string().as_bytes()).unwrap());
    }

    #[test]
    fn any_bytes_are_refused_or_cut(body: Vec<u8>) {
        if let Ok(updates) = split(&body) {
            read_all(&updates);
        }
    }

    #[test]
    fn as_many_come_out_as_went_in(
        values in proptest::collection::vec((any_items(), any_items(), any_items(), any_json()), 0..4),
        wishes in any_items(),
        odd_entries in proptest::collection::vec(any::<i64>(), 0..3),
    ) {
        let mut expected: Vec<String> = Vec::new();
        let mut changes = vec![json!({"field": "user_preferences", "value": {"user_preferences": wishes}})];
        expected.extend(wishes.iter().map(Value::to_string));
        for (messages, statuses, errors, contacts) in &values {
            changes.push(json!({"field": "messages", "value":
                {"messages": messages, "statuses": statuses, "errors": errors, "contacts": contacts}}));
            expected.extend([statuses, messages, errors].into_iter().flatten().map(Value::to_string));
        }
        let mut entries = vec![json!({"id": "77", "changes": changes})];
        entries.extend(odd_entries.iter().map(|entry| json!(entry)));
        expected.extend(odd_entries.iter().map(i64::to_string));
        let updates = split(json!({"entry": entries}).to_string().as_bytes()).unwrap();
        let found: Vec<&str> = updates.iter().map(|update| update.raw.text()).collect();
        prop_assert_eq!(found, expected);
        read_all(&updates);
    }
}
