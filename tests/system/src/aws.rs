//! The local AWS, spoken to directly.

use serde_json::{Value, json};

/// Most items of one batch (AWS, `BatchGetItem`).
const BATCH_MAX: usize = 100;

/// The local AWS.
#[derive(Clone, Debug)]
pub struct Aws {
    url: String,
    client: reqwest::Client,
}

impl Aws {
    /// The local AWS at `url`.
    pub fn new(url: &str) -> Self {
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client can be built");
        Self { url: url.to_owned(), client }
    }

    /// Messages in a queue, hidden ones included.
    pub async fn queue_depth(&self, url: &str) -> u64 {
        let body = json!({"QueueUrl": url, "AttributeNames": ["All"]});
        let attributes =
            self.json_call("sqs", "AmazonSQS.GetQueueAttributes", "1.0", &body).await["Attributes"].clone();
        let count =
            |name: &str| attributes[name].as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
        count("ApproximateNumberOfMessages") + count("ApproximateNumberOfMessagesNotVisible")
    }

    /// An item of a table.
    pub async fn item(&self, table: &str, pk: &str, sk: &str) -> Option<Value> {
        let key = json!({"pk": {"S": pk}, "sk": {"S": sk}});
        let body = json!({"TableName": table, "Key": key, "ConsistentRead": true});
        let answer = self.json_call("dynamodb", "DynamoDB_20120810.GetItem", "1.0", &body).await;
        answer.get("Item").cloned()
    }

    /// Those items of one partition that exist, by their sort keys.
    pub async fn items(&self, table: &str, pk: &str, sort_keys: &[String]) -> Vec<Value> {
        let mut items = Vec::new();
        for some in sort_keys.chunks(BATCH_MAX) {
            let keys: Vec<_> = some.iter().map(|sk| json!({"pk": {"S": pk}, "sk": {"S": sk}})).collect();
            let body = json!({"RequestItems": {table: {"Keys": keys, "ConsistentRead": true}}});
            let answer = self.json_call("dynamodb", "DynamoDB_20120810.BatchGetItem", "1.0", &body).await;
            let left = answer["UnprocessedKeys"].as_object().is_some_and(|left| !left.is_empty());
            assert!(!left, "the local AWS leaves nothing over");
            items.extend(answer["Responses"][table].as_array().expect("items").iter().cloned());
        }
        items
    }

    /// Puts an item into a table.
    pub async fn put_item(&self, table: &str, item: Value) {
        let body = json!({"TableName": table, "Item": item});
        let answer = self.json_call("dynamodb", "DynamoDB_20120810.PutItem", "1.0", &body).await;
        assert!(answer.get("__type").is_none(), "{answer}");
    }

    /// How many items a partition has.
    pub async fn count(&self, table: &str, pk: &str) -> u64 {
        let mut body = json!({
            "TableName": table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "Select": "COUNT",
            "ConsistentRead": true,
        });
        let mut count = 0;
        loop {
            let answer = self.json_call("dynamodb", "DynamoDB_20120810.Query", "1.0", &body).await;
            count += answer["Count"].as_u64().expect("a count");
            match answer.get("LastEvaluatedKey") {
                Some(last) => body["ExclusiveStartKey"] = last.clone(),
                None => return count,
            }
        }
    }

    /// Sends a message to a FIFO queue.
    pub async fn send_message(&self, url: &str, body: &str, group: &str, deduplication_id: &str) {
        let body = json!({
            "QueueUrl": url,
            "MessageBody": body,
            "MessageGroupId": group,
            "MessageDeduplicationId": deduplication_id,
        });
        let answer = self.json_call("sqs", "AmazonSQS.SendMessage", "1.0", &body).await;
        assert!(answer["MessageId"].is_string(), "{answer}");
    }

    /// All records that a table's stream still has, as Lambda hands them out.
    pub async fn stream_records(&self, table: &str) -> Vec<Value> {
        let described = self
            .json_call("dynamodb", "DynamoDB_20120810.DescribeTable", "1.0", &json!({"TableName": table}))
            .await;
        let arn = described["Table"]["LatestStreamArn"].clone();
        let streams = |operation: &str| format!("DynamoDBStreams_20120810.{operation}");
        let described =
            self.json_call("dynamodb", &streams("DescribeStream"), "1.0", &json!({"StreamArn": arn})).await;
        let mut records = Vec::new();
        for shard in described["StreamDescription"]["Shards"].as_array().expect("shards") {
            let body =
                json!({"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
            let mut iterator =
                self.json_call("dynamodb", &streams("GetShardIterator"), "1.0", &body).await["ShardIterator"]
                    .clone();
            while iterator.is_string() {
                let page = self
                    .json_call("dynamodb", &streams("GetRecords"), "1.0", &json!({"ShardIterator": iterator}))
                    .await;
                let found = page["Records"].as_array().expect("records").clone();
                if found.is_empty() {
                    break;
                }
                records.extend(found);
                iterator = page["NextShardIterator"].clone();
            }
        }
        records
    }

    /// Invokes a function and answers with its result.
    pub async fn invoke(&self, function: &str, event: &Value) -> Value {
        let url = format!("{}/2015-03-31/functions/{function}/invocations", self.url);
        let request = self.client.post(url).header("authorization", authorization("lambda")).json(event);
        let response = request.send().await.expect("the local AWS answers");
        response.json().await.expect("a function's result")
    }

    async fn json_call(&self, service: &str, target: &str, version: &str, body: &Value) -> Value {
        let request = self
            .client
            .post(&self.url)
            .header("x-amz-target", target)
            .header("content-type", format!("application/x-amz-json-{version}"))
            .header("authorization", authorization(service))
            .body(body.to_string());
        let response = request.send().await.expect("the local AWS answers");
        let text = response.text().await.expect("an answer has a body");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("JSON in {text}"))
    }
}

/// The local AWS takes any signature; it finds the service by the scope.
fn authorization(service: &str) -> String {
    format!(
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, SignedHeaders=host, Signature=0"
    )
}
