//! Review of templates, and what the account is told of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Status, Template};
use crate::clock;
use crate::config::Review;
use crate::ids;
use crate::state::{Simulator, Store};
use crate::webhook::deliver::Delivery;
use crate::webhook::payload;

/// Starts the review of a template that has just been created or edited.
pub fn start(simulator: &Simulator, id: u64) {
    let simulator = simulator.clone();
    tokio::spawn(async move {
        let (epoch, delay) = {
            let store = simulator.store();
            (store.epoch, store.config.delays.template_review)
        };
        tokio::time::sleep(Duration::from_millis(delay)).await;
        let told = conclude(&mut simulator.store(), id, epoch);
        if let Some(delivery) = told {
            delivery.run(&simulator).await;
        }
    });
}

fn conclude(store: &mut Store, id: u64, epoch: u64) -> Option<Delivery> {
    if store.epoch != epoch {
        return None;
    }
    let template = store.templates.get(&id).filter(|template| template.status == Status::Pending)?;
    let (status, reason) = outcome(store, template)?;
    change(store, id, status, reason, None)
}

/// What review decides; none: nothing, for now.
fn outcome(store: &Store, template: &Template) -> Option<(Status, &'static str)> {
    if template.name.starts_with("sim_pending") {
        return None;
    }
    if template.name.starts_with("sim_reject") {
        return Some((Status::Rejected, "PROMOTIONAL"));
    }
    if template.text("BODY").contains("}}{{") || repeats_another(store, template) {
        return Some((Status::Rejected, "INVALID_FORMAT"));
    }
    match store.config.template_review {
        Review::Approve => Some((Status::Approved, "NONE")),
        Review::Reject => Some((Status::Rejected, "INVALID_FORMAT")),
        Review::Never => None,
    }
}

/// Templates with the body and footer of another one are rejected, except those for authentication.
fn repeats_another(store: &Store, template: &Template) -> bool {
    let same = |other: &Template| {
        other.id != template.id
            && other.status != Status::Rejected
            && other.text("BODY") == template.text("BODY")
            && other.text("FOOTER") == template.text("FOOTER")
    };
    // Of two in review, the older one is let through.
    let earlier = |other: &Template| other.status != Status::Pending || other.id < template.id;
    template.category != "AUTHENTICATION"
        && super::of_account(store, &template.waba_id).any(|other| same(other) && earlier(other))
}

/// Puts a template into a state and makes the webhook that tells of it.
pub fn change(
    store: &mut Store,
    id: u64,
    status: Status,
    reason: &str,
    other_info: Option<Value>,
) -> Option<Delivery> {
    let epoch = store.epoch;
    let template = store.templates.get_mut(&id)?;
    template.status = status;
    reason.clone_into(&mut template.reason);
    let mut value = json!({
        "event": status,
        "message_template_id": template.id,
        "message_template_name": template.name,
        // Webhooks spell languages with a hyphen, the rest of Graph with an underscore.
        "message_template_language": template.language.replace('_', "-"),
        "reason": reason,
        "message_template_category": template.category,
    });
    if let Some(info) = other_info {
        value["other_info"] = info;
    }
    let mut body = payload::envelope(&template.waba_id, "message_template_status_update", &value);
    body["entry"][0]["time"] = clock::now_seconds().into();
    tracing::info!(template = %ids::tail(&id.to_string()), status = status.name(), "template reviewed");
    Some(Delivery { waba_id: template.waba_id.clone(), number: None, body, epoch })
}
