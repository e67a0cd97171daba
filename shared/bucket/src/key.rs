//! The names of objects. Only this module puts them together.
//!
//! The first part decides how long an object lives: the template's lifecycle rules go by it.

use std::fmt;

use switchboard_model::Id;

/// The name of an object.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ObjectKey(String);

impl ObjectKey {
    /// The content of a media file.
    pub fn media(workspace_id: Id, id: Id) -> Self {
        Self(format!("media/{workspace_id}/{id}"))
    }

    /// What a client uploads before it is looked at.
    pub fn upload(workspace_id: Id, id: Id) -> Self {
        Self(format!("uploads/{workspace_id}/{id}"))
    }

    /// A file of contacts to import.
    pub fn contact_import(workspace_id: Id, id: Id) -> Self {
        Self(format!("imports/{workspace_id}/{id}"))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_as_they_are() {
        let [workspace, id] = [1, 2].map(|bits| Id::from_bits(bits).unwrap());
        assert_eq!(ObjectKey::media(workspace, id).as_str(), "media/0000000000001/0000000000002");
        assert_eq!(ObjectKey::upload(workspace, id).as_str(), "uploads/0000000000001/0000000000002");
        assert_eq!(ObjectKey::contact_import(workspace, id).as_str(), "imports/0000000000001/0000000000002");
    }
}
