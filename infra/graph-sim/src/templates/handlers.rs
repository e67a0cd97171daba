//! Endpoints of templates.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Status, Template, find_named, of_account, review, rules};
use crate::clock;
use crate::failure::{Failure, GraphError};
use crate::ids;
use crate::numbers;
use crate::paging::{self, PageQuery};
use crate::state::{Simulator, Store};
use crate::token::{Scope, Token};
use crate::uploads;

/// Templates that an unverified account may have (Meta, template limits).
const MOST_TEMPLATES: usize = 250;
const DAY_MS: u64 = 86_400_000;

fn object(body: &Bytes) -> Result<Value, GraphError> {
    let parsed = serde_json::from_slice(body).ok().filter(Value::is_object);
    parsed.ok_or_else(|| GraphError::parameter("The request body must be a JSON object"))
}

fn string<'a>(body: &'a Value, field: &str) -> Result<&'a str, GraphError> {
    let text = body[field].as_str();
    text.ok_or_else(|| GraphError::parameter(format!("The parameter {field} is required")))
}

/// Reads and checks a template of an account, without looking at the others.
pub fn parse(waba_id: &str, body: &Value) -> Result<Template, GraphError> {
    let (name, language) = (string(body, "name")?, string(body, "language")?);
    rules::check_name(name)?;
    rules::check_language(language)?;
    let category = rules::category(string(body, "category")?)?;
    let format = body["parameter_format"].as_str().unwrap_or("POSITIONAL").to_ascii_uppercase();
    if !["POSITIONAL", "NAMED"].contains(&format.as_str()) {
        return Err(GraphError::parameter("Param parameter_format must be POSITIONAL or NAMED"));
    }
    let named = format == "NAMED";
    let components = rules::normalise(&body["components"])?;
    rules::check_components(&components, &category, named)?;
    Ok(Template {
        id: ids::object_id(),
        waba_id: waba_id.to_owned(),
        name: name.to_owned(),
        language: language.to_owned(),
        category,
        named,
        components,
        status: Status::Pending,
        reason: "NONE".to_owned(),
        approved_edits: Vec::new(),
    })
}

fn check_place(store: &Store, template: &Template) -> Result<(), GraphError> {
    if find_named(store, &template.waba_id, &template.name, &template.language).is_some() {
        let message = "There is a template of this name in this language";
        return Err(GraphError::template(2_388_024, "Content in this language exists", message));
    }
    let deleted = store.deleted_templates.get(&(template.waba_id.clone(), template.name.clone()));
    if deleted.is_some_and(|at| clock::now_ms() < at + 30 * DAY_MS) {
        let message = "An approved template of this name was deleted less than 30 days ago";
        return Err(GraphError::template(2_388_023, "Template is being deleted", message));
    }
    if of_account(store, &template.waba_id).count() >= MOST_TEMPLATES {
        let message = format!("The account has {MOST_TEMPLATES} templates");
        return Err(GraphError::template(2_388_019, "Template limit reached", message));
    }
    Ok(())
}

/// `POST /{waba_id}/message_templates`.
pub async fn create(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    token: Token,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    numbers::require_numeric(&waba_id)?;
    let template = parse(&waba_id, &object(&body)?)?;
    let (id, category) = (template.id, template.category.clone());
    {
        let mut store = simulator.store();
        check_place(&store, &template)?;
        store.templates.insert(id, template);
    }
    review::start(&simulator, id);
    Ok(Json(json!({"id": id.to_string(), "status": "PENDING", "category": category})))
}

/// Filters of the list.
#[derive(Deserialize)]
pub struct Filter {
    name: Option<String>,
    status: Option<String>,
    category: Option<String>,
    language: Option<String>,
}

impl Filter {
    fn matches(&self, template: &Template) -> bool {
        let is = |wanted: &Option<String>, actual: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(actual))
        };
        self.name.as_ref().is_none_or(|part| template.name.contains(part.as_str()))
            && is(&self.status, template.status.name())
            && is(&self.category, &template.category)
            && is(&self.language, &template.language)
    }
}

