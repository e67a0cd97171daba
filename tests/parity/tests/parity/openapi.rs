//! The OpenAPI document is what the code says.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server};

use crate::functions::described;
use crate::{read, repository};

const DOCUMENT: &str = "openapi/whatsapp.json";
const DESCRIPTION: &str = "Send WhatsApp messages and follow what becomes of them.\n\nMost operations need a bearer \
    token: the access token that signing in gives, or the API key of a workspace.";

/// The groups of operations, in the order of the reference.
const TAGS: [(&str, &str); 10] = [
    ("Authentication", "Accounts and sessions"),
    ("Workspaces", "Workspaces, their members and their keys"),
    ("Phone Numbers", "WhatsApp Business phone numbers of a workspace"),
    ("Messages", "Messages to customers and what became of them"),
    ("Media", "Files to send, and those that customers sent"),
    ("Conversations", "The inbox: messages of both sides, who takes care, what is read"),
    ("Contacts", "Customers, what is known of them and whether they want messages"),
    ("Campaigns", "One template to many contacts, each told once"),
    ("Templates", "Messages that Meta must approve, for customers who have not written first"),
    ("Webhooks", "What Meta calls"),
];

fn tag((name, description): (&str, &str)) -> Tag {
    TagBuilder::new().name(name).description(Some(description)).build()
}

/// What all functions say together.
fn merged() -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title("WhatsApp Business API")
        .version("1.0")
        .description(Some(DESCRIPTION))
        .license(Some(license))
        .build();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An access token, or the API key of a workspace"))
        .build();
    let components = ComponentsBuilder::new().security_scheme("bearer", SecurityScheme::Http(bearer)).build();
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .tags(Some(TAGS.map(tag)))
        .components(Some(components))
        .build();
    described().into_iter().fold(document, |document, function| document.merge_from(function.api))
}

#[test]
fn the_openapi_document_is_what_the_code_says() {
    let says = merged().to_pretty_json().expect("a document has a JSON form") + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(repository(DOCUMENT), says).expect("the document can be written");
    } else {
        assert!(read(DOCUMENT) == says, "{DOCUMENT} is not what the code says: run `cargo xtask openapi`");
    }
}

/// Every operation, as JSON, with its method and path.
fn operations() -> Vec<(String, Value)> {
    let document = serde_json::to_value(merged()).expect("a document has a JSON form");
    let paths = document["paths"].as_object().expect("paths").clone();
    let operations = paths.into_iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter()
            .map(move |(method, operation)| (format!("{} {path}", method.to_uppercase()), operation))
    });
    operations.collect()
}

#[test]
fn every_operation_has_a_summary_a_known_tag_and_an_id_of_its_own() {
    let tags: BTreeSet<_> = TAGS.into_iter().map(|(name, _)| name).collect();
    let mut ids = BTreeSet::new();
    for (route, operation) in operations() {
        assert!(operation["summary"].is_string(), "{route} has no summary");
        assert!(
            operation["tags"][0].as_str().is_some_and(|tag| tags.contains(tag)),
            "{route}: {}",
            operation["tags"]
        );
        let id = operation["operationId"].as_str().expect("an id").to_owned();
        assert!(ids.insert(id.clone()), "{route}: the id {id} is taken");
    }
}

#[test]
fn schemas_of_one_name_are_one_schema() {
    let mut seen = std::collections::BTreeMap::new();
    for function in described() {
        let part = serde_json::to_value(function.api).expect("a document has a JSON form");
        for (name, schema) in part["components"]["schemas"].as_object().into_iter().flatten() {
            let first = seen.entry(name.clone()).or_insert_with(|| schema.clone());
            assert_eq!(first, schema, "{} has another {name}", function.name);
        }
    }
}

#[test]
fn what_needs_a_token_says_so() {
    let open = ["POST /api/auth/signup", "POST /api/auth/signin", "GET /webhook", "POST /webhook"];
    for (route, operation) in operations() {
        let needs_token = operation["security"][0]["bearer"].is_array();
        assert_eq!(needs_token, !open.contains(&route.as_str()), "{route}");
    }
}
