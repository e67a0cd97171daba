//! The Graph simulator, which stands in for Meta.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::ports;
use crate::process::Process;
use crate::venv::Venv;

/// The Meta app of the local stack. None of it is secret: the app exists in the simulator only.
pub const APP_ID: &str = "100000000000001";
/// What webhooks are signed with.
pub const APP_SECRET: &str = "local0app0secret0of0the0simulator";
/// What Meta says when it subscribes the webhook.
pub const VERIFY_TOKEN: &str = "local-verify-token";

const POLL: Duration = Duration::from_millis(50);
const PATIENCE: Duration = Duration::from_secs(10);

/// A running simulator.
#[derive(Debug)]
pub struct Simulator {
    process: Process,
    log: PathBuf,
}

impl Simulator {
    /// Starts it, and waits until it answers. Its webhooks go to the API.
    pub async fn start(venv: &Venv, program: &Path, data: &Path, port: u16, api_url: &str) -> Result<Self> {
        let log = data.join("logs/graph-sim.log");
        let mut command = venv.service(program);
        command
            .args(["--port", &port.to_string()])
            .args(["--webhook-url", &format!("{api_url}/webhook")])
            .args(["--app-id", APP_ID])
            .args(["--app-secret", APP_SECRET])
            .args(["--verify-token", VERIFY_TOKEN]);
        let mut started = Self { process: Process::start_logging(&mut command, &log)?, log };
        let ready = async {
            while !ports::answers(port).await {
                started.check()?;
                tokio::time::sleep(POLL).await;
            }
            Ok::<_, anyhow::Error>(())
        };
        tokio::time::timeout(PATIENCE, ready).await.context("the Graph simulator does not answer")??;
        Ok(started)
    }

    /// Fails if it has ended.
    pub fn check(&mut self) -> Result<()> {
        match self.process.has_ended()? {
            Some(status) => bail!("the Graph simulator ended ({status}), see {}", self.log.display()),
            None => Ok(()),
        }
    }
}
