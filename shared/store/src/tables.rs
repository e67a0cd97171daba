//! The three tables and their schema.

/// A table, by the lifecycle of what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    /// Entities and their indexes.
    Main,
    /// Messages and what Meta told of them.
    Messages,
    /// What expires by itself.
    Ephemeral,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 3] = [Self::Main, Self::Messages, Self::Ephemeral];

    /// What the table is made of; `template.yaml` says the same, and a test compares them.
    pub const fn schema(self) -> Schema {
        match self {
            Self::Main => Schema { stream: true, time_to_live: None },
            Self::Messages => Schema { stream: true, time_to_live: Some("ttl") },
            Self::Ephemeral => Schema { stream: false, time_to_live: Some("ttl") },
        }
    }
}

/// Attribute of the partition key, a string, in every table.
pub const PARTITION_KEY: &str = "pk";
/// Attribute of the sort key, a string, in every table.
pub const SORT_KEY: &str = "sk";

/// What differs between the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schema {
    /// Whether changes are streamed, with new and old images.
    pub stream: bool,
    /// The attribute with the second in which an item expires.
    pub time_to_live: Option<&'static str>,
}

/// The names of a deployment's tables.
#[derive(Clone, Debug)]
pub struct TableNames {
    /// Name of [`Table::Main`].
    pub main: String,
    /// Name of [`Table::Messages`].
    pub messages: String,
    /// Name of [`Table::Ephemeral`].
    pub ephemeral: String,
}

impl TableNames {
    /// The name of `table`.
    pub fn of(&self, table: Table) -> &str {
        match table {
            Table::Main => &self.main,
            Table::Messages => &self.messages,
            Table::Ephemeral => &self.ephemeral,
        }
    }
}
