//! What came of a large import.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use serde_json::{Value, json};

use super::ContactFile;

/// How an import went.
#[derive(Clone, Debug)]
pub struct Course {
    /// From its start to its end.
    pub took: Duration,
    /// How often its function was killed.
    pub kills: u32,
    /// The most memory that a process of its function had, in KB.
    pub peak_memory: u64,
    /// The import at its end, as the API tells it.
    pub import: Value,
}

/// What came of an import, and of the same file again.
#[derive(Clone, Debug)]
pub struct ImportReport {
    /// The file.
    pub file: ContactFile,
    /// Its bytes.
    pub bytes: usize,
    /// The first import.
    pub first: Course,
    /// Rows by what came of them in the first import, as its results list them.
    pub outcomes: BTreeMap<String, Vec<u64>>,
    /// Contacts as they are stored, by number, after the first import.
    pub contacts: BTreeMap<String, Value>,
    /// How many contacts the API counts in the end.
    pub total: Value,
    /// How many contacts stand in the list in the end.
    pub listed: u64,
    /// The second import.
    pub again: Course,
    /// Contacts after the second import that are not as they were after the first.
    pub changed: usize,
}

impl ImportReport {
    /// Fails unless the first import did each row of the file once and the second one changed nothing.
    pub fn check(&self, kills: u32) {
        let failing = self.file.failing();
        let fine = self.file.rows - failing;
        let counts = |course: &Course| {
            ["total_rows", "imported", "updated", "unchanged", "failed"]
                .map(|name| course.import[name].clone())
        };
        let expected = [self.file.rows, fine, 0, 0, failing].map(Value::from);
        assert_eq!(
            (&self.first.import["status"], counts(&self.first)),
            (&"completed".into(), expected),
            "{self}"
        );
        let expected = [self.file.rows, 0, 0, fine, failing].map(Value::from);
        assert_eq!(
            (&self.again.import["status"], counts(&self.again)),
            (&"completed".into(), expected),
            "{self}"
        );
        assert!(self.first.kills >= kills, "{self}");
        self.check_contacts();
        let rows =
            |fine: bool| (1..=self.file.rows).filter(move |row| ContactFile::number(*row).is_some() == fine);
        for (outcome, expected) in [("imported", rows(true)), ("failed", rows(false))] {
            let found = self.outcomes.get(outcome).cloned().unwrap_or_default();
            assert!(found.into_iter().eq(expected.map(u64::from)), "{outcome}: {self}");
        }
    }

    fn check_contacts(&self) {
        for row in 1..=self.file.rows {
            let Some(number) = ContactFile::number(row) else { continue };
            let contact = self.contacts.get(&number.to_string()).unwrap_or(&Value::Null);
            let as_in_file = contact["name"]["S"] == ContactFile::name(row)
                && contact["tags"]["L"] == json!([{"S": ContactFile::tag(row)}])
                && contact["opted_in"]["BOOL"] == true;
            assert!(as_in_file, "row {row} became {contact}: {self}");
        }
        let count = self.file.rows - self.file.failing();
        assert_eq!(self.contacts.len(), count as usize, "{self}");
        assert_eq!((&self.total, self.listed), (&json!(count), u64::from(count)), "{self}");
        assert_eq!(self.changed, 0, "{self}");
    }
}

impl fmt::Display for ImportReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, {} rows, {} bytes", self.file.file_name(), self.file.rows, self.bytes)?;
        for (name, course) in [("first", &self.first), ("again", &self.again)] {
            let Course { took, kills, peak_memory, import } = course;
            writeln!(
                f,
                "  {name}: {} in {:.1} s, killed {kills} times, at most {:.1} MB",
                import["status"],
                took.as_secs_f64(),
                f64::from(u32::try_from(*peak_memory).unwrap_or(u32::MAX)) / 1_024.0,
            )?;
            for name in ["total_rows", "imported", "updated", "unchanged", "failed"] {
                writeln!(f, "    {name:<12} {}", import[name])?;
            }
        }
        for (outcome, rows) in &self.outcomes {
            writeln!(f, "  results {outcome:<12} {}", rows.len())?;
        }
        let Self { contacts, total, listed, .. } = self;
        writeln!(f, "  contacts {} stored, {total} counted, {listed} listed", contacts.len())?;
        writeln!(f, "  changed by the second import {}", self.changed)
    }
}
