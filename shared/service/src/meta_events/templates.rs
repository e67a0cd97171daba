//! News of templates.

use std::collections::BTreeSet;

use switchboard_graph::webhook::{Origin, TemplateChange, TemplateName};
use switchboard_model::phone_number::MetaId;
use switchboard_model::template::{Sighting, Template};
use switchboard_store::StoreError;

use super::MetaEvents;
use crate::templates::apply;

impl MetaEvents {
    /// Takes over the new status of a template, and its category where the event names it.
    pub(super) async fn apply_template_change(
        &self,
        origin: &Origin,
        change: &TemplateChange,
    ) -> Result<(), StoreError> {
        let category = change.category.as_ref().and_then(|word| word.parse().ok()).map(Sighting::Category);
        let sightings: Vec<Sighting> = change.sighting().into_iter().chain(category).collect();
        self.apply_to_template(origin, &change.template, &sightings).await
    }

    /// Takes over what an event says of a template, in each workspace that has it. A template that nobody has here is
    /// found by the next sync. An event that does not say when it was is as of now.
    pub(super) async fn apply_to_template(
        &self,
        origin: &Origin,
        name: &TemplateName,
        sightings: &[Sighting],
    ) -> Result<(), StoreError> {
        let at = origin.entry_time.unwrap_or_else(|| self.resources.now().as_second());
        for template in self.templates(origin, name).await? {
            switchboard_meter::current().note_workspace(template.workspace_id);
            let note = |template: &mut Template| {
                let mut noted = false;
                for sighting in sightings {
                    noted |= template.note(sighting.clone(), at);
                }
                noted
            };
            apply(&self.resources, template, note).await?;
        }
        Ok(())
    }

    /// The templates that an event is about: by Meta's id, or else by name and language. Of these, one that has
    /// another id is another one.
    async fn templates(&self, origin: &Origin, name: &TemplateName) -> Result<Vec<Template>, StoreError> {
        let store = &self.resources.store;
        let meta_id: Option<MetaId> = name.template_id.as_ref().and_then(|id| id.parse().ok());
        if let Some(meta_id) = &meta_id {
            let found = store.templates_by_meta_id(meta_id).await?;
            if !found.is_empty() {
                return Ok(found);
            }
        }
        let (Some(business_id), Some(template_name), Some(language)) =
            (&origin.business_id, &name.name, &name.language)
        else {
            return Ok(Vec::new());
        };
        let numbers = store.phone_numbers_of_account(business_id).await?;
        let workspaces: BTreeSet<_> = numbers.iter().map(|number| number.workspace_id).collect();
        let mut found = Vec::new();
        for workspace_id in workspaces {
            let named = store.template_named(workspace_id, business_id, template_name, language).await?;
            found.extend(named.filter(|one| one.meta_template_id.is_none() || meta_id.is_none()));
        }
        Ok(found)
    }
}
