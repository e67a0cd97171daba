//! What the tables' streams tell webhooks.

use std::error::Error;

use switchboard_model::event::Happening;
use switchboard_model::message::{Direction, Message, Status};

use crate::Attributes;
use crate::campaigns;
use crate::channel_messages::{StoredActionResponse, StoredChannelMessage};
use crate::channels::StoredChannel;
use crate::departments::StoredDepartment;
use crate::endpoints::{DISABLED, StoredEndpoint};
use crate::item::{ENTITY_TYPE, NOTIFY, StoredForm, read_form};
use crate::members::StoredMember;
use crate::messages::{StoredMessage, rank};
use crate::stream::Image;

/// What webhooks may be told of the change of an item from `old` to `new`. An image is empty where there was, or is,
/// no item.
pub fn happening(old: &Image, new: &Image) -> Result<Option<Happening>, Box<dyn Error + Send + Sync>> {
    let told = |name: &str| new.get(name).is_some();
    if !told(NOTIFY) && !told("outbox") {
        return Ok(None);
    }
    let (old, new): (Attributes, Attributes) = (old.clone().into(), new.clone().into());
    let watched = text(&new, NOTIFY).unwrap_or_default().to_owned();
    let found = match text(&new, ENTITY_TYPE) {
        Some(entity) if entity == StoredEndpoint::ENTITY => return webhook(&old, new),
        Some(entity) if entity == StoredMessage::ENTITY => message(&old, new)?,
        _ if campaigns::is_campaign(&new) => campaigns::completion(&old, new)?,
        _ if old.is_empty() => beginning(new)?,
        _ => None,
    };
    Ok(found.filter(|found| watched.split(',').any(|kind| kind == found.kind().to_string())))
}

/// What a new item of a team tells.
fn beginning(new: Attributes) -> Result<Option<Happening>, Box<dyn Error + Send + Sync>> {
    let entity = text(&new, ENTITY_TYPE).unwrap_or_default().to_owned();
    Ok(Some(match entity.as_str() {
        StoredMember::ENTITY => Happening::MemberAdded(read_form::<StoredMember>(new)?.into()),
        StoredChannel::ENTITY => Happening::ChannelCreated(Box::new(read_form::<StoredChannel>(new)?.into())),
        StoredDepartment::ENTITY => {
            Happening::DepartmentCreated(Box::new(read_form::<StoredDepartment>(new)?.into()))
        }
        StoredChannelMessage::ENTITY => {
            Happening::ChannelMessageSent(Box::new(read_form::<StoredChannelMessage>(new)?.try_into()?))
        }
        StoredActionResponse::ENTITY => {
            Happening::ChannelMessageAnswered(Box::new(read_form::<StoredActionResponse>(new)?.try_into()?))
        }
        _ => return Ok(None),
    }))
}

fn webhook(old: &Attributes, new: Attributes) -> Result<Option<Happening>, Box<dyn Error + Send + Sync>> {
    let is_news = text(&new, "outbox") == Some(DISABLED) && text(old, "outbox") != Some(DISABLED);
    if !is_news {
        return Ok(None);
    }
    Ok(Some(Happening::WebhookDisabled(Box::new(read_form::<StoredEndpoint>(new)?.into()))))
}

fn message(old: &Attributes, new: Attributes) -> Result<Option<Happening>, Box<dyn Error + Send + Sync>> {
    let is_new = old.is_empty();
    let before = old.get("rank").cloned();
    let moved = !is_new && before.as_ref() != new.get("rank");
    if !is_new && !moved {
        return Ok(None);
    }
    let message = Message::try_from(read_form::<StoredMessage>(new)?)?;
    let told = [Status::Sent, Status::Delivered, Status::Read, Status::Failed];
    Ok(match message.direction {
        Direction::Inbound if is_new => Some(Happening::MessageReceived(Box::new(message))),
        Direction::Outbound if moved && told.map(rank).contains(&rank(message.progress.status)) => {
            Some(Happening::MessageStatus(Box::new(message)))
        }
        Direction::Inbound | Direction::Outbound => None,
    })
}

fn text<'a>(item: &'a Attributes, name: &str) -> Option<&'a str> {
    item.get(name)?.as_s().ok().map(String::as_str)
}
