//! From the queue of imports to contacts.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::time::Duration;

use bytes::Bytes;
use contact_importer::Worker;
use serde_json::json;
use switchboard_model::Id;
use switchboard_model::access::{Caller, ManageContacts, Permit};
use switchboard_model::contact::import::ImportStatus;
use switchboard_runtime::queue::Queue;
use switchboard_service::contacts::imports::{ContactImports, ImportFile, ImportWorker, Imported};
use switchboard_testkit::{Business, LocalBucket, LocalQueue, World};

const LONG: Duration = Duration::from_mins(5);

struct Stage {
    world: World,
    business: Business,
    bucket: LocalBucket,
    queue: LocalQueue,
}

impl Stage {
    async fn new() -> Self {
        let world = Box::pin(World::new()).await;
        let business = Box::pin(Business::new(&world)).await;
        let bucket = world.aws.create_bucket().await;
        let queue = world.aws.create_queue("contact-imports").await;
        Self { world, business, bucket, queue }
    }

    /// Begins an import of so many rows; its id.
    async fn begin(&self, rows: u32) -> Id {
        let gate = self.world.gate(&self.business.token_key);
        let imports =
            ContactImports::new(self.world.resources.clone(), gate.clone(), self.bucket.bucket.clone());
        let caller: Caller = gate.authenticate(&self.business.owner.token).await.unwrap();
        let rows = (0..rows).map(|at| format!("+1555{at:07}\n")).collect::<Vec<_>>().concat();
        let file = ImportFile {
            workspace_id: self.business.workspace.id,
            file_name: "contacts.csv".to_owned(),
            content: Bytes::from(format!("phone\n{rows}")),
            default_country: None,
        };
        match imports.import(&Permit::<ManageContacts>::new(caller), file).await.unwrap() {
            Imported::Begun(import) => import.id,
            Imported::Done(..) => panic!("it was too short"),
        }
    }

    /// Hands the worker this body; whether it wants it again.
    async fn deliver(&self, body: &str, budget: Duration) -> bool {
        let imports = ImportWorker::new(self.world.resources.clone(), self.bucket.bucket.clone(), budget);
        let queue = Queue::new(self.queue.client.clone(), self.queue.url.clone());
        let worker = Worker::new(imports, queue);
        let event = json!({"Records": [{"messageId": "1", "receiptHandle": "none", "body": body}]});
        !worker.handle(serde_json::from_value(event).unwrap()).await.batch_item_failures.is_empty()
    }
}

#[tokio::test]
async fn a_queued_import_is_worked_on_until_it_is_over() {
    let stage = Stage::new().await;
    let id = stage.begin(1_001).await;
    let body = json!({"import_id": id}).to_string();

    let mut deliveries = 1;
    while stage.deliver(&body, Duration::ZERO).await {
        deliveries += 1;
    }

    let import = stage.world.store().contact_import(id).await.unwrap().unwrap();
    assert_eq!((import.status, import.counts.imported, deliveries), (ImportStatus::Completed, 1_001, 4));
    assert!(!stage.deliver(&body, Duration::ZERO).await);
}

#[tokio::test]
async fn whoever_comes_second_has_the_message_come_again() {
    let stage = Stage::new().await;
    let id = stage.begin(1_001).await;
    let body = json!({"import_id": id}).to_string();

    let (first, second) = tokio::join!(stage.deliver(&body, LONG), stage.deliver(&body, LONG));

    assert!(first || second, "a message is gone while the import could still be interrupted");
    while stage.deliver(&body, LONG).await {}
    let import = stage.world.store().contact_import(id).await.unwrap().unwrap();
    assert_eq!((import.status, import.counts.imported), (ImportStatus::Completed, 1_001));
}

#[tokio::test]
async fn what_is_no_import_is_left_to_the_dead_letters_and_what_is_gone_is_done() {
    let stage = Stage::new().await;
    assert!(stage.deliver("{}", Duration::ZERO).await);
    assert!(
        !stage.deliver(&json!({"import_id": Id::from_bits(1).unwrap()}).to_string(), Duration::ZERO).await
    );
}
