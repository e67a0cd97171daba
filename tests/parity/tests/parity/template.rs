//! The template, as data.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// The template, with its intrinsic functions in their long form.
pub fn template() -> Value {
    let text = crate::read("template.yaml");
    let documents = Yaml::load_from_str(&text).expect("template.yaml is YAML");
    plain(&documents[0])
}

/// The resources of a type, by name.
pub fn resources(template: &Value, kind: &str) -> BTreeMap<String, Value> {
    let resources = template["Resources"].as_object().expect("resources").iter();
    let found = resources.filter(|(_, resource)| resource["Type"] == kind);
    found.map(|(name, resource)| (name.clone(), resource["Properties"].clone())).collect()
}

/// The functions, by the names of their directories.
pub fn functions(template: &Value) -> BTreeMap<String, Value> {
    let functions = resources(template, "AWS::Serverless::Function").into_values();
    functions
        .map(|function| {
            let directory = function["CodeUri"].as_str().expect("a directory");
            let name = directory.trim_end_matches('/').rsplit('/').next().expect("a name");
            assert_eq!(directory, format!("functions/{name}/"));
            (name.to_owned(), function)
        })
        .collect()
}

fn plain(node: &Yaml<'_>) -> Value {
    match node {
        Yaml::Value(Scalar::Null) => Value::Null,
        Yaml::Value(Scalar::Boolean(value)) => json!(value),
        Yaml::Value(Scalar::Integer(value)) => json!(value),
        Yaml::Value(Scalar::FloatingPoint(value)) => json!(value.into_inner()),
        Yaml::Value(Scalar::String(value)) => json!(value),
        Yaml::Sequence(items) => items.iter().map(plain).collect(),
        Yaml::Mapping(members) => {
            let members =
                members.iter().map(|(name, value)| (name.as_str().expect("a name").to_owned(), plain(value)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        Yaml::Tagged(tag, node) => {
            let name = match tag.suffix.as_str() {
                name @ ("Ref" | "Condition") => name.to_owned(),
                name => format!("Fn::{name}"),
            };
            json!({name: plain(node)})
        }
        other => panic!("{other:?} is not expected in the template"),
    }
}

/// The resource that a reference or an attribute leads to.
pub fn referred(value: &Value) -> Option<&str> {
    let name = value["Ref"].as_str().or_else(|| value["Fn::GetAtt"].as_str())?;
    name.split('.').next()
}
