//! What the functions log, in one file.

use std::collections::HashSet;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::http;

/// Where `template.yaml` lets the functions of the local stack log.
const LOG_GROUP: &str = "/aws/lambda/switchboard";
const EVERY: Duration = Duration::from_secs(1);
/// How far back is looked again, since invocations do not end in the order of their lines' times.
const OVERLAP_MS: i64 = 5000;

/// Copies lines until it is dropped.
#[derive(Debug)]
pub struct Follower(JoinHandle<()>);

impl Drop for Follower {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Starts to copy what functions log to a file, which is emptied first.
pub fn follow(endpoint: &str, file: &Path) -> Result<Follower> {
    std::fs::write(file, "")?;
    let mut position =
        Position { endpoint: endpoint.to_owned(), file: file.to_owned(), ..Position::default() };
    Ok(Follower(tokio::spawn(async move {
        loop {
            // The group is made with the first line, and the local AWS may be busy: the next round will do.
            drop(position.copy_new_lines().await);
            tokio::time::sleep(EVERY).await;
        }
    })))
}

/// How far the lines have been copied.
#[derive(Debug, Default)]
struct Position {
    endpoint: String,
    file: PathBuf,
    latest: i64,
    /// Each invocation has a stream of its own, which is written at once.
    copied: HashSet<String>,
}

#[derive(Deserialize)]
struct Events {
    events: Vec<Event>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    timestamp: i64,
    message: String,
    log_stream_name: String,
}

impl Position {
    async fn copy_new_lines(&mut self) -> Result<()> {
        let body = json!({ "logGroupName": LOG_GROUP, "startTime": self.latest - OVERLAP_MS });
        let answer = http::aws(&self.endpoint, "Logs_20140328.FilterLogEvents", &body).await?;
        let Events { events } = serde_json::from_value(answer.json()?)?;
        let mut file = OpenOptions::new().append(true).open(&self.file)?;
        for event in events.iter().filter(|event| !self.copied.contains(&event.log_stream_name)) {
            if !is_about_the_invocation(&event.message) {
                writeln!(file, "{}", event.message)?;
            }
        }
        self.latest = events.iter().map(|event| event.timestamp).max().unwrap_or(self.latest);
        self.copied = events.into_iter().map(|event| event.log_stream_name).collect();
        Ok(())
    }
}

/// Whether a line is Lambda's own, not the function's.
fn is_about_the_invocation(line: &str) -> bool {
    ["START RequestId:", "END RequestId:", "REPORT RequestId:"].iter().any(|start| line.starts_with(start))
}
