//! A large import whose function is killed on the way, and what must hold of it afterwards.

mod file;
mod report;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rand::RngExt;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::time::sleep;

use crate::worker::peak_memory;
use crate::{Business, Stack, key_of, kill};

pub use file::{ContactFile, FileKind};
pub use report::{Course, ImportReport};

const FUNCTION: &str = "ContactImporterFunctionName";
/// Items of a page of the API.
const PAGE: usize = 100;
/// Items of a list that are counts, and no contacts.
const COUNTS: u64 = 16;
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A large file that is to be imported.
#[derive(Clone, Debug)]
pub struct TestImport {
    business: Business,
    file: ContactFile,
    content: Vec<u8>,
}

impl TestImport {
    /// An import of this file by a business of its own.
    pub async fn new(stack: &Stack, file: ContactFile) -> Self {
        Self { business: Business::new(stack).await, file, content: file.content() }
    }

    /// Imports the file while the function is killed so often, reads what came of it, and imports it again.
    pub async fn run(&self, stack: &Stack, kills: u32, patience: Duration) -> ImportReport {
        let first = self.import(stack, kills, patience).await;
        let outcomes = self.outcomes(&first.import).await;
        let contacts = self.contacts(stack).await;
        let again = self.import(stack, 0, patience).await;
        let after = self.contacts(stack).await;
        let changed = after.iter().filter(|(number, contact)| contacts.get(*number) != Some(contact)).count();
        let (total, listed) = self.totals(stack).await;
        ImportReport {
            file: self.file,
            bytes: self.content.len(),
            first,
            outcomes,
            contacts,
            total,
            listed,
            again,
            changed,
        }
    }

    /// Uploads the file, imports it, and kills the function after every so many rows.
    async fn import(&self, stack: &Stack, kills: u32, patience: Duration) -> Course {
        let id = self.upload().await;
        let path = format!("/api/contacts/imports/{id}");
        let started = now();
        let answer = self.business.api.post(&format!("{path}/start"), json!({})).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let function = stack.output(FUNCTION);
        let mut course = Course { took: Duration::ZERO, kills: 0, peak_memory: 0, import: Value::Null };
        loop {
            sleep(LOOK_AGAIN).await;
            course.import = self.business.api.get(&path).await.body;
            course.took = started.elapsed();
            course.peak_memory = course.peak_memory.max(peak_memory(function));
            if course.import["status"] != "processing" {
                return course;
            }
            assert!(course.took < patience, "an import is not over after {patience:?}: {}", course.import);
            let rows = course.import["total_rows"].as_u64().unwrap_or(0);
            let due = u64::from(self.file.rows) * u64::from(course.kills + 1) / u64::from(kills + 1);
            if course.kills < kills && rows >= due {
                // Anywhere within a piece.
                let pause = rand::rng().random_range(0..3_000);
                sleep(Duration::from_millis(pause)).await;
                course.kills += u32::from(kill(function) > 0);
            }
        }
    }

    /// Announces the file and uploads it to the address that the API names; the id of the import.
    async fn upload(&self) -> String {
        let announcement = json!({
            "workspace_id": self.business.workspace_id,
            "file_name": self.file.file_name(),
            "file_size": self.content.len(),
            "sha256": hex::encode(Sha256::digest(&self.content)),
        });
        let announced = self.business.api.post("/api/contacts/imports/uploads", announcement).await;
        assert_eq!(announced.status, 201, "{}", announced.text);
        let upload = &announced.body["upload"];
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client can be built");
        let mut request = client.put(upload["url"].as_str().expect("an address")).body(self.content.clone());
        for (name, value) in upload["headers"].as_object().expect("headers") {
            request = request.header(name, value.as_str().expect("text"));
        }
        assert_eq!(request.send().await.expect("the bucket answers").status(), 200);
        announced.str("id")
    }

    /// The rows by what came of them.
    async fn outcomes(&self, import: &Value) -> BTreeMap<String, Vec<u64>> {
        let path = format!("/api/contacts/imports/{}/results?", import["id"].as_str().expect("an id"));
        let mut outcomes: BTreeMap<String, Vec<u64>> = BTreeMap::new();
        for row in self.pages(&path).await {
            let outcome = row["status"].as_str().expect("a status").to_owned();
            outcomes.entry(outcome).or_default().push(row["row_number"].as_u64().expect("a number"));
        }
        let failed = self.pages(&format!("{path}status=failed&")).await;
        let failed: Vec<u64> = failed.iter().filter_map(|row| row["row_number"].as_u64()).collect();
        assert_eq!(outcomes.get("failed"), Some(&failed), "what failed is not what is listed as failed");
        outcomes
    }

    /// The contacts as they are stored, by number. The local AWS reads a list of so many too slowly for all its pages.
    async fn contacts(&self, stack: &Stack) -> BTreeMap<String, Value> {
        let numbers: Vec<_> = (1..=self.file.rows).filter_map(ContactFile::number).collect();
        let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
        let partition = format!("CONTACTS#{}", key_of(&self.business.workspace_id));
        let items = stack.aws().items(stack.output("MainTableName"), &partition, &numbers).await;
        items.into_iter().map(|item| (item["sk"]["S"].as_str().expect("a key").to_owned(), item)).collect()
    }

    /// How many contacts there are as the API tells it, and how many stand in the list.
    async fn totals(&self, stack: &Stack) -> (Value, u64) {
        let path = format!("/api/contacts?workspace_id={}&limit=1", self.business.workspace_id);
        let partition = format!("CONTACTLIST#{}", key_of(&self.business.workspace_id));
        let items = stack.aws().count(stack.output("MainTableName"), &partition).await;
        (self.business.api.get(&path).await.body["total"].clone(), items.saturating_sub(COUNTS))
    }

    /// A whole list, page by page.
    async fn pages(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        loop {
            let page = format!("{path}limit={PAGE}&offset={}", items.len());
            let answer = self.business.api.get(&page).await;
            assert_eq!(answer.status, 200, "{}", answer.text);
            let some = answer.body["data"].as_array().expect("a page").clone();
            let whole = some.len() == PAGE;
            items.extend(some);
            if !whole {
                assert_eq!(answer.body["total"], items.len(), "{path}");
                return items;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a report measures real time")]
fn now() -> Instant {
    Instant::now()
}
