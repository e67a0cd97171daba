//! `MiniStack`, the local AWS.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process::Process;
use crate::venv::Venv;
use crate::{http, ports};

const START_PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// A running local AWS. It writes its state when it is dropped.
#[derive(Debug)]
pub struct MiniStack {
    process: Process,
    port: u16,
    log: PathBuf,
}

/// Addresses at which the functions find single services, if not at the local AWS itself.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// A proxy in front of `DynamoDB` and SQS.
    pub proxy: Option<String>,
}

impl MiniStack {
    /// The port that the data in a directory was made with, if it can be had again: addresses of queues hold it.
    pub fn choose_port(data: &Path) -> Result<u16> {
        let file = data.join("ministack.port");
        let before = fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok());
        let port = match before {
            Some(port) if ports::is_free(port) => port,
            _ => ports::free()?,
        };
        fs::write(file, port.to_string())?;
        Ok(port)
    }

    /// Starts it on the state in a directory.
    pub async fn start(venv: &Venv, data: &Path, port: u16, endpoints: &Endpoints) -> Result<Self> {
        let log = data.join("logs/ministack.log");
        let state = data.join("state");
        trim_state(&state)?;
        let temporary = data.join("tmp");
        // Unpacked functions of earlier runs.
        if temporary.exists() {
            fs::remove_dir_all(&temporary)?;
        }
        fs::create_dir_all(&temporary)?;
        let mut command = venv.service("python");
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command
            .args(["-m", "ministack"])
            .env("GATEWAY_PORT", port.to_string())
            .env("BIND_HOST", "127.0.0.1")
            .env("IOT_MTLS_ENABLED", "0")
            .env("PERSIST_STATE", "1")
            .env("STATE_DIR", state)
            .env("S3_PERSIST", "1")
            .env("S3_DATA_DIR", data.join("s3"))
            .env("TMPDIR", temporary)
            // Functions inherit these.
            .env("AWS_ENDPOINT_URL", address(port))
            .env("AWS_LAMBDA_LOG_FORMAT", "JSON")
            .env("AWS_LAMBDA_LOG_LEVEL", "INFO");
        if let Some(proxy) = &endpoints.proxy {
            command.env("AWS_ENDPOINT_URL_DYNAMODB", proxy).env("AWS_ENDPOINT_URL_SQS", proxy);
        }
        let process = Process::start_logging(&mut command, &log)?;
        let mut started = Self { process, port, log };
        started.wait_until_ready().await?;
        Ok(started)
    }

    /// Where it answers.
    pub fn address(&self) -> String {
        address(self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Fails if it has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.process.has_ended()? {
            Some(status) => bail!("the local AWS ended ({status}), see {}", self.log.display()),
            None => Ok(()),
        }
    }

    async fn wait_until_ready(&mut self) -> Result<()> {
        let health = format!("{}/_ministack/health", self.address());
        let attempts = async {
            loop {
                self.check()?;
                if http::get(&health).await.is_ok_and(|answer| answer.status.is_success()) {
                    return Ok(());
                }
                tokio::time::sleep(POLL).await;
            }
        };
        tokio::time::timeout(START_PATIENCE, attempts).await.context("the local AWS does not answer")?
    }
}

/// Takes out of the state what would do harm in the next run.
///
/// The local AWS keeps every line that a function ever logged, which would slow it down. And it keeps how far it has
/// read the tables' streams, but not the streams: it would skip as many changes as it had read before.
fn trim_state(state: &Path) -> Result<()> {
    let logs = state.join("cloudwatch_logs.json");
    if logs.exists() {
        fs::remove_file(logs)?;
    }
    let functions = state.join("lambda.json");
    if functions.exists() {
        let mut document: Value = serde_json::from_slice(&fs::read(&functions)?)?;
        if let Some(payload) = document["payload"].as_object_mut() {
            payload.remove("dynamodb_stream_positions");
        }
        fs::write(functions, document.to_string())?;
    }
    Ok(())
}

fn address(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn positions_in_streams_are_forgotten_and_functions_are_kept() {
        let state = std::env::temp_dir().join(format!("switchboard-state-{}", std::process::id()));
        fs::create_dir_all(&state).unwrap();
        let before = json!({ "payload": { "functions": {}, "dynamodb_stream_positions": { "a": 8 } } });
        fs::write(state.join("lambda.json"), before.to_string()).unwrap();
        trim_state(&state).unwrap();
        let after: Value = serde_json::from_slice(&fs::read(state.join("lambda.json")).unwrap()).unwrap();
        fs::remove_dir_all(&state).unwrap();
        assert_eq!(after, json!({ "payload": { "functions": {} } }));
    }
}
