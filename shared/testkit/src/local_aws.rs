//! The local AWS that tests run against.

use aws_credential_types::Credentials;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType, StreamSpecification,
    StreamViewType,
};
use aws_sdk_s3::config::{RequestChecksumCalculation, ResponseChecksumValidation};
use aws_sdk_sqs::types::QueueAttributeName;
use switchboard_bucket::Bucket;
use switchboard_meter::CallMeter;
use switchboard_model::Randomness;
use switchboard_model::random::SystemRandomness;
use switchboard_store::{Table, TableNames, UnitMeter};

/// The address of the local AWS; `cargo xtask test` sets it.
const ADDRESS: &str = "SWITCHBOARD_TEST_AWS_URL";

/// Clients of the local AWS, and names that no other test uses.
#[derive(Clone, Debug)]
pub struct LocalAws {
    url: String,
    prefix: String,
}

/// A queue of one test.
#[derive(Clone, Debug)]
pub struct LocalQueue {
    /// A client of it.
    pub client: aws_sdk_sqs::Client,
    /// Its address.
    pub url: String,
}

/// A bucket of one test.
#[derive(Clone, Debug)]
pub struct LocalBucket {
    /// A client of it.
    pub client: aws_sdk_s3::Client,
    /// Its name.
    pub name: String,
    /// The bucket as services see it.
    pub bucket: Bucket,
}

/// A group of timers of one test.
#[derive(Clone, Debug)]
pub struct LocalTimers {
    /// A client of them.
    pub client: aws_sdk_scheduler::Client,
    /// The name of the group.
    pub group: String,
    /// The queue that they lead to.
    pub queue_arn: String,
}

macro_rules! config {
    ($self:ident, $sdk:ident) => {
        $sdk::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "test"))
            .endpoint_url($self.url.clone())
            .interceptor(CallMeter)
    };
}

impl LocalAws {
    /// The local AWS, with names of this test's own.
    ///
    /// # Panics
    /// Where no local AWS runs.
    #[expect(clippy::disallowed_methods, reason = "where the local AWS is only the environment can tell")]
    pub fn new() -> Self {
        let url =
            std::env::var(ADDRESS).expect("SWITCHBOARD_TEST_AWS_URL is not set: run `cargo xtask test`");
        Self { url, prefix: format!("test-{:016x}", SystemRandomness.next_u64()) }
    }

    /// Its host and port.
    pub(crate) fn address(&self) -> &str {
        self.url.trim_start_matches("http://").trim_end_matches('/')
    }

    /// The same by way of another address.
    pub(crate) fn at(&self, url: String) -> Self {
        Self { url, ..self.clone() }
    }

    /// A client of DynamoDB.
    pub fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        aws_sdk_dynamodb::Client::from_conf(config!(self, aws_sdk_dynamodb).interceptor(UnitMeter).build())
    }

    /// A client of KMS.
    pub fn kms(&self) -> aws_sdk_kms::Client {
        aws_sdk_kms::Client::from_conf(config!(self, aws_sdk_kms).build())
    }

    /// A client of Secrets Manager.
    pub fn secrets_manager(&self) -> aws_sdk_secretsmanager::Client {
        aws_sdk_secretsmanager::Client::from_conf(config!(self, aws_sdk_secretsmanager).build())
    }

    /// A client of S3.
    pub fn s3(&self) -> aws_sdk_s3::Client {
        let config = config!(self, aws_sdk_s3)
            .force_path_style(true)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenRequired);
        aws_sdk_s3::Client::from_conf(config.build())
    }

    /// A client of SQS.
    pub fn sqs(&self) -> aws_sdk_sqs::Client {
        aws_sdk_sqs::Client::from_conf(config!(self, aws_sdk_sqs).build())
    }

    /// The names of the three tables.
    pub fn table_names(&self) -> TableNames {
        TableNames {
            main: format!("{}-main", self.prefix),
            messages: format!("{}-messages", self.prefix),
            ephemeral: format!("{}-ephemeral", self.prefix),
        }
    }

    /// Makes the three tables.
    pub async fn create_tables(&self) -> TableNames {
        let names = self.table_names();
        let client = self.dynamodb();
        for table in Table::ALL {
            create_table(&client, names.of(table), table.schema().stream).await;
        }
        names
    }

    /// Makes a KMS key and answers with its id.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn create_key(&self) -> String {
        let answer = self.kms().create_key().send().await.expect("a key can be made");
        answer.key_metadata.expect("a key has metadata").key_id
    }

    /// Makes a secret with this JSON and answers with its name.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn create_secret(&self, name: &str, json: &serde_json::Value) -> String {
        let name = format!("{}-{name}", self.prefix);
        let request = self.secrets_manager().create_secret().name(&name).secret_string(json.to_string());
        request.send().await.expect("a secret can be made");
        name
    }

    /// Makes a bucket.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn create_bucket(&self) -> LocalBucket {
        let (client, name) = (self.s3(), format!("{}-media", self.prefix));
        client.create_bucket().bucket(&name).send().await.expect("a bucket can be made");
        LocalBucket { bucket: Bucket::new(client.clone(), name.clone()), client, name }
    }

    /// Makes a queue; a FIFO one where the name ends in `.fifo`.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn create_queue(&self, name: &str) -> LocalQueue {
        let client = self.sqs();
        let mut request = client.create_queue().queue_name(format!("{}-{name}", self.prefix));
        if name.strip_suffix(".fifo").is_some() {
            request = request.attributes(QueueAttributeName::FifoQueue, "true");
        }
        let answer = request.send().await.expect("a queue can be made");
        LocalQueue { url: answer.queue_url.expect("a queue has an address"), client }
    }
}

