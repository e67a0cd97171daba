//! The files that tell others about a running stack.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::{Value, json};

use crate::deploy::Deployment;
use crate::ministack::MiniStack;

/// `stack.json` and `functions.env`, which are there as long as the stack runs.
#[derive(Debug)]
pub struct Documents {
    stack: PathBuf,
    environment: PathBuf,
}

impl Documents {
    /// Writes both. `facts` is what is known beside the deployment.
    pub fn write(data: &Path, aws: &MiniStack, deployment: &Deployment, mut facts: Value) -> Result<Self> {
        let documents = Self { stack: data.join("stack.json"), environment: data.join("functions.env") };
        fs::write(&documents.environment, environment(aws, deployment))?;
        facts["aws_endpoint_url"] = json!(aws.address());
        facts["outputs"] = json!(outputs(aws, deployment));
        facts["data_dir"] = json!(data);
        // Whoever waits for the file must never read half of it.
        let unfinished = data.join("stack.json.new");
        fs::write(&unfinished, serde_json::to_string_pretty(&facts)?)?;
        fs::rename(unfinished, &documents.stack)?;
        Ok(documents)
    }

    /// The path of `stack.json`.
    pub fn stack(&self) -> &Path {
        &self.stack
    }
}

impl Drop for Documents {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.stack));
        drop(fs::remove_file(&self.environment));
    }
}

/// What a function needs to run against the stack from outside of it, as `cargo lambda watch` does.
fn environment(aws: &MiniStack, deployment: &Deployment) -> String {
    let address = aws.address();
    let endpoint = [
        ("AWS_ENDPOINT_URL", address.as_str()),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
    ];
    let variables = deployment.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let lines: Vec<String> =
        endpoint.into_iter().chain(variables).map(|(name, value)| format!("{name}={value}\n")).collect();
    lines.concat()
}

fn outputs<'a>(aws: &MiniStack, deployment: &'a Deployment) -> BTreeMap<&'a str, String> {
    let local = |value: &str| local_address(value, aws.port());
    deployment.outputs.iter().map(|(name, value)| (name.as_str(), local(value))).collect()
}

/// A queue's address holds the port with which it was made; the local AWS may listen on another now.
fn local_address(value: &str, port: u16) -> String {
    match value.strip_prefix("http://localhost:").and_then(|rest| rest.split_once('/')) {
        Some((_, path)) => format!("http://localhost:{port}/{path}"),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::local_address;

    #[test]
    fn addresses_of_queues_follow_the_port() {
        assert_eq!(local_address("http://localhost:1/0/queue", 2), "http://localhost:2/0/queue");
        assert_eq!(local_address("switchboard-MainTable", 2), "switchboard-MainTable");
    }
}
