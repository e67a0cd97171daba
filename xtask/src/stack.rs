//! The whole stack: local AWS, deployment, Graph simulator and gateway.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::json;

use crate::build::Built;
use crate::deploy::{self, Parameters};
use crate::document::Documents;
use crate::http::Serving;
use crate::logs::Follower;
use crate::ministack::{Endpoints, MiniStack};
use crate::seed::{self, Demo};
use crate::simulator::{self, Simulator};
use crate::venv::Venv;
use crate::workspace::Workspace;
use crate::{fault_proxy, gateway, logs, progress};

/// How long changes of the tables take to reach their queue, with some to spare.
const STREAMS_SETTLE: Duration = Duration::from_millis(500);

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
    /// Where the API is.
    pub api_url: String,
    /// Where the simulator is.
    pub graph_url: String,
    /// The demo workspace.
    pub demo: Demo,
    documents: Documents,
    gateway: Serving,
    simulator: Simulator,
    aws: Aws,
    _lock: File,
}

/// The local AWS with what belongs to it.
#[derive(Debug)]
struct Aws {
    _logs: Follower,
    _fault_proxy: Option<Serving>,
    fault_url: Option<String>,
    ministack: MiniStack,
}

impl Stack {
    /// Starts everything, deploys, makes the demo workspace and writes `stack.json`.
    pub async fn start(workspace: &Workspace, venv: &Venv, built: &Built, options: Options) -> Result<Self> {
        let data = options.data;
        fs::create_dir_all(data.join("logs")).with_context(|| format!("cannot write {}", data.display()))?;
        let lock = lock(&data)?;
        let api_url = format!("http://localhost:{}", options.listener.local_addr()?.port());
        let graph_url = format!("http://localhost:{}", options.simulator_port);
        let mut parameters = parameters(&graph_url);
        parameters.extend(options.parameters);

        let aws = progress::step("Local AWS started", Aws::start(venv, &data, options.faults)).await?;
        let address = aws.ministack.address();
        let deploying = deploy::run(workspace, venv, &data, &address, &built.functions, &parameters);
        let deployment = progress::step("Template deployed", deploying).await?;
        let simulator =
            Simulator::start(venv, &built.simulator, &data, options.simulator_port, &api_url).await?;
        let gateway = gateway::start(options.listener, &address, deployment.output("ApiId")?)?;
        let demo = progress::step("Demo workspace", prepare_demo(&data, &api_url)).await?;

        let facts = json!({
            "api_url": api_url,
            "graph_url": graph_url,
            "fault_url": aws.fault_url,
            "demo": demo,
            "parameters": parameters.iter().cloned().collect::<BTreeMap<_, _>>(),
            "meta": {
                "app_id": simulator::APP_ID,
                "app_secret": simulator::APP_SECRET,
                "verify_token": simulator::VERIFY_TOKEN,
            },
        });
        let documents = Documents::write(&data, &aws.ministack, &deployment, facts)?;
        Ok(Self { api_url, graph_url, demo, documents, gateway, simulator, aws, _lock: lock })
    }

    /// The file that describes the stack while it runs.
    pub fn document(&self) -> &Path {
        self.documents.stack()
    }

    /// The file with what the functions log.
    pub fn function_logs(&self) -> PathBuf {
        function_logs(self.document().parent().unwrap_or(Path::new("")))
    }

    /// Fails if a part of the stack has ended.
    pub fn check(&mut self) -> Result<()> {
        self.aws.ministack.check()?;
        self.simulator.check()
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        // The local AWS does not keep its streams: what the last requests stored must reach its queue before it ends.
        self.gateway.stop();
        std::thread::sleep(STREAMS_SETTLE);
    }
}

impl Aws {
    async fn start(venv: &Venv, data: &Path, faults: bool) -> Result<Self> {
        let port = MiniStack::choose_port(data)?;
        let listener = if faults { Some(TcpListener::bind(("127.0.0.1", 0))?) } else { None };
        let address = listener.as_ref().map(TcpListener::local_addr).transpose()?;
        let fault_url = address.map(|address| format!("http://{address}"));
        let endpoints = Endpoints { proxy: fault_url.clone() };
        let ministack = MiniStack::start(venv, data, port, &endpoints).await?;
        let fault_proxy =
            listener.map(|listener| fault_proxy::start(listener, &ministack.address())).transpose()?;
        let logs = logs::follow(&ministack.address(), &function_logs(data))?;
        Ok(Self { _logs: logs, _fault_proxy: fault_proxy, fault_url, ministack })
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

fn function_logs(data: &Path) -> PathBuf {
    data.join("logs/functions.log")
}

fn parameters(graph_url: &str) -> Parameters {
    let architecture = if cfg!(target_arch = "aarch64") { "arm64" } else { "x86_64" };
    vec![
        ("MetaAppId", simulator::APP_ID.to_owned()),
        ("MetaAppSecret", simulator::APP_SECRET.to_owned()),
        ("MetaVerifyToken", simulator::VERIFY_TOKEN.to_owned()),
        ("GraphBaseUrl", graph_url.to_owned()),
        ("Architecture", architecture.to_owned()),
        // What receives webhooks in a trial listens on this machine.
        ("PrivateNetworks", "127.0.0.0/8,::1/128".to_owned()),
    ]
}

async fn prepare_demo(data: &Path, api_url: &str) -> Result<Demo> {
    let file = data.join("demo.json");
    let known = fs::read(&file).ok().and_then(|bytes| serde_json::from_slice::<Demo>(&bytes).ok());
    let demo = seed::demo(api_url, known).await.context("the demo workspace cannot be made")?;
    fs::write(file, serde_json::to_vec_pretty(&demo)?)?;
    Ok(demo)
}