impl LocalAws {
    /// Makes a group of timers that lead to `queue`.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn create_timers(&self, queue: &LocalQueue) -> LocalTimers {
        let client = aws_sdk_scheduler::Client::from_conf(config!(self, aws_sdk_scheduler).build());
        let group = format!("{}-timers", self.prefix);
        client.create_schedule_group().name(&group).send().await.expect("a group can be made");
        let name = queue.url.rsplit('/').next().unwrap_or_default();
        LocalTimers { client, group, queue_arn: format!("arn:aws:sqs:us-east-1:000000000000:{name}") }
    }
}

impl Default for LocalAws {
    fn default() -> Self {
        Self::new()
    }
}

impl LocalBucket {
    /// The names of all objects, in order.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn keys(&self) -> Vec<String> {
        let request = self.client.list_objects_v2().bucket(&self.name);
        let objects = request.send().await.expect("a bucket can be listed").contents.unwrap_or_default();
        objects.into_iter().filter_map(|object| object.key).collect()
    }

    /// The content of an object.
    ///
    /// # Panics
    /// Where there is none.
    pub async fn content(&self, key: &str) -> Vec<u8> {
        let request = self.client.get_object().bucket(&self.name).key(key);
        let object = request.send().await.expect("an object");
        object.body.collect().await.expect("a content").to_vec()
    }
}

impl LocalQueue {
    /// Takes up to ten messages off the queue and answers with their bodies.
    ///
    /// # Panics
    /// Where the local AWS refuses.
    pub async fn take(&self) -> Vec<String> {
        let request = self.client.receive_message().queue_url(&self.url).max_number_of_messages(10);
        let messages = request.send().await.expect("a queue can be read").messages.unwrap_or_default();
        for message in &messages {
            let handle = message.receipt_handle().expect("a received message has a handle");
            let request = self.client.delete_message().queue_url(&self.url).receipt_handle(handle);
            request.send().await.expect("a message can be deleted");
        }
        messages.into_iter().filter_map(|message| message.body).collect()
    }
}

async fn create_table(client: &aws_sdk_dynamodb::Client, name: &str, stream: bool) {
    let key = |name: &str, kind| KeySchemaElement::builder().attribute_name(name).key_type(kind).build();
    let attribute = |name: &str| {
        AttributeDefinition::builder().attribute_name(name).attribute_type(ScalarAttributeType::S).build()
    };
    let stream = stream.then(|| {
        let view = StreamViewType::NewAndOldImages;
        StreamSpecification::builder().stream_enabled(true).stream_view_type(view).build()
    });
    client
        .create_table()
        .table_name(name)
        .billing_mode(BillingMode::PayPerRequest)
        .key_schema(key("pk", KeyType::Hash).expect("a key"))
        .key_schema(key("sk", KeyType::Range).expect("a key"))
        .attribute_definitions(attribute("pk").expect("an attribute"))
        .attribute_definitions(attribute("sk").expect("an attribute"))
        .set_stream_specification(stream.transpose().expect("a stream"))
        .send()
        .await
        .expect("a table can be made");
}
