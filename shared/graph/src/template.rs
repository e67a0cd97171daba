//! Message templates of a business account.

use secrecy::SecretString;
use serde_json::{Value, json};
use switchboard_model::phone_number::{MetaId, QualityRating};
use switchboard_model::template::{Category, Components, MetaTemplate, TemplateStatus};

use crate::{Graph, GraphError, Refusal, loose};

const FIELDS: &str = "id,name,language,status,category,components,rejected_reason,quality_score";
/// Templates of a page. A template has about 2 KB, and an answer at most 1 MB.
const PAGE: &str = "100";
/// Meta's code of a wrong parameter, under which template errors come with a subcode.
const INVALID_PARAMETER: i64 = 100;
const UNKNOWN_OBJECT: i64 = 33;

/// What Meta makes of a new template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedTemplate {
    /// Meta's id of it.
    pub id: MetaId,
    /// Where it stands; mostly in review.
    pub status: Option<TemplateStatus>,
    /// What it is for. Meta may know better than the one who made it.
    pub category: Option<Category>,
}

/// A page of an account's templates.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplatePage {
    /// The templates. What has no id, name or language is left out.
    pub templates: Vec<MetaTemplate>,
    /// Where the next page begins, if there is one.
    pub after: Option<String>,
}

/// What Meta holds against a template (Meta, template creation error subcodes).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TemplateFault {
    /// A text is too long.
    Length,
    /// The header.
    Header,
    /// The body.
    Body,
    /// The footer.
    Footer,
    /// Too many variables for the length of the text.
    TooManyVariables,
    /// A variable at the beginning or end of the text.
    VariableAtAnEnd,
    /// The account has as many templates as it may.
    TooManyTemplates,
    /// There is one with this name and language.
    NameTaken,
    /// One with this name was deleted less than 30 days ago.
    NameBlocked,
}

impl TemplateFault {
    /// The fault that a refusal names.
    pub fn of(refusal: &Refusal) -> Option<Self> {
        if refusal.code != INVALID_PARAMETER {
            return None;
        }
        match refusal.subcode? {
            2_388_040 => Some(Self::Length),
            2_388_047 => Some(Self::Header),
            2_388_072 => Some(Self::Body),
            2_388_073 => Some(Self::Footer),
            2_388_293 => Some(Self::TooManyVariables),
            2_388_299 => Some(Self::VariableAtAnEnd),
            2_388_019 => Some(Self::TooManyTemplates),
            2_388_024 => Some(Self::NameTaken),
            2_388_023 => Some(Self::NameBlocked),
            _ => None,
        }
    }
}

impl Graph {
    /// Makes a template.
    pub async fn create_template(
        &self,
        token: &SecretString,
        business_id: &MetaId,
        (name, language): (&str, &str),
        category: Category,
        components: &Components,
    ) -> Result<CreatedTemplate, GraphError> {
        let format = if components.is_named() { "NAMED" } else { "POSITIONAL" };
        let body = json!({
            "name": name, "language": language, "category": category.to_string(),
            "parameter_format": format, "components": components.to_graph(),
        });
        let answer = self.post(token, &format!("{business_id}/message_templates"), &body).await?;
        let id = loose::text(&answer["id"]).and_then(|id| id.parse().ok());
        Ok(CreatedTemplate {
            id: id.ok_or(GraphError::Unreadable { http_status: 200 })?,
            status: word(&answer["status"]),
            category: word(&answer["category"]),
        })
    }

    /// A page of an account's templates, from `after` on; of one name only, where it is given.
    pub async fn templates(
        &self,
        token: &SecretString,
        business_id: &MetaId,
        name: Option<&str>,
        after: Option<&str>,
    ) -> Result<TemplatePage, GraphError> {
        let mut query = vec![("fields", FIELDS), ("limit", PAGE)];
        query.extend(name.map(|name| ("name", name)));
        query.extend(after.map(|after| ("after", after)));
        let answer = self.get(Some(token), &format!("{business_id}/message_templates"), &query).await?;
        let list = answer["data"].as_array().ok_or(GraphError::Unreadable { http_status: 200 })?;
        let has_next = loose::text_at(&answer, &["paging", "next"]).is_some();
        Ok(TemplatePage {
            templates: list.iter().filter_map(template).collect(),
            after: loose::text_at(&answer, &["paging", "cursors", "after"]).filter(|_| has_next),
        })
    }

