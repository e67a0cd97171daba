//! The gateway sends each function exactly the routes that it has.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::OpenApi;

use crate::cargo_metadata;
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

/// How well a pattern of the watch router fits a path: for each of its steps 0 where the step is the path's own, 1 for
/// a parameter, 2 for the rest. The least fits best. Nothing where it does not fit.
fn fit(pattern: &str, path: &str) -> Option<Vec<u8>> {
    let mut steps = path.split('/');
    let mut fit = Vec::new();
    for wanted in pattern.split('/') {
        let step = steps.next()?;
        if wanted.starts_with("{*") {
            fit.push(2);
            return Some(fit);
        }
        if wanted != step && !wanted.starts_with('{') {
            return None;
        }
        fit.push(u8::from(wanted != step));
    }
    steps.next().is_none().then_some(fit)
}

#[test]
fn cargo_lambda_watch_sends_each_path_where_the_gateway_does() {
    let metadata = cargo_metadata();
    let router = metadata["metadata"]["lambda"]["watch"]["router"].as_object().expect("a router");
    for (name, function) in functions(&template()) {
        for route in routes(&function).iter().filter(|route| *route != "$default") {
            let (_, path) = route.split_once(' ').expect("a method and a path");
            let fitting = router.iter().filter_map(|(pattern, to)| Some((fit(pattern, path)?, to)));
            let sent_to =
                fitting.min_by(|one, other| one.0.cmp(&other.0)).and_then(|(_, function)| function.as_str());
            assert_eq!(sent_to, Some(name.as_str()), "{path}");
        }
    }
}
