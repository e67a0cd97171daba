//! Deployment of `template.yaml` to the local AWS.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process::Process;
use crate::venv::Venv;
use crate::workspace::Workspace;

/// Values of the template's parameters.
pub type Parameters = Vec<(&'static str, String)>;

/// What the deployment answers.
#[derive(Debug, Deserialize)]
pub struct Deployment {
    /// The outputs of the template.
    pub outputs: BTreeMap<String, String>,
    /// The variables of all functions together.
    pub environment: BTreeMap<String, String>,
}

impl Deployment {
    /// An output that the template must have.
    pub fn output(&self, name: &str) -> Result<&str> {
        self.outputs
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("template.yaml has no output {name}"))
    }
}

/// Deploys the functions that were built, or changes what is deployed.
pub async fn run(
    workspace: &Workspace,
    venv: &Venv,
    data: &Path,
    endpoint: &str,
    functions: &BTreeMap<String, PathBuf>,
    parameters: &Parameters,
) -> Result<Deployment> {
    let errors = data.join("logs/deploy.log");
    let mut command = venv.program("python");
    command.arg(workspace.root().join("infra/local/deploy.py")).args(["--endpoint", endpoint]);
    command.arg("--template").arg(workspace.root().join("template.yaml"));
    for (name, path) in functions {
        command.arg("--binary").arg(format!("{name}={}", path.display()));
    }
    for (name, value) in parameters {
        command.arg("--parameter").arg(format!("{name}={value}"));
    }
    // Python would leave its caches beside the sources.
    command.env("PYTHONDONTWRITEBYTECODE", "1").stdout(Stdio::piped()).stderr(fs::File::create(&errors)?);
    let mut process = Process::start(&mut command)?;
    let stdout = process.take_stdout();
    let status = process.finished().await?;
    if !status.success() {
        let log = fs::read_to_string(&errors).unwrap_or_default();
        bail!("the deployment failed: {}", log.lines().last().unwrap_or("no reason was given"));
    }
    let mut document = String::new();
    stdout.context("the deployment has no output")?.read_to_string(&mut document)?;
    serde_json::from_str(&document).context("the deployment's output is not understood")
}