    /// The account's template with this name and language.
    pub async fn template_named(
        &self,
        token: &SecretString,
        business_id: &MetaId,
        name: &str,
        language: &str,
    ) -> Result<Option<MetaTemplate>, GraphError> {
        let mut after = None;
        loop {
            // Meta's filter finds names that hold the word, too.
            let page = self.templates(token, business_id, Some(name), after.as_deref()).await?;
            let found = page.templates.into_iter().find(|one| one.name == name && one.language == language);
            match (found, page.after) {
                (None, Some(next)) => after = Some(next),
                (found, _) => return Ok(found),
            }
        }
    }

    /// A template; `None` where there is none with this id.
    pub async fn template(
        &self,
        token: &SecretString,
        id: &MetaId,
    ) -> Result<Option<MetaTemplate>, GraphError> {
        match self.get(Some(token), id.as_str(), &[("fields", FIELDS)]).await {
            Ok(answer) => Ok(Some(template(&answer).ok_or(GraphError::Unreadable { http_status: 200 })?)),
            Err(GraphError::Refused(refusal)) if is_unknown(&refusal) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Replaces a template's components, and its category where one is given. It is reviewed again.
    pub async fn edit_template(
        &self,
        token: &SecretString,
        id: &MetaId,
        category: Option<Category>,
        components: &Components,
    ) -> Result<(), GraphError> {
        let mut body = json!({ "components": components.to_graph() });
        if let Some(category) = category {
            body["category"] = Value::from(category.to_string());
        }
        self.post(token, id.as_str(), &body).await.map(drop)
    }

    /// Deletes one language of a template.
    pub async fn delete_template(
        &self,
        token: &SecretString,
        business_id: &MetaId,
        id: &MetaId,
        name: &str,
    ) -> Result<(), GraphError> {
        let query = [("hsm_id", id.as_str()), ("name", name)];
        self.delete(token, &format!("{business_id}/message_templates"), &query).await.map(drop)
    }
}

fn is_unknown(refusal: &Refusal) -> bool {
    refusal.code == INVALID_PARAMETER && refusal.subcode == Some(UNKNOWN_OBJECT)
}

fn word<T: std::str::FromStr>(value: &Value) -> Option<T> {
    loose::text(value)?.parse().ok()
}

fn template(item: &Value) -> Option<MetaTemplate> {
    let quality =
        loose::text_at(item, &["quality_score", "score"]).or_else(|| loose::text(&item["quality_score"]));
    Some(MetaTemplate {
        id: word(&item["id"])?,
        name: loose::text(&item["name"])?,
        language: loose::text(&item["language"])?.replace('-', "_"),
        category: word(&item["category"]),
        status: word(&item["status"]),
        components: Components::from_graph(&item["components"]),
        rejection_reason: loose::text(&item["rejected_reason"]).filter(|reason| reason != "NONE"),
        quality: quality.map(|word| word.parse().unwrap_or(QualityRating::Unknown)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_of_meta_is_read_as_far_as_it_is_known() {
        let read = template(&json!({
            "id": 1_234, "name": "order", "language": "en-US", "category": "FUTURE", "status": "paused",
            "components": [{"type": "BODY", "text": "Hi"}, {"type": "CAROUSEL", "cards": []}],
            "rejected_reason": "NONE", "quality_score": {"score": "YELLOW", "date": 1},
        }))
        .unwrap();
        assert_eq!((read.id.as_str(), read.language.as_str()), ("1234", "en_US"));
        assert_eq!((read.category, read.status), (None, Some(TemplateStatus::Paused)));
        assert_eq!((read.rejection_reason, read.quality), (None, Some(QualityRating::Yellow)));
        assert_eq!(read.components.others.len(), 1);
        assert_eq!(template(&json!({"id": "1", "name": "order"})), None);
    }

    #[test]
    fn faults_are_told_by_their_subcodes() {
        let fault = |code: i64, subcode: i64| {
            TemplateFault::of(&Refusal::read(400, &json!({"code": code, "error_subcode": subcode})))
        };
        assert_eq!(fault(100, 2_388_299), Some(TemplateFault::VariableAtAnEnd));
        assert_eq!(fault(100, 2_388_024), Some(TemplateFault::NameTaken));
        assert_eq!(fault(100, 1), None);
        assert_eq!(fault(190, 2_388_299), None);
    }
}
