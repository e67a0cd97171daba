//! What the tables' streams tell the outbox.

use std::error::Error;

use switchboard_model::Id;
use switchboard_model::delivery::DeliveryKey;
use switchboard_model::message::Message;

use super::{MessageKey, MessagePointer, ReadReceipt, StoredMessage, TO_FETCH, TO_SEND};
use crate::Attributes;
use crate::campaigns::{CampaignNews, is_campaign, news};
use crate::contact_imports::{StoredImport, TO_IMPORT};
use crate::deliveries::{Replay, StoredDelivery, StoredReplay, TO_DELIVER, TO_REPLAY};
use crate::endpoints::DISABLED;
use crate::item::{ENTITY_TYPE, StoredForm, read_form};
use crate::media::{StoredMedia, TO_RETIRE};
use crate::phone_numbers::StoredPhoneNumber;
use crate::tables::{PARTITION_KEY, SORT_KEY};
use crate::templates::{self, APPROVED};

/// An item as a stream shows it.
pub use serde_dynamo::Item as Image;

/// A change that something must follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A message was stored that waits to be sent.
    MessageToSend(MessagePointer),
    /// WhatsApp is to be told that a customer's message is read.
    MessageRead {
        /// The message.
        key: MessageKey,
        /// Meta's id of it.
        wa_message_id: String,
        /// What is to be told.
        receipt: ReadReceipt,
    },
    /// A customer's message was stored whose file is to be fetched.
    FileToFetch(MessagePointer),
    /// A media file was deleted, whose content is to go.
    MediaToRetire {
        /// Whose it was.
        workspace_id: Id,
        /// The file.
        media_id: Id,
    },
    /// Messages need not wait for a phone number any longer: it may send, or it is gone.
    NothingToWaitFor(Id),
    /// An import of contacts is to be worked on.
    ContactsToImport {
        /// The import.
        import_id: Id,
        /// Whose it is.
        workspace_id: Id,
    },
    /// Meta lets a template be sent again.
    TemplateApproved {
        /// Whose it is.
        workspace_id: Id,
        /// The template.
        template_id: Id,
    },
    /// A campaign began a run, or its time to start changed.
    Campaign(CampaignNews),
    /// An attempt of a delivery is due.
    AttemptDue {
        /// The delivery.
        key: DeliveryKey,
        /// Whose it is.
        workspace_id: Id,
        /// The number of the attempt.
        attempt: u32,
    },
    /// What happened in a span of time is to be delivered anew.
    ReplayDue(Replay),
}

/// What must follow the change of an item from `old` to `new`; `None` where nothing must. An image is empty where
/// there was, or is, no item.
pub fn change(old: Image, new: Image) -> Result<Option<Change>, Box<dyn Error + Send + Sync>> {
    let (old, new): (Attributes, Attributes) = (old.into(), new.into());
    let Some(marker) = outbox(&new) else { return Ok(None) };
    if marker == TO_IMPORT {
        let stored: StoredImport = read_form(new)?;
        let (import_id, workspace_id) = (stored.id(), stored.workspace_id());
        return Ok(Some(Change::ContactsToImport { import_id, workspace_id }));
    }
    if is_campaign(&new) {
        return Ok(news(old, new)?.map(Change::Campaign));
    }
    if marker == TO_SEND {
        let stored: StoredMessage = read_form(new)?;
        return Ok(Some(Change::MessageToSend(stored.pointer())));
    }
    // A delivery that is replayed before its first attempt keeps its mark, and is due at another time.
    if outbox(&old) == Some(marker) && old.get("next_attempt_at") == new.get("next_attempt_at") {
        return Ok(None);
    }
    if let Some(receipt) = ReadReceipt::of_marker(marker) {
        let stored: StoredMessage = read_form(new)?;
        let key = stored.key();
        let read = |wa_message_id| Change::MessageRead { key, wa_message_id, receipt };
        return Ok(stored.wa_message_id.map(read));
    }
    if marker == TO_FETCH {
        return Ok(Some(Change::FileToFetch(read_form::<StoredMessage>(new)?.pointer())));
    }
    if marker == APPROVED {
        // Nothing waits for a template that is new.
        if old.is_empty() {
            return Ok(None);
        }
        let (workspace_id, template_id) = templates::place(new)?;
        return Ok(Some(Change::TemplateApproved { workspace_id, template_id }));
    }
    if marker == TO_RETIRE {
        let (workspace_id, media_id) = read_form::<StoredMedia>(new)?.place();
        return Ok(Some(Change::MediaToRetire { workspace_id, media_id }));
    }
    if marker == TO_DELIVER {
        let stored: StoredDelivery = read_form(new)?;
        let (key, workspace_id, attempt) = (stored.key(), stored.workspace_id, stored.attempts_made + 1);
        return Ok(Some(Change::AttemptDue { key, workspace_id, attempt }));
    }
    if marker == DISABLED {
        return Ok(None);
    }
    if marker == TO_REPLAY {
        return Ok(Some(Change::ReplayDue(read_form::<StoredReplay>(new)?.replay)));
    }
    let number: StoredPhoneNumber = read_form(new)?;
    Ok(Some(Change::NothingToWaitFor(number.id())))
}

/// The message that an image of the stream shows; `None` where it shows another item, or none.
pub fn message(image: Image) -> Result<Option<Message>, Box<dyn Error + Send + Sync>> {
    let item: Attributes = image.into();
    if item.get(ENTITY_TYPE).and_then(|value| value.as_s().ok()).map(String::as_str)
        != Some(StoredMessage::ENTITY)
    {
        return Ok(None);
    }
    Ok(Some(Message::try_from(read_form::<StoredMessage>(item)?)?))
}

/// The key of an image, as [`Key::redacted`](crate::keys::Key::redacted) has it.
pub fn redacted_key(image: &Image) -> String {
    let item: Attributes = image.clone().into();
    let text = |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
    crate::keys::redacted(&text(PARTITION_KEY), &text(SORT_KEY))
}

fn outbox(item: &Attributes) -> Option<&str> {
    item.get("outbox")?.as_s().ok().map(String::as_str)
}
