//! Events as Lambda hands them out.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::Sha256;

/// A request at the gateway, in version 2.0 of its payload.
#[derive(Debug)]
pub struct HttpEvent<'a> {
    /// Its method.
    pub method: &'static str,
    /// Its path.
    pub path: &'a str,
    /// What follows the question mark.
    pub query: &'a str,
    /// Its bearer token.
    pub token: Option<&'a str>,
    /// Its body.
    pub body: Option<String>,
}

impl HttpEvent<'_> {
    /// The event.
    pub fn bytes(&self) -> Bytes {
        self.with_headers(Map::new())
    }

    /// The event as Meta sends it: signed with a secret.
    pub fn signed(&self, secret: &str) -> Bytes {
        let body = self.body.as_deref().unwrap_or_default();
        let headers = json!({ "x-hub-signature-256": format!("sha256={}", signature(secret, body)) });
        self.with_headers(headers.as_object().cloned().unwrap_or_default())
    }

    fn with_headers(&self, mut headers: Map<String, Value>) -> Bytes {
        headers.insert("host".to_owned(), json!("localhost"));
        headers.insert("content-type".to_owned(), json!("application/json"));
        if let Some(token) = self.token {
            headers.insert("authorization".to_owned(), json!(format!("Bearer {token}")));
        }
        let query: Map<String, Value> = self.query.split('&').filter_map(parameter).collect();
        let event = json!({
            "version": "2.0",
            "routeKey": "$default",
            "rawPath": self.path,
            "rawQueryString": self.query,
            "queryStringParameters": query,
            "headers": headers,
            "requestContext": {
                "accountId": "000000000000",
                "apiId": "local",
                "domainName": "localhost",
                "domainPrefix": "localhost",
                "http": {
                    "method": self.method,
                    "path": self.path,
                    "protocol": "HTTP/1.1",
                    "sourceIp": "127.0.0.1",
                    "userAgent": "bench",
                },
                "requestId": "bench",
                "routeKey": "$default",
                "stage": "$default",
                "time": "01/Jan/2026:00:00:00 +0000",
                "timeEpoch": 1_767_225_600_000_i64,
            },
            "isBase64Encoded": false,
            "body": self.body,
        });
        Bytes::from(event.to_string())
    }
}

fn parameter(pair: &str) -> Option<(String, Value)> {
    pair.split_once('=').map(|(name, value)| (name.to_owned(), json!(value)))
}

fn signature(secret: &str, body: &str) -> String {
    // An HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body.as_bytes());
    hex::encode(mac.finalize().into_bytes())
}

/// A batch of one message of a queue, from the message as `ReceiveMessage` returns it.
pub fn of_queue(message: &Value) -> Bytes {
    let record = json!({
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "md5OfBody": message["MD5OfBody"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:bench",
        "awsRegion": "us-east-1",
    });
    Bytes::from(json!({ "Records": [record] }).to_string())
}

/// A batch of one record of a stream: an item that was put.
pub fn of_stream(item: &Value) -> Bytes {
    let record = json!({
        "eventID": "1",
        "eventName": "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/bench/stream/1",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_767_225_600,
            "Keys": { "pk": item["pk"], "sk": item["sk"] },
            "NewImage": item,
            "SequenceNumber": "1",
            "SizeBytes": 500,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    });
    Bytes::from(json!({ "Records": [record] }).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_those_of_rfc_4231() {
        let digest = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        assert_eq!(signature("Jefe", "what do ya want for nothing?"), digest);
    }

    #[test]
    fn parameters_stand_in_the_event_twice() {
        let event = HttpEvent { method: "GET", path: "/a", query: "b=c&d=e", token: Some("t"), body: None };
        let event: Value = serde_json::from_slice(&event.bytes()).unwrap();
        assert_eq!(event["rawQueryString"], "b=c&d=e");
        assert_eq!(event["queryStringParameters"], json!({ "b": "c", "d": "e" }));
        assert_eq!(event["headers"]["authorization"], "Bearer t");
    }
}
