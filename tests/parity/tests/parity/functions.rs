//! The functions of the repository.

use std::collections::BTreeSet;

use utoipa::openapi::OpenApi;

use crate::repository;
use crate::template::{functions, template};

/// An HTTP function: what it adds to the description of its dialect, and what it answers.
pub struct Described {
    /// The dialect.
    pub dialect: &'static str,
    /// The name of the function.
    pub name: &'static str,
    /// What it adds.
    pub api: OpenApi,
    /// Its operations: method and path.
    pub operations: &'static [(&'static str, &'static str)],
}

macro_rules! described {
    ($dialect:literal => $($name:literal: $function:ident),+ $(,)?) => {
        vec![$(Described {
            dialect: $dialect,
            name: $name,
            api: $function::openapi(),
            operations: $function::OPERATIONS,
        }),+]
    };
}

/// The HTTP functions of every dialect.
pub fn described() -> Vec<Described> {
    let mut described = of_whatsapp();
    described.extend(of_workspace());
    described
}

fn of_workspace() -> Vec<Described> {
    described! { "workspace" =>
        "v1-channels": v1_channels,
        "v1-departments": v1_departments,
        "v1-members": v1_members,
        "v1-messages": v1_messages,
        "v1-webhooks": v1_webhooks,
    }
}

fn of_whatsapp() -> Vec<Described> {
    described! { "whatsapp" =>
        "auth": auth,
        "workspaces": workspaces,
        "administration": administration,
        "phone-numbers": phone_numbers,
        "contacts": contacts,
        "campaigns": campaigns,
        "media": media,
        "messages": messages,
        "conversations": conversations,
        "templates": templates,
        "meta-webhook": meta_webhook,
        "webhooks": webhooks,
    }
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
