//! The OpenAPI documents, one a dialect, are what the code says.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Server};

use crate::functions::described;
use crate::{read, repository};

const DESCRIPTION: &str = "Send WhatsApp messages and follow what becomes of them.\n\nMost operations need a bearer \
    token: the access token that signing in gives, or the API key of a workspace.";

/// The groups of operations, in the order of the reference.
const TAGS: &[(&str, &str)] = &[
    ("Authentication", "Accounts and sessions"),
    ("Workspaces", "Workspaces, their members and their keys"),
    ("API Tokens", "Tokens of programs that use the Workspace Messaging API v1"),
    ("Audit Log", "What was done in a workspace, and by whom"),
    ("Phone Numbers", "WhatsApp Business phone numbers of a workspace"),
    ("Messages", "Messages to customers and what became of them"),
    ("Media", "Files to send, and those that customers sent"),
    ("Conversations", "The inbox: messages of both sides, who takes care, what is read"),
    ("Contacts", "Customers, what is known of them and whether they want messages"),
    ("Campaigns", "One template to many contacts, each told once"),
    ("Templates", "Messages that Meta must approve, for customers who have not written first"),
    ("Webhooks", "What Meta calls, and who is told what happens in a workspace"),
    ("Incoming Webhooks", "Services outside that do things in a workspace by requests that they sign"),
];

const WORKSPACE_DESCRIPTION: &str = "Lets programs write to the channels of a team, and see to its channels, \
    departments and members.\n\nMost operations need an API token, which names its workspace by itself; tokens are \
    made with the administration of workspaces. People answer messages with the access token that signing in gives.";

/// The groups of operations of the Workspace Messaging API v1.
const WORKSPACE_TAGS: &[(&str, &str)] = &[
    ("Messages", "Messages to channels, and the answers to those that ask for one"),
    ("Channels", "Where a team talks"),
    ("Departments", "The parts of a workspace's people"),
    ("Members", "The people of a workspace"),
    ("Webhooks", "What services outside do in a workspace by requests that they sign"),
];

/// What stands in the document of a dialect beside its operations.
struct Dialect {
    name: &'static str,
    title: &'static str,
    version: &'static str,
    description: &'static str,
    tags: &'static [(&'static str, &'static str)],
    /// Names and descriptions of bearer tokens.
    tokens: &'static [(&'static str, &'static str)],
}

const DIALECTS: [Dialect; 2] = [
    Dialect {
        name: "whatsapp",
        title: "WhatsApp Business API",
        version: "1.0",
        description: DESCRIPTION,
        tags: TAGS,
        tokens: &[("bearer", "An access token, or the API key of a workspace")],
    },
    Dialect {
        name: "workspace",
        title: "Workspace Messaging API",
        version: "1.0.0",
        description: WORKSPACE_DESCRIPTION,
        tags: WORKSPACE_TAGS,
        tokens: &[
            ("bearer", "An API token of the workspace, which begins with `wst_`"),
            ("session", "The access token of a person, as `POST /api/auth/signin` gives it"),
        ],
    },
];

fn tag((name, description): &(&str, &str)) -> Tag {
    TagBuilder::new().name(*name).description(Some(*description)).build()
}

fn path(dialect: &Dialect) -> String {
    format!("openapi/{}.json", dialect.name)
}

/// What all functions of a dialect say together.
fn merged(dialect: &Dialect) -> OpenApi {
    let license = LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build();
    let info = InfoBuilder::new()
        .title(dialect.title)
        .version(dialect.version)
        .description(Some(dialect.description))
        .license(Some(license))
        .build();
    let components =
        dialect.tokens.iter().fold(ComponentsBuilder::new(), |components, (name, description)| {
            let bearer =
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(*description)).build();
            components.security_scheme(*name, SecurityScheme::Http(bearer))
        });
    let document = OpenApiBuilder::new()
        .info(info)
        .servers(Some([Server::new("/")]))
        .tags(Some(dialect.tags.iter().map(tag)))
        .components(Some(components.build()))
        .build();
    let functions = described().into_iter().filter(|function| function.dialect == dialect.name);
    functions.fold(document, |document, function| document.merge_from(function.api))
}

#[test]
fn the_openapi_documents_are_what_the_code_says() {
    for dialect in &DIALECTS {
        let path = path(dialect);
        let says = merged(dialect).to_pretty_json().expect("a document has a JSON form") + "\n";
        if std::env::var_os("UPDATE_OPENAPI").is_some() {
            std::fs::write(repository(&path), says).expect("the document can be written");
        } else {
            assert!(read(&path) == says, "{path} is not what the code says: run `cargo xtask openapi`");
        }
    }
}

/// Every operation, as JSON, with its method and path.
fn operations(dialect: &Dialect) -> Vec<(String, Value)> {
    let document = serde_json::to_value(merged(dialect)).expect("a document has a JSON form");
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
    for dialect in &DIALECTS {
        let tags: BTreeSet<_> = dialect.tags.iter().map(|(name, _)| *name).collect();
        let mut ids = BTreeSet::new();
        for (route, operation) in operations(dialect) {
            assert!(operation["summary"].is_string(), "{route} has no summary");
            let tag = operation["tags"][0].as_str();
            assert!(tag.is_some_and(|tag| tags.contains(tag)), "{route}: {tag:?}");
            let id = operation["operationId"].as_str().expect("an id").to_owned();
            assert!(ids.insert(id.clone()), "{route}: the id {id} is taken");
        }
    }
}

#[test]
fn schemas_of_one_name_are_one_schema_in_a_dialect() {
    let mut seen = std::collections::BTreeMap::new();
    for function in described() {
        let part = serde_json::to_value(function.api).expect("a document has a JSON form");
        for (name, schema) in part["components"]["schemas"].as_object().into_iter().flatten() {
            let first = seen.entry((function.dialect, name.clone())).or_insert_with(|| schema.clone());
            assert_eq!(first, schema, "{} has another {name}", function.name);
        }
    }
}

#[test]
fn what_needs_a_token_says_so() {
    let open = [
        "POST /api/auth/signup",
        "POST /api/auth/signin",
        "GET /webhook",
        "POST /webhook",
        "POST /api/v1/webhooks/incoming",
    ];
    for dialect in &DIALECTS {
        for (route, operation) in operations(dialect) {
            let asked = &operation["security"][0];
            let needs_token = dialect.tokens.iter().any(|(name, _)| asked[*name].is_array());
            assert_eq!(needs_token, !open.contains(&route.as_str()), "{route}");
        }
    }
}
