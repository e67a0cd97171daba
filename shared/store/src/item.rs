//! Stored forms: to items and back.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::keys::Key;
use crate::tables::{PARTITION_KEY, SORT_KEY};
use crate::{Attributes, Store, StoreError};

/// A stored form: what of an entity is kept, under which attribute names.
pub(crate) trait StoredForm: Serialize + DeserializeOwned {
    /// The entity type, kept as `et`.
    const ENTITY: &'static str;
    /// The version of this form, kept as `v`.
    const VERSION: u32 = 1;
    /// Whether webhooks may be told of what becomes of it: then it is marked where the workspace's webhooks are told
    /// of anything, and the stream shows it.
    const WATCHED: bool = false;
}

pub(crate) const ENTITY_TYPE: &str = "et";
pub(crate) const VERSION: &str = "v";
/// What the workspace's webhooks were told of when the item was stored: kinds of events with commas between them.
pub(crate) const NOTIFY: &str = "notify";

/// The item of `form` at `key`.
pub(crate) fn to_item<F: StoredForm>(key: &Key, form: &F) -> Result<Attributes, StoreError> {
    let mut item: Attributes =
        serde_dynamo::to_item(form).map_err(|error| StoreError::Unstorable(error.into()))?;
    item.extend(key.attributes());
    item.insert(ENTITY_TYPE.to_owned(), AttributeValue::S(F::ENTITY.to_owned()));
    item.insert(VERSION.to_owned(), AttributeValue::N(F::VERSION.to_string()));
    Ok(item)
}

impl Store {
    /// The item of `form` at `key`, marked where it is watched.
    pub(crate) fn item<F: StoredForm>(&self, key: &Key, form: &F) -> Result<Attributes, StoreError> {
        let mut item = to_item(key, form)?;
        if let (true, Some(watched)) = (F::WATCHED, &self.watched) {
            item.insert(NOTIFY.to_owned(), AttributeValue::S(watched.to_string()));
        }
        Ok(item)
    }
}

/// One attribute of a stored form.
pub(crate) fn to_attribute(value: &impl Serialize) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value(value).map_err(|error| StoreError::Unstorable(error.into()))
}

impl Store {
    /// The form that `item` holds.
    pub(crate) fn read<F: StoredForm>(&self, key: &Key, item: Attributes) -> Result<F, StoreError> {
        read_form(item).map_err(|source| StoreError::Corrupt {
            table: self.names.of(key.table).to_owned(),
            key: key.redacted(),
            source,
        })
    }

    /// The form that `item` holds, where its key is only known from itself.
    pub(crate) fn read_listed<F: StoredForm>(
        &self,
        table: crate::Table,
        item: Attributes,
    ) -> Result<F, StoreError> {
        let text =
            |name: &str| item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default();
        let key = Key { table, pk: text(PARTITION_KEY), sk: text(SORT_KEY) };
        self.read(&key, item)
    }
}

/// The form that an item from a table or a stream holds.
pub(crate) fn read_form<F: StoredForm>(
    item: Attributes,
) -> Result<F, Box<dyn std::error::Error + Send + Sync>> {
    let entity = item.get(ENTITY_TYPE).and_then(|value| value.as_s().ok()).map(String::as_str);
    if entity != Some(F::ENTITY) {
        return Err(format!("entity type {entity:?} instead of {:?}", F::ENTITY).into());
    }
    let version =
        item.get(VERSION).and_then(|value| value.as_n().ok()).and_then(|number| number.parse().ok());
    if version != Some(F::VERSION) {
        return Err(
            format!("version {version:?} of {}, which only {} is known of", F::ENTITY, F::VERSION).into()
        );
    }
    serde_dynamo::from_item(item).map_err(Into::into)
}
