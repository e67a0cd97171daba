//! What a message says, in the form that Graph takes.

use std::borrow::Cow;

use serde_json::Value;
use switchboard_graph::outgoing::Media;
use switchboard_graph::{GraphError, Payload, Refusal};
use switchboard_model::Id;
use switchboard_model::message::{Content, Message};

use super::senders::Sender;
use super::{Sending, SendingError, Step};
use crate::media_library::AtMetaError;

/// Codes with which Graph refuses a file's id that it does not know: each of them can mean other things, too (Meta,
/// Cloud API error codes).
const FILE_UNKNOWN: [i64; 3] = [100, 131_009, 131_053];

/// Meta's ids of the files of ours in a message, in their order; or what became of the message without them.
pub(super) enum Files {
    There(Vec<String>),
    NotThere(Step),
}

impl Sending {
    /// Has the files of a message at Meta. It takes as long as an upload does, so it comes before the moment to send.
    pub(super) async fn files(&self, message: &Message, sender: &Sender) -> Result<Files, SendingError> {
        let mut ids = Vec::new();
        for media_id in files_of(&message.content) {
            match self.media.at_meta(media_id, &sender.number, &sender.token).await {
                Ok(id) => ids.push(id),
                Err(error) => return Ok(Files::NotThere(self.without_file(message, error).await?)),
            }
        }
        Ok(Files::There(ids))
    }

    /// As [`Sending::files`], after Graph did not know them: they are uploaded again.
    pub(super) async fn files_again(
        &self,
        message: &Message,
        sender: &Sender,
    ) -> Result<Files, SendingError> {
        for media_id in files_of(&message.content) {
            self.media.forget_at_meta(media_id, sender.number.id).await?;
        }
        self.files(message, sender).await
    }

    async fn without_file(&self, message: &Message, error: AtMetaError) -> Result<Step, SendingError> {
        match error {
            AtMetaError::Gone => self.file_refused(message, "The media file was deleted").await,
            AtMetaError::NotSendable(reason) => self.file_refused(message, &reason.to_string()).await,
            AtMetaError::Graph(GraphError::Refused(refusal)) => self.upload_refused(message, &refusal).await,
            AtMetaError::Graph(error) => self.not_connected(message, &error).await,
            AtMetaError::Store(error) => Err(error.into()),
            AtMetaError::Bucket(error) => Err(error.into()),
        }
    }
}

/// Whether a refusal may be of a file that Graph does not know any more.
pub(super) fn may_be_of_file(refusal: &Refusal) -> bool {
    FILE_UNKNOWN.contains(&refusal.code)
}

/// What is handed to Graph, with the ids of `files`; `None` for what is never sent.
pub(super) fn payload<'a>(
    content: &'a Content,
    files: &'a [String],
    filled: &'a Value,
) -> Option<Payload<'a>> {
    Some(match content {
        Content::Text { text } => Payload::text(text),
        Content::Template(template) => Payload::template(&template.name, &template.language, filled),
        Content::Media { kind, caption, file_name, .. } => Payload::media(
            *kind,
            Media { id: files.first()?, caption: caption.as_deref(), filename: file_name.as_deref() },
        ),
        Content::Received { .. } => return None,
    })
}

/// The components of a template with the ids of `files`; nothing for what is no template.
pub(super) fn filled<'a>(content: &'a Content, files: &[String]) -> Cow<'a, Value> {
    let Content::Template(template) = content else { return Cow::Owned(Value::Null) };
    if files.is_empty() {
        return Cow::Borrowed(&template.components);
    }
    let mut components = template.components.clone();
    for (file, id) in template.media.iter().zip(files) {
        if let Some(place) = components.pointer_mut(&file.at) {
            *place = Value::from(id.as_str());
        }
    }
    Cow::Owned(components)
}

fn files_of(content: &Content) -> Vec<Id> {
    match content {
        Content::Template(template) => template.media.iter().map(|file| file.media_id).collect(),
        Content::Media { media_id, .. } => vec![*media_id],
        Content::Text { .. } | Content::Received { .. } => Vec::new(),
    }
}
