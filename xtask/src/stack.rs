//! The whole stack: local AWS, deployment, Graph simulator and gateway.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::build::Built;
use crate::deploy::{self, Deployment, Parameters};
use crate::http::Serving;
use crate::logs::Follower;
use crate::ministack::{Endpoints, MiniStack};
use crate::process::Process;
use crate::seed::{self, Demo};
use crate::venv::Venv;
use crate::workspace::Workspace;
use crate::{fault_proxy, gateway, logs, ports, progress};

/// The Meta app of the local stack. None of it is secret: the app exists in the simulator only.
const META_APP_ID: &str = "100000000000001";
const META_APP_SECRET: &str = "local0app0secret0of0the0simulator";
const META_VERIFY_TOKEN: &str = "local-verify-token";
const POLL: Duration = Duration::from_millis(50);
const SIMULATOR_PATIENCE: Duration = Duration::from_secs(10);

/// How the stack is to be run.
#[derive(Debug)]
pub struct Options {
    /// Where its data is.
    pub data: PathBuf,
    /// What the API listens on. It is taken before anything is started.
    pub listener: TcpListener,
    /// Port of the simulator.
    pub simulator_port: u16,
    /// Parameters of the template beside those that every local stack has.
    pub parameters: Parameters,
    /// Whether calls of the functions to `DynamoDB` and SQS go through the fault proxy.
    pub faults: bool,
}

/// A running stack. Dropping it stops everything, the local AWS last.
#[derive(Debug)]
pub struct Stack {
    document: PathBuf,
    /// Where the API is.
    pub api_url: String,
    /// Where the simulator is.
    pub graph_url: String,
    /// The demo workspace.
    pub demo: Demo,
    _gateway: Serving,
    _logs: Follower,
    simulator: Process,
    _fault_proxy: Option<Serving>,
    ministack: MiniStack,
    _lock: File,
}

impl Stack {
    /// Starts everything, deploys, makes the demo workspace and writes `stack.json`.
    pub async fn start(workspace: &Workspace, venv: &Venv, built: &Built, options: Options) -> Result<Self> {
        let data = options.data;
        fs::create_dir_all(data.join("logs")).with_context(|| format!("cannot write {}", data.display()))?;
        let lock = lock(&data)?;
        let api_url = format!("http://localhost:{}", options.listener.local_addr()?.port());
        let graph_url = format!("http://localhost:{}", options.simulator_port);

        let port = MiniStack::choose_port(&data)?;
        let proxy_listener = if options.faults { Some(TcpListener::bind(("127.0.0.1", 0))?) } else { None };
        let fault_url = match &proxy_listener {
            Some(listener) => Some(format!("http://127.0.0.1:{}", listener.local_addr()?.port())),
            None => None,
        };
        let endpoints = Endpoints { proxy: fault_url.clone() };
        let ministack =
            progress::step("Local AWS started", MiniStack::start(venv, &data, port, &endpoints)).await?;
        let fault_proxy =
            proxy_listener.map(|listener| fault_proxy::start(listener, &ministack.address())).transpose()?;

        let logs = logs::follow(&ministack.address(), &data.join("logs/functions.log"))?;

        let mut parameters = parameters(&graph_url);
        parameters.extend(options.parameters);
        let deployment = progress::step(
            "Template deployed",
            deploy::run(workspace, venv, &data, &ministack.address(), &built.functions, &parameters),
        )
        .await?;
        let simulator =
            start_simulator(venv, &built.simulator, &data, options.simulator_port, &api_url).await?;
        let gateway = gateway::start(options.listener, &ministack.address(), deployment.output("ApiId")?)?;
        let demo = progress::step("Demo workspace", prepare_demo(&data, &api_url)).await?;

        let document = data.join("stack.json");
        let stack = Self {
            document,
            api_url,
            graph_url,
            demo,
            _gateway: gateway,
            _logs: logs,
            simulator,
            _fault_proxy: fault_proxy,
            ministack,
            _lock: lock,
        };
        stack.write_environment(&data, &deployment)?;
        stack.write_document(&data, &deployment, fault_url.as_deref())?;
        Ok(stack)
    }

