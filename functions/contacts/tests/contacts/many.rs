//! Lists around a page, and results of imports of 10,000 rows.

use serde_json::json;
use switchboard_model::Id;
use switchboard_model::contact::import::{
    Import, ImportCounts, ImportStatus, PIECE_ROWS, RowResult, RowStatus,
};
use switchboard_model::id::spelling::uuid;
use switchboard_testkit::Call;

use crate::support::{Stage, names};

const LIMIT: usize = 100;

#[tokio::test]
async fn contacts_are_listed_exactly_where_they_are_none_one_a_page_and_one_more() {
    const PAGE: usize = 20;
    let stage = Stage::new().await;
    let mut expected: Vec<String> = Vec::new();
    for count in [0, 1, PAGE, PAGE + 1] {
        for at in expected.len()..count {
            let contact = json!({"name": format!("Contact {at}"), "tags": ["vip"]});
            stage.created(&format!("+1555000{at:04}"), contact).await;
            expected.insert(0, format!("Contact {at}"));
        }
        for filter in ["", "&tags=vip", "&opted_in=true", "&search=contact", "&tags=vip,none"] {
            let (first, second) =
                (stage.list(filter).await, stage.list(&format!("{filter}&offset={PAGE}")).await);
            assert_eq!(names(&first), expected[..count.min(PAGE)], "{count} {filter}");
            assert_eq!(names(&second), expected[count.min(PAGE)..], "{count} {filter}");
            for page in [first, second] {
                assert_eq!(page.json()["total"], count, "{filter}");
                assert_eq!(page.json().get("truncated"), None);
            }
        }
    }
}

/// What came of a row: every tenth failed.
fn result(row: u64) -> RowResult {
    let failed = row.is_multiple_of(10);
    RowResult {
        row_number: row,
        phone_number: format!("+1555{row:07}"),
        status: if failed { RowStatus::Failed } else { RowStatus::Imported },
        reason: failed.then(|| "Invalid phone number format".to_owned()),
    }
}

impl Stage {
    /// An import of so many rows that is over.
    async fn over(&self, rows: usize) -> String {
        let (store, now) = (self.world.store(), self.world.resources.now());
        let mut import = Import {
            id: self.world.resources.ids.next_id(),
            workspace_id: self.workspace_id(),
            file_name: "contacts.csv".to_owned(),
            file_size: 1,
            default_country: None,
            status: ImportStatus::Completed,
            failure: None,
            pieces: 0,
            counts: ImportCounts::default(),
            created_by: None::<Id>,
            created_at: now,
            updated_at: now,
            version: 1,
        };
        let results: Vec<_> = (1..=rows as u64).map(result).collect();
        for piece in results.chunks(PIECE_ROWS) {
            store.put_import_results(import.id, import.pieces, &import.counts, piece, now).await.unwrap();
            for row in piece {
                import.counts.add(row.status);
            }
            import.pieces += 1;
        }
        store.create_contact_import(&import).await.unwrap();
        uuid::spell(import.id)
    }

    /// Looks at pages of results at their beginning, in the middle and around their end.
    async fn check_results(&self, id: &str, query: &str, rows: &[u64]) {
        for offset in [0, 1, LIMIT, rows.len() / 2, rows.len().saturating_sub(1), rows.len()] {
            let path = format!("/api/contacts/imports/{id}/results?limit={LIMIT}&offset={offset}{query}");
            let page = self.send(Call::get(path)).await.json();
            let data = page["data"].as_array().unwrap().iter();
            let listed: Vec<_> = data.map(|row| row["row_number"].as_u64().unwrap()).collect();
            let expected: Vec<_> = rows.iter().copied().skip(offset).take(LIMIT).collect();
            assert_eq!((listed, &page["total"]), (expected, &json!(rows.len())), "{query} from {offset}");
        }
    }
}

#[tokio::test]
async fn results_of_an_import_are_listed_in_right_pages_with_exact_totals() {
    let stage = Stage::new().await;
    for count in [0, 1, LIMIT, LIMIT + 1, 10_000] {
        let id = stage.over(count).await;
        let all: Vec<u64> = (1..=count as u64).collect();
        let (failed, imported): (Vec<u64>, Vec<u64>) = all.iter().partition(|row| row.is_multiple_of(10));

        stage.check_results(&id, "", &all).await;
        stage.check_results(&id, "&status=failed", &failed).await;
        stage.check_results(&id, "&status=imported", &imported).await;
        stage.check_results(&id, "&status=updated", &[]).await;
    }
}
