//! Ids on the wire: UUIDs.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use switchboard_model::DomainError;
use switchboard_model::Id;
use switchboard_model::field::{FieldError, Part, Reason, Refusal};
use switchboard_model::id::spelling::uuid;

/// An id as this dialect spells it. One that is well formed but names nothing is kept as such: it is the
/// business of the operation to say what was not found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WireId(Option<Id>);

impl WireId {
    /// The id that a parameter of the path spells; `not_found` where it names nothing.
    pub fn in_path(name: &str, text: &str, not_found: DomainError) -> Result<Id, DomainError> {
        if !uuid::is_well_formed(text) {
            return Err(DomainError::field(FieldError::new(Part::Path, name, Reason::BadValue, NOT_A_UUID)));
        }
        uuid::parse(text).ok_or(not_found)
    }

    /// The id that a parameter of the query seeks. What is sought in vain is [`Id::NONE`].
    pub fn sought(text: &str) -> Result<Id, Refusal> {
        if !uuid::is_well_formed(text) {
            return Err(Refusal::new(Reason::BadValue, NOT_A_UUID));
        }
        Ok(uuid::parse(text).unwrap_or(Id::NONE))
    }

    /// The id, where it may name something.
    pub fn known(self) -> Option<Id> {
        self.0
    }

    /// The id, or `not_found` where it names nothing.
    pub fn resolve(self, not_found: DomainError) -> Result<Id, DomainError> {
        self.0.ok_or(not_found)
    }
}

const NOT_A_UUID: &str = "Input should be a valid UUID";

impl From<Id> for WireId {
    fn from(id: Id) -> Self {
        Self(Some(id))
    }
}

impl Serialize for WireId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.map(uuid::spell).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for WireId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        if uuid::is_well_formed(&text) {
            Ok(Self(uuid::parse(&text)))
        } else {
            Err(D::Error::custom(NOT_A_UUID))
        }
    }
}

impl utoipa::PartialSchema for WireId {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .format(Some(utoipa::openapi::SchemaFormat::Custom("uuid".to_owned())))
            .into()
    }
}

impl utoipa::ToSchema for WireId {}
