//! The functions of the repository.

use std::collections::BTreeSet;

use utoipa::openapi::OpenApi;

use crate::repository;
use crate::template::{functions, template};

/// What each HTTP function adds to the description of the `whatsapp` dialect.
pub fn described() -> Vec<(&'static str, OpenApi)> {
    vec![
        ("auth", auth::openapi()),
        ("workspaces", workspaces::openapi()),
        ("phone-numbers", phone_numbers::openapi()),
        ("messages", messages::openapi()),
        ("meta-webhook", meta_webhook::openapi()),
    ]
}

#[test]
fn every_function_is_in_the_template() {
    let directories = std::fs::read_dir(repository("functions")).expect("functions");
    let directories: BTreeSet<String> = directories
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("a name"))
        .collect();
    let in_template: BTreeSet<String> = functions(&template()).into_keys().collect();
    assert_eq!(directories, in_template);
}
