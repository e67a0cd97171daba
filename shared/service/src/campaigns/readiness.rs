//! Whether a campaign can be started: all that can be known before anything is queued.

use switchboard_model::campaign::Campaign;
use switchboard_model::campaign::plan::Position;
use switchboard_model::campaign::variables::Source;
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::template::Template;
use switchboard_model::{DomainError, Id};

use super::audience::{Walk, message_for};
use super::parameters::problems;
use crate::Resources;

/// Pages of the audience that are looked through for one recipient; an audience that has none in them may have one
/// further on, and is let through.
const PAGES: usize = 10;

fn unready(reason: impl Into<String>) -> DomainError {
    DomainError::CampaignUnready { reason: reason.into() }
}

/// The number that a campaign is sent from.
pub(super) async fn number(resources: &Resources, campaign: &Campaign) -> Result<PhoneNumber, DomainError> {
    let number = resources.store.phone_number(campaign.phone_number_id).await?;
    number
        .filter(|number| number.deleted_at.is_none() && number.workspace_id == campaign.workspace_id)
        .ok_or(DomainError::PhoneNumberNotFound)
}

/// The template of a campaign.
pub(super) async fn template(
    resources: &Resources,
    campaign: &Campaign,
    id: Id,
) -> Result<Template, DomainError> {
    let template = resources.store.template(id).await?;
    template
        .filter(|template| template.deleted_at.is_none() && template.workspace_id == campaign.workspace_id)
        .ok_or(DomainError::TemplateNotFound)
}

/// Checks what depends on nobody else: that there is a template, that the number can send it, and that each of its
/// placeholders has a variable.
pub(super) async fn check_put_together(
    resources: &Resources,
    campaign: &Campaign,
    number: &PhoneNumber,
) -> Result<Template, DomainError> {
    let id = campaign.template_id.ok_or_else(|| unready("it has no template"))?;
    let template = template(resources, campaign, id).await?;
    if number.business_id.as_ref() != Some(&template.business_id) {
        return Err(unready(
            "its template belongs to another WhatsApp business account than its phone number",
        ));
    }
    let problems = problems(&template, &campaign.variables);
    if !problems.is_empty() {
        return Err(unready(problems.join("; ")));
    }
    for variable in campaign.variables.values() {
        if let Source::Media(media_id) = variable.source {
            check_media(resources, campaign, media_id).await?;
        }
    }
    Ok(template)
}

async fn check_media(resources: &Resources, campaign: &Campaign, id: Id) -> Result<(), DomainError> {
    let media = resources.store.media(id).await?;
    let usable =
        media.is_some_and(|media| media.deleted_at.is_none() && media.workspace_id == campaign.workspace_id);
    if usable { Ok(()) } else { Err(DomainError::MediaNotFound) }
}

/// Checks everything: also that the template is approved, that the number may send, and that there is somebody to
/// send to.
pub(super) async fn check_ready(resources: &Resources, campaign: &Campaign) -> Result<(), DomainError> {
    let number = number(resources, campaign).await?;
    if !number.accepts_messages() {
        return Err(DomainError::PhoneNumberInactive);
    }
    if let Some(stop) = &number.stopped {
        return Err(unready(format!("sending from its phone number is stopped: {}", stop.message)));
    }
    let template = check_put_together(resources, campaign, &number).await?;
    template.check_sendable()?;
    if !campaign.plan.done && campaign.plan.counts.total() == 0 {
        check_audience(resources, campaign, &template).await?;
    }
    Ok(())
}

async fn check_audience(
    resources: &Resources,
    campaign: &Campaign,
    template: &Template,
) -> Result<(), DomainError> {
    let walk = Walk::new(&resources.store, campaign);
    let mut position = Position::default();
    for _ in 0..PAGES {
        let (contacts, next) = walk.page(&position).await?;
        if contacts.iter().any(|contact| message_for(template, campaign, contact).is_ok()) {
            return Ok(());
        }
        match next {
            Some(next) => position = next,
            None => return Err(unready("there is nobody in its audience to send it to")),
        }
    }
    Ok(())
}
