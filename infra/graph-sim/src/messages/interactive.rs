//! Interactive messages (Meta, Cloud API interactive messages).

use std::collections::HashSet;

use serde_json::Value;

use super::content::{invalid, missing, optional_text, required_text};
use crate::failure::GraphError;

/// Types with an action of their own that is checked by name only.
const OTHERS: &[&str] = &[
    "cta_url",
    "flow",
    "location_request_message",
    "product",
    "product_list",
    "catalog_message",
    "address_message",
    "contact_request",
    "call_permission_request",
    "voice_call",
    "carousel",
];

/// Checks the `interactive` object.
pub fn check(interactive: &Value) -> Result<(), GraphError> {
    let kind = required_text(interactive, "type", 100)?;
    let action = interactive.get("action").filter(|action| action.is_object());
    let action = action.ok_or_else(|| missing("interactive['action']"))?;
    let longest_body = if kind == "list" { 4096 } else { 1024 };
    match interactive.get("body") {
        Some(body) => drop(required_text(body, "text", longest_body)?),
        None if kind == "product" => {}
        None => return Err(missing("interactive['body']")),
    }
    if let Some(footer) = interactive.get("footer") {
        required_text(footer, "text", 60)?;
    }
    check_header(kind, interactive.get("header"))?;
    match kind {
        "button" => check_buttons(action),
        "list" => check_list(action),
        "cta_url" => check_link(action),
        other if OTHERS.contains(&other) => Ok(()),
        other => Err(invalid(format!("Interactive type '{other}' is unknown"))),
    }
}

fn check_header(kind: &str, header: Option<&Value>) -> Result<(), GraphError> {
    let Some(header) = header else { return Ok(()) };
    let format = required_text(header, "type", 20)?;
    if kind == "list" && format != "text" {
        return Err(invalid("The header of a list is text"));
    }
    match format {
        "text" => required_text(header, "text", 60).map(|_| ()),
        "image" | "video" | "document" => {
            let media = header.get(format).ok_or_else(|| missing("the header's media"))?;
            let (id, link) = (optional_text(media, "id", 512)?, optional_text(media, "link", 4096)?);
            if id.is_some() == link.is_some() {
                Err(invalid("A header has one of id and link"))
            } else {
                Ok(())
            }
        }
        other => Err(invalid(format!("Header type '{other}' is unknown"))),
    }
}

fn check_buttons(action: &Value) -> Result<(), GraphError> {
    let buttons = action["buttons"].as_array().ok_or_else(|| missing("action['buttons']"))?;
    if buttons.is_empty() || buttons.len() > 3 {
        return Err(invalid("There are 1 to 3 buttons"));
    }
    let (mut ids, mut titles) = (HashSet::new(), HashSet::new());
    for button in buttons {
        if button["type"] != "reply" {
            return Err(invalid("Buttons are of type reply"));
        }
        let id = required_text(&button["reply"], "id", 256)?;
        let title = required_text(&button["reply"], "title", 20)?;
        if !ids.insert(id) || !titles.insert(title) {
            return Err(invalid("Ids and titles of buttons must differ"));
        }
    }
    Ok(())
}

fn check_list(action: &Value) -> Result<(), GraphError> {
    required_text(action, "button", 20)?;
    let sections = action["sections"].as_array().ok_or_else(|| missing("action['sections']"))?;
    if sections.is_empty() || sections.len() > 10 {
        return Err(invalid("There are 1 to 10 sections"));
    }
    let mut ids = HashSet::new();
    for section in sections {
        let title = optional_text(section, "title", 24)?;
        if sections.len() > 1 && title.is_none_or(str::is_empty) {
            return Err(missing("the title of each section"));
        }
        let rows =
            section["rows"].as_array().filter(|rows| !rows.is_empty()).ok_or_else(|| missing("rows"))?;
        for row in rows {
            required_text(row, "title", 24)?;
            optional_text(row, "description", 72)?;
            if !ids.insert(required_text(row, "id", 200)?) {
                return Err(invalid("Ids of rows must differ"));
            }
        }
    }
    if ids.len() > 10 { Err(invalid("There are at most 10 rows in all")) } else { Ok(()) }
}

fn check_link(action: &Value) -> Result<(), GraphError> {
    let parameters = action.get("parameters").ok_or_else(|| missing("action['parameters']"))?;
    required_text(parameters, "display_text", 20)?;
    required_text(parameters, "url", 2000).map(|_| ())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn buttons(count: usize) -> Value {
        let reply = |index| json!({"id": format!("b{index}"), "title": format!("B{index}")});
        let buttons: Vec<Value> =
            (0..count).map(|index| json!({"type": "reply", "reply": reply(index)})).collect();
        json!({"type": "button", "body": {"text": "Choose"}, "action": {"buttons": buttons}})
    }

    fn list(sections: usize, rows: usize) -> Value {
        let section = |section| {
            let row = |row| json!({"id": format!("{section}-{row}"), "title": "Row"});
            json!({"title": "Part", "rows": (0..rows).map(row).collect::<Vec<_>>()})
        };
        let sections: Vec<Value> = (0..sections).map(section).collect();
        json!({"type": "list", "body": {"text": "Choose"}, "action": {"button": "Open", "sections": sections}})
    }

    #[test]
    fn buttons_are_one_to_three() {
        assert!(check(&buttons(3)).is_ok());
        assert!(check(&buttons(0)).is_err() && check(&buttons(4)).is_err());
        let mut same = buttons(2);
        same["action"]["buttons"][1]["reply"]["id"] = "b0".into();
        assert!(check(&same).is_err());
    }

    #[test]
    fn lists_have_ten_rows_in_all() {
        assert!(check(&list(2, 5)).is_ok());
        assert!(check(&list(2, 6)).is_err() && check(&list(0, 0)).is_err());
    }

    #[test]
    fn bodies_and_actions_are_required() {
        assert!(check(&json!({"type": "button", "body": {"text": "x"}})).is_err());
        let mut long = buttons(1);
        long["body"]["text"] = "x".repeat(1025).into();
        assert!(check(&long).is_err());
    }
}