/// `GET /{waba_id}/message_templates`, newest first.
pub async fn list(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    Query(filter): Query<Filter>,
    Query(query): Query<PageQuery>,
    headers: HeaderMap,
    token: Token,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    numbers::require_numeric(&waba_id)?;
    let store = simulator.store();
    let mut rows: Vec<Value> = of_account(&store, &waba_id)
        .filter(|template| filter.matches(template))
        .map(|template| template.shown(query.fields.as_deref()))
        .collect();
    rows.reverse();
    Ok(Json(paging::page(rows, &query, &format!("{waba_id}/message_templates"), &headers)?))
}

/// `POST /{id}`: the content of an upload, or else an edit of a template.
pub async fn change_node(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    headers: HeaderMap,
    token: Token,
    body: Bytes,
) -> Result<Json<Value>, Failure> {
    if id.starts_with(uploads::SESSION) {
        return Ok(Json(uploads::finish(&mut simulator.store(), &id, &headers, &body)?));
    }
    edit(&simulator, &id, &token, &body)
}

/// `POST /{template_id}`: replaces category, components or both, and puts the template back into review.
fn edit(simulator: &Simulator, id: &str, token: &Token, body: &Bytes) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    let body = object(body)?;
    let id = {
        let mut store = simulator.store();
        let found = id.parse().ok().and_then(|number: u64| store.templates.get_mut(&number));
        let template = found.ok_or_else(|| GraphError::unknown_object(id))?;
        change(template, &body)?;
        template.id
    };
    review::start(simulator, id);
    Ok(Json(json!({"success": true})))
}

fn change(template: &mut Template, body: &Value) -> Result<(), GraphError> {
    let approved = template.status == Status::Approved;
    if !matches!(template.status, Status::Approved | Status::Rejected | Status::Paused) {
        return Err(GraphError::parameter("Only approved, rejected and paused templates can be edited"));
    }
    let category =
        body["category"].as_str().map_or_else(|| Ok(template.category.clone()), rules::category)?;
    if approved && category != template.category {
        return Err(GraphError::parameter("The category of an approved template cannot be changed"));
    }
    let components = match &body["components"] {
        Value::Null => template.components.clone(),
        given => rules::normalise(given)?,
    };
    rules::check_components(&components, &category, template.named)?;
    if approved {
        let now = clock::now_ms();
        let since =
            |days: u64| template.approved_edits.iter().filter(|at| **at + days * DAY_MS > now).count();
        if since(1) >= 1 || since(30) >= 10 {
            return Err(GraphError::parameter(
                "Approved templates are edited once a day and 10 times in 30 days",
            ));
        }
        template.approved_edits.push(now);
    }
    (template.category, template.components) = (category, components);
    (template.status, template.reason) = (Status::Pending, "NONE".to_owned());
    Ok(())
}

/// Query of a deletion.
#[derive(Deserialize)]
pub struct Deletion {
    name: Option<String>,
    hsm_id: Option<String>,
}

/// `DELETE /{waba_id}/message_templates`: all languages of a name, or one template by id and name.
pub async fn delete(
    State(simulator): State<Simulator>,
    Path(waba_id): Path<String>,
    Query(query): Query<Deletion>,
    token: Token,
) -> Result<Json<Value>, Failure> {
    token.require(Scope::Management)?;
    numbers::require_numeric(&waba_id)?;
    let name = query.name.ok_or_else(|| GraphError::parameter("The parameter name is required"))?;
    let mut store = simulator.store();
    let chosen = |template: &&Template| {
        template.name == name && query.hsm_id.as_ref().is_none_or(|id| *id == template.id.to_string())
    };
    let found: Vec<(u64, Status)> =
        of_account(&store, &waba_id).filter(chosen).map(|template| (template.id, template.status)).collect();
    if found.is_empty() {
        return Err(GraphError::parameter("There is no such template").into());
    }
    if found.iter().any(|(_, status)| *status == Status::Disabled) {
        return Err(GraphError::parameter("Disabled templates cannot be deleted").into());
    }
    for (id, status) in found {
        store.templates.remove(&id);
        if status == Status::Approved {
            store.deleted_templates.insert((waba_id.clone(), name.clone()), clock::now_ms());
        }
    }
    Ok(Json(json!({"success": true})))
}
