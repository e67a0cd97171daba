//! Keys of templates.

use switchboard_model::Id;
use switchboard_model::phone_number::MetaId;

use super::{Key, Range, bounded};
use crate::Table;

const LISTED: &str = "LIST#";
const SYNCED: &str = "TEMPLATESYNC";

/// A template: the name is unique with the language in an account.
pub fn template(workspace_id: Id, business_id: &MetaId, name: &str, language: &str) -> Key {
    Key::new(Table::Main, partition(workspace_id), format!("{}{business_id}", named(name, language)))
}

/// The templates of a workspace with a name in a language, one for each account.
pub fn templates_named(workspace_id: Id, name: &str, language: &str) -> Range {
    Range::new(Table::Main, partition(workspace_id), &named(name, language))
}

/// Where a template is.
pub fn template_pointer(id: Id) -> Key {
    Key::new(Table::Main, format!("TEMPLATE#{id}"), "TEMPLATE")
}

/// A template that was deleted.
pub fn deleted_template(id: Id) -> Key {
    Key::new(Table::Main, format!("TEMPLATE#{id}"), "DELETED")
}

/// A template in a workspace's list.
pub fn listed_template(workspace_id: Id, id: Id) -> Key {
    Key::new(Table::Main, partition(workspace_id), format!("{LISTED}{id}"))
}

/// The templates of a workspace.
pub fn listed_templates(workspace_id: Id) -> Range {
    Range::new(Table::Main, partition(workspace_id), LISTED)
}

/// A workspace's template by Meta's id of it.
pub fn meta_template(meta_id: &MetaId, workspace_id: Id) -> Key {
    Key::new(Table::Main, format!("METATEMPLATE#{meta_id}"), workspace_id.to_string())
}

/// The templates with an id of Meta's: one for each workspace that has a number of the account.
pub fn meta_templates(meta_id: &MetaId) -> Range {
    Range::new(Table::Main, format!("METATEMPLATE#{meta_id}"), "")
}

/// An account whose templates a workspace keeps in step with Meta.
pub fn template_synced_account(workspace_id: Id, business_id: &MetaId) -> Key {
    Key::new(Table::Main, SYNCED, format!("{workspace_id}#{business_id}"))
}

/// All accounts whose templates are kept in step with Meta.
pub fn template_synced_accounts() -> Range {
    Range::new(Table::Main, SYNCED.to_owned(), "")
}

/// How far the round through these accounts has come.
pub fn template_sync_round() -> Key {
    Key::new(Table::Ephemeral, SYNCED, "ROUND")
}

fn partition(workspace_id: Id) -> String {
    format!("TEMPLATES#{workspace_id}")
}

fn named(name: &str, language: &str) -> String {
    format!("NAME#{}#{}#", bounded(name), bounded(language))
}
