//! The gateway sends each function exactly the routes that it has.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::functions::described;
use crate::template::{functions, template};

/// What the function `docs` serves beside the answer to everything unknown; its own tests call each.
const DOCS: [&str; 4] = ["$default", "GET /docs", "GET /docs/{proxy+}", "GET /openapi/{document}"];

/// The routes that lead to a function.
fn routes(function: &Value) -> BTreeSet<String> {
    let events = function["Events"].as_object().into_iter().flatten();
    events
        .filter(|(_, event)| event["Type"] != "Schedule")
        .map(|(name, event)| {
            assert_eq!(event["Type"], "HttpApi", "{name}");
            let properties = &event["Properties"];
            assert_eq!(properties["ApiId"]["Ref"], "HttpApi", "{name}");
            match (properties["Method"].as_str(), properties["Path"].as_str()) {
                (None, None) => "$default".to_owned(),
                (Some(method), Some(path)) => format!("{method} {path}"),
                _ => panic!("{name} has a method or a path only"),
            }
        })
        .collect()
}

/// The operations that a description has.
fn operations(api: &OpenApi) -> BTreeSet<String> {
    let api = serde_json::to_value(api).expect("a document has a JSON form");
    let paths = api["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten();
            methods.map(move |(method, _)| format!("{} {path}", method.to_uppercase()))
        })
        .collect()
}

#[test]
fn every_operation_is_described_as_it_is_routed() {
    for function in described() {
        let routed =
            function.operations.iter().map(|(method, path)| format!("{} {path}", method.to_uppercase()));
        assert_eq!(operations(&function.api), routed.collect(), "{}", function.name);
    }
}

#[test]
fn the_template_has_the_routes_of_every_router() {
    let functions = functions(&template());
    let described = described();
    for function in &described {
        assert_eq!(routes(&functions[function.name]), operations(&function.api), "{}", function.name);
    }
    for (name, function) in &functions {
        let expected = match name.as_str() {
            "docs" => DOCS.into_iter().map(str::to_owned).collect(),
            name if described.iter().any(|described| described.name == name) => continue,
            _ => BTreeSet::new(),
        };
        assert_eq!(routes(function), expected, "{name}");
    }
}
