//! Every function can be tried with the sample events beside it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::functions::described;
use crate::repository;
use crate::template::{functions, template};

/// The sample events of a function.
fn events(function: &str) -> Vec<Value> {
    let directory = repository(&format!("functions/{function}/events"));
    let entries = std::fs::read_dir(&directory).unwrap_or_else(|error| panic!("{function}: {error}"));
    let read = entries.map(|entry| {
        let path = entry.expect("an entry").path();
        let text = std::fs::read_to_string(&path).expect("an event");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    });
    read.collect()
}

#[test]
fn every_function_has_a_sample_event() {
    for name in functions(&template()).keys() {
        assert!(!events(name).is_empty(), "{name}");
    }
}

#[test]
fn every_operation_has_a_sample_event_and_no_event_is_of_none() {
    for function in described() {
        let sampled: BTreeSet<String> = events(function.name)
            .iter()
            .map(|event| event["routeKey"].as_str().expect("an event names its route").to_owned())
            .collect();
        let routed = function.operations.iter();
        let routed = routed.map(|(method, path)| format!("{} {path}", method.to_uppercase())).collect();
        assert_eq!(sampled, routed, "{}", function.name);
    }
}
