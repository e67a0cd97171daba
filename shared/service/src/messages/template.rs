//! Queueing templates. They may be sent at any time; what is filled in is checked before anything is queued.

use switchboard_model::access::{Permit, SendMessages};
use switchboard_model::field::{FieldError, Part, Reason, Step};
use switchboard_model::media::{Media, MediaKind};
use switchboard_model::message::{Content, MediaReference, Message, SentTemplate};
use switchboard_model::phone_number::PhoneNumber;
use switchboard_model::template::{FilledTemplate, MediaSource, Parameter, SendComponents, Template};
use switchboard_model::{DomainError, Id};

use super::Messages;
use super::sends::{Recipient, sending_number};

/// A template to send.
#[derive(Clone, Debug)]
pub struct SendTemplate {
    /// From where to whom.
    pub recipient: Recipient,
    /// The template's name.
    pub name: String,
    /// Its language, such as `en_US`.
    pub language: String,
    /// What is to be filled in.
    pub components: SendComponents,
}

impl Messages {
    /// Queues a template of the number's business account. It must be approved, and everything that is to be filled in
    /// must be given and fit.
    pub async fn send_template(
        &self,
        permit: &Permit<SendMessages>,
        send: SendTemplate,
    ) -> Result<Message, DomainError> {
        let SendTemplate { recipient, name, language, components } = send;
        let store = &self.resources.store;
        let files = files_of(&components);
        let (entry, templates, media) = futures::try_join!(
            self.enter_to_send(permit, &recipient),
            async { Ok(store.templates_named(recipient.workspace_id, &name, &language).await?) },
            self.read_media(&files),
        )?;
        let template = of_account(sending_number(&entry)?, templates)?;
        template.check_sendable()?;
        let filled = template.fill(&components).map_err(|fields| DomainError::Invalid { fields })?;
        for (id, found) in files.iter().zip(media) {
            check_header_file(*id, found, recipient.workspace_id, &filled)?;
        }
        let content = Content::Template(sent(&template, filled));
        self.queue(entry, recipient, content).await
    }

    async fn read_media(&self, ids: &[Id]) -> Result<Vec<Option<Media>>, DomainError> {
        let found = ids.iter().map(|id| self.resources.store.media(*id));
        Ok(futures::future::try_join_all(found).await?)
    }
}

/// Files of ours that are to be filled in.
fn files_of(components: &SendComponents) -> Vec<Id> {
    let files = components.header.iter().filter_map(|parameter| match parameter {
        Parameter::Media { source: MediaSource::Media(id), .. } => Some(*id),
        _ => None,
    });
    files.take(1).collect()
}

/// The template of the number's business account.
fn of_account(number: &PhoneNumber, templates: Vec<Template>) -> Result<Template, DomainError> {
    let business_id = number.business_id.as_ref().ok_or(DomainError::AccountUnknown)?;
    let mut templates = templates.into_iter();
    templates.find(|template| template.business_id == *business_id).ok_or(DomainError::TemplateNotFound)
}

/// A file in a header must be the workspace's, of the kind that the header shows, and one that WhatsApp takes.
fn check_header_file(
    id: Id,
    found: Option<Media>,
    workspace_id: Id,
    filled: &FilledTemplate,
) -> Result<(), DomainError> {
    let media = found.filter(|media| media.workspace_id == workspace_id && media.deleted_at.is_none());
    let media = media.ok_or(DomainError::MediaNotFound)?;
    let shown = filled.media.iter().find(|file| file.media_id == id).and_then(|file| kind_at(&file.pointer));
    let refused = |message: String| {
        let path = vec![Step::Name("components".to_owned()), Step::Name("header".to_owned()), Step::Index(0)];
        DomainError::field(FieldError { part: Part::Body, path, reason: Reason::BadValue, message })
    };
    match shown {
        Some(kind) if kind != media.kind => {
            Err(refused(format!("The file is of the kind {}, the template's header of {kind}", media.kind)))
        }
        _ => media.sendable().map_err(|error| refused(error.to_string())),
    }
}

/// The kind of file that a place in Graph's components is for, such as `/0/parameters/0/image/id`.
fn kind_at(pointer: &str) -> Option<MediaKind> {
    pointer.rsplit('/').nth(1)?.parse().ok()
}

fn sent(template: &Template, filled: FilledTemplate) -> SentTemplate {
    let media = filled.media.into_iter();
    SentTemplate {
        template_id: template.id,
        name: template.name.clone(),
        language: template.language.clone(),
        category: template.category.to_string(),
        components: filled.components,
        media: media.map(|file| MediaReference { at: file.pointer, media_id: file.media_id }).collect(),
        preview: filled.preview,
    }
}
