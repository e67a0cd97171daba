//! A receiver of webhooks on this machine, which may misbehave.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use switchboard_model::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// What a receiver asks for by `Retry-After`.
pub const RETRY_AFTER_SECONDS: u32 = 2;
/// Longer than anybody waits for an answer.
const FOR_EVER: Duration = Duration::from_mins(1);
/// What a flood is announced as: 1 GiB.
const FLOOD_BYTES: usize = 1 << 30;

/// How a receiver answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// With 200.
    Takes,
    /// Not at all.
    Hangs,
    /// With 500.
    Fails,
    /// With 302.
    Redirects,
    /// With 200 and a body of 1 GiB.
    Floods,
    /// With 429 and `Retry-After`.
    IsBusy,
}

/// An attempt as its receiver sees it.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The message that it tells of.
    pub message_id: String,
    /// From the event to its receipt.
    pub latency: Duration,
    /// Whether the independent crate finds its signature good.
    pub verified: bool,
    /// Where it was posted to.
    pub path: String,
}

/// A receiver.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// Where it is.
    pub url: String,
    /// How it answers.
    pub manner: Manner,
    seen: Arc<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    secret: OnceLock<String>,
    receipts: Mutex<Vec<Receipt>>,
    largest_answer: AtomicU64,
}

impl Receiver {
    /// One that answers in this manner.
    pub async fn new(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let url = format!("http://{}/hook", listener.local_addr().expect("a bound port has an address"));
        let receiver = Self { url, manner, seen: Arc::default() };
        let serving = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                tokio::spawn(async move { serving.serve(stream).await });
            }
        });
        receiver
    }

    /// Tells it the secret that signatures are made with, before anything is sent.
    pub fn trust(&self, secret: String) {
        self.seen.secret.set(secret).expect("a receiver has one secret");
    }

    /// All that it received.
    pub fn receipts(&self) -> Vec<Receipt> {
        self.seen.receipts.lock().expect("receipts").clone()
    }

    /// The messages that it was told of.
    pub fn messages(&self) -> BTreeSet<String> {
        self.receipts().into_iter().map(|receipt| receipt.message_id).collect()
    }

    /// The most bytes of an answer that the other side took.
    pub fn largest_answer(&self) -> u64 {
        self.seen.largest_answer.load(Ordering::Relaxed)
    }

    async fn serve(&self, mut stream: TcpStream) {
        let Some((path, headers, body)) = request(&mut stream).await else { return };
        let receipt = self.receipt(path, &headers, &body);
        self.seen.receipts.lock().expect("receipts").push(receipt);
        // Who asks may have gone by now.
        let _ = match self.manner {
            Manner::Takes => stream.write_all(answer("200 OK", "").as_bytes()).await,
            Manner::Fails => stream.write_all(answer("500 Internal Server Error", "").as_bytes()).await,
            Manner::Redirects => {
                let elsewhere = format!("location: {}\r\n", self.url.replace("/hook", "/elsewhere"));
                stream.write_all(answer("302 Found", &elsewhere).as_bytes()).await
            }
            Manner::IsBusy => {
                let later = format!("retry-after: {RETRY_AFTER_SECONDS}\r\n");
                stream.write_all(answer("429 Too Many Requests", &later).as_bytes()).await
            }
            Manner::Floods => self.flood(&mut stream).await,
            Manner::Hangs => {
                sleep(FOR_EVER).await;
                Ok(())
            }
        };
    }

    async fn flood(&self, stream: &mut TcpStream) -> std::io::Result<()> {
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {FLOOD_BYTES}\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        let wave = vec![b'x'; 16 * 1024];
        let mut written = 0;
        while written < FLOOD_BYTES {
            stream.write_all(&wave).await?;
            written += wave.len();
            let so_far = u64::try_from(written).unwrap_or(u64::MAX);
            self.seen.largest_answer.fetch_max(so_far, Ordering::Relaxed);
        }
        Ok(())
    }

    fn receipt(&self, path: String, headers: &HeaderMap, body: &[u8]) -> Receipt {
        let event: Value = serde_json::from_slice(body).unwrap_or_default();
        let secret = self.seen.secret.get().expect("a receiver knows its secret");
        let webhook = standardwebhooks::Webhook::new(secret).expect("a secret of Standard Webhooks");
        let happened: Option<Timestamp> = event["timestamp"].as_str().and_then(|text| text.parse().ok());
        let happened = happened.map_or(0, Timestamp::as_millisecond);
        Receipt {
            message_id: event["data"]["id"].as_str().unwrap_or_default().to_owned(),
            latency: Duration::from_millis(u64::try_from(now() - happened).unwrap_or(0)),
            verified: webhook.verify(body, headers).is_ok(),
            path,
        }
    }
}

fn answer(status: &str, headers: &str) -> String {
    format!("HTTP/1.1 {status}\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n")
}

/// The path, headers and body of a request; nothing where the connection ends before it does.
async fn request(stream: &mut TcpStream) -> Option<(String, HeaderMap, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut part = [0; 8_192];
    loop {
        let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.lines();
        let path = lines.next()?.split(' ').nth(1)?.to_owned();
        let mut headers = HeaderMap::new();
        for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
            headers.insert(name.parse::<HeaderName>().ok()?, value.parse::<HeaderValue>().ok()?);
        }
        let length: usize = headers.get("content-length")?.to_str().ok()?.parse().ok()?;
        if let Some(body) = bytes.get(end + 4..end + 4 + length) {
            return Some((path, headers, body.to_vec()));
        }
    }
}

/// Now, in Unix milliseconds.
#[expect(clippy::disallowed_methods, reason = "receivers see real time")]
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(0)
}