    /// The file that describes the stack while it runs.
    pub fn document(&self) -> &Path {
        &self.document
    }

    /// The file with what the functions log.
    pub fn function_logs(&self) -> PathBuf {
        self.document.with_file_name("logs").join("functions.log")
    }

    /// Fails if a part of the stack has ended.
    pub fn check(&mut self) -> Result<()> {
        self.ministack.check()?;
        if let Some(status) = self.simulator.has_ended()? {
            bail!("the Graph simulator ended ({status})");
        }
        Ok(())
    }

    /// Writes what a function needs to run against this stack from outside of it, as `cargo lambda watch` does.
    fn write_environment(&self, data: &Path, deployment: &Deployment) -> Result<()> {
        let address = self.ministack.address();
        let aws = [
            ("AWS_ENDPOINT_URL", address.as_str()),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
        ];
        let variables = deployment.environment.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let lines: Vec<String> =
            aws.into_iter().chain(variables).map(|(name, value)| format!("{name}={value}\n")).collect();
        Ok(fs::write(data.join("functions.env"), lines.concat())?)
    }

    fn write_document(&self, data: &Path, deployment: &Deployment, fault_url: Option<&str>) -> Result<()> {
        let port = self.ministack.port();
        let outputs: BTreeMap<&str, String> = deployment
            .outputs
            .iter()
            .map(|(name, value)| (name.as_str(), local_address(value, port)))
            .collect();
        let document = json!({
            "api_url": self.api_url,
            "graph_url": self.graph_url,
            "aws_endpoint_url": self.ministack.address(),
            "fault_url": fault_url,
            "demo": self.demo,
            "meta": { "app_id": META_APP_ID, "app_secret": META_APP_SECRET, "verify_token": META_VERIFY_TOKEN },
            "data_dir": data,
            "outputs": outputs,
        });
        let text = serde_json::to_string_pretty(&document)?;
        // Whoever waits for the file must never read half of it.
        let unfinished = self.document.with_extension("json.new");
        fs::write(&unfinished, text)?;
        fs::rename(unfinished, &self.document)?;
        Ok(())
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        drop(fs::remove_file(&self.document));
    }
}

/// Takes the data directory for this process.
fn lock(data: &Path) -> Result<File> {
    let lock = File::create(data.join("lock"))?;
    if lock.try_lock().is_err() {
        bail!("a stack with its data in {} is already running", data.display());
    }
    Ok(lock)
}

fn parameters(graph_url: &str) -> Parameters {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    vec![
        ("MetaAppId", META_APP_ID.to_owned()),
        ("MetaAppSecret", META_APP_SECRET.to_owned()),
        ("MetaVerifyToken", META_VERIFY_TOKEN.to_owned()),
        ("GraphBaseUrl", graph_url.to_owned()),
        ("Architecture", architecture.to_owned()),
    ]
}

async fn start_simulator(
    venv: &Venv,
    program: &Path,
    data: &Path,
    port: u16,
    api_url: &str,
) -> Result<Process> {
    let log = data.join("logs/graph-sim.log");
    let mut command = venv.service(program);
    command
        .args(["--port", &port.to_string()])
        .args(["--webhook-url", &format!("{api_url}/webhook")])
        .args(["--app-id", META_APP_ID])
        .args(["--app-secret", META_APP_SECRET])
        .args(["--verify-token", META_VERIFY_TOKEN]);
    let mut process = Process::start_logging(&mut command, &log)?;
    let ready = async {
        while !ports::answers(port).await {
            if let Some(status) = process.has_ended()? {
                bail!("the Graph simulator ended ({status}), see {}", log.display());
            }
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    };
    tokio::time::timeout(SIMULATOR_PATIENCE, ready)
        .await
        .context("the Graph simulator does not answer")??;
    Ok(process)
}

async fn prepare_demo(data: &Path, api_url: &str) -> Result<Demo> {
    let file = data.join("demo.json");
    let known = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Demo>(&bytes).ok());
    let demo = seed::demo(api_url, known).await.context("the demo workspace cannot be made")?;
    fs::write(file, serde_json::to_vec_pretty(&demo)?)?;
    Ok(demo)
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
