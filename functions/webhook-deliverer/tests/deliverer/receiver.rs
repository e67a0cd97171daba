//! A receiver of webhooks.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request that was received.
#[derive(Clone, Debug)]
pub struct Request {
    /// Headers by their names in lower case.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

type Answers = Arc<dyn Fn(usize, &Request) -> Option<String> + Send + Sync>;

/// A receiver that keeps what it gets.
#[derive(Clone)]
pub struct Receiver {
    pub url: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

/// An answer with this status and these headers.
pub fn answer(status: u16, headers: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Status\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

impl Receiver {
    /// One that answers the request with this number, from 0, as `answers` says; with `None` it says nothing.
    pub async fn new(answers: impl Fn(usize, &Request) -> Option<String> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers): (_, Answers) = (Arc::clone(&requests), Arc::new(answers));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&seen), Arc::clone(&answers)));
            }
        });
        Self { url, requests }
    }

    /// One that always answers with this status.
    pub async fn with_status(status: u16) -> Self {
        Self::new(move |_, _| Some(answer(status, "", ""))).await
    }

    pub fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, seen: Arc<Mutex<Vec<Request>>>, answers: Answers) {
    let mut bytes = Vec::new();
    let request = loop {
        let mut some = [0; 4_096];
        let Ok(count @ 1..) = stream.read(&mut some).await else { return };
        bytes.extend_from_slice(&some[..count]);
        if let Some(request) = parsed(&bytes) {
            break request;
        }
    };
    let number = {
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        seen.len() - 1
    };
    match answers(number, &request) {
        Some(answer) => {
            let _ = stream.write_all(answer.as_bytes()).await;
        }
        None => tokio::time::sleep(std::time::Duration::from_secs(30)).await,
    }
}

fn parsed(bytes: &[u8]) -> Option<Request> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let headers: HashMap<String, String> = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length")?.parse().ok()?;
    (body.len() >= length).then(|| Request { headers, body: body.to_owned() })
}
