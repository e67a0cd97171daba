//! `cargo xtask test`: everything that must pass.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};

use crate::ministack::{Endpoints, MiniStack};
use crate::ports;
use crate::process::Process;
use crate::report::Report;
use crate::stack::{Options, Stack};
use crate::venv::{Purpose, Venv};
use crate::workspace::{Profile, Workspace};

/// The package of the whole-system tests.
const SYSTEM_TESTS: &str = "system-tests";
/// The package whose tests compare the `OpenAPI` documents with the code, and write them when asked to.
const OPENAPI_TESTS: &str = "parity-tests";
/// How soon a lost answer is looked into, and a dead worker's messages come back: soon, or the tests would wait.
const RECONCILE_SECONDS: u32 = 6;
const VISIBILITY_SECONDS: u32 = 8;

/// Runs every step, or only the tests whose names contain the filter, and sums up.
pub async fn run(workspace: &Workspace, filter: Option<&str>) -> Result<()> {
    let data = workspace.root().join(".local/test");
    let _lock = fresh_directory(&data)?;
    let venv = Venv::prepare(workspace.root(), Purpose::Test).await?;
    let suite = Suite { workspace, filter, data: &data, venv };
    let mut report = Report::default();
    if filter.is_none() {
        report.record("formatting", succeed(&mut suite.format())).await;
        report.record("clippy", succeed(&mut suite.clippy())).await;
        report.record("documentation", succeed(&mut suite.documentation())).await;
        report.record("template", succeed(&mut suite.template())).await;
    }
    report.record("tests", suite.tests()).await;
    report.record("whole-system tests", suite.system_tests()).await;
    report.sum_up(&data)?;
    fs::remove_dir_all(&data)?;
    Ok(())
}

/// Writes the `OpenAPI` documents from the code.
pub async fn write_openapi(workspace: &Workspace) -> Result<()> {
    let mut command = workspace.cargo();
    command.args(["test", "--package", OPENAPI_TESTS, "openapi"]).env("UPDATE_OPENAPI", "1");
    succeed(&mut command).await.context("the documents were not written")
}

/// What the steps need.
struct Suite<'a> {
    workspace: &'a Workspace,
    filter: Option<&'a str>,
    data: &'a Path,
    venv: Venv,
}

impl Suite<'_> {
    fn format(&self) -> Command {
        self.cargo(&["fmt", "--all", "--check"])
    }

    fn clippy(&self) -> Command {
        self.cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
    }

    fn documentation(&self) -> Command {
        let mut command = self.cargo(&["doc", "--workspace", "--no-deps"]);
        command.env("RUSTDOCFLAGS", "-D warnings");
        command
    }

    /// Checks the template as `sam deploy` would.
    fn template(&self) -> Command {
        let mut command = self.venv.program("sam");
        command
            .args(["validate", "--lint"])
            .current_dir(self.workspace.root())
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("SAM_CLI_TELEMETRY", "0");
        command
    }

    /// Every test but the whole-system ones, with a local AWS of their own.
    async fn tests(&self) -> Result<()> {
        let data = self.data.join("aws");
        fs::create_dir_all(data.join("logs"))?;
        let aws = MiniStack::start(&self.venv, &data, ports::free()?, &Endpoints::default()).await?;
        let mut command = self.cargo_test(&["--workspace", "--exclude", SYSTEM_TESTS]);
        succeed(command.env("SWITCHBOARD_TEST_AWS_URL", aws.address())).await
    }

    /// The tests of the deployed template, with a whole stack of their own.
    async fn system_tests(&self) -> Result<()> {
        let packages = ["--package", SYSTEM_TESTS];
        if self.filter.is_some() && !self.any_test(&packages).await? {
            return Ok(());
        }
        let built = self.workspace.build(Profile::Local).await?;
        let options = Options {
            data: self.data.join("system"),
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
            simulator_port: ports::free()?,
            parameters: vec![
                ("ReconcileSeconds", RECONCILE_SECONDS.to_string()),
                ("SendVisibilitySeconds", VISIBILITY_SECONDS.to_string()),
                ("EventVisibilitySeconds", VISIBILITY_SECONDS.to_string()),
            ],
            faults: true,
        };
        let stack = Stack::start(self.workspace, &self.venv, &built, options).await?;
        let mut command = self.cargo_test(&packages);
        succeed(command.env("SWITCHBOARD_TEST_STACK", stack.document())).await
    }

    fn cargo_test(&self, packages: &[&str]) -> Command {
        let mut command = self.cargo(&["test", "--no-fail-fast"]);
        command.args(packages).args(self.filter);
        command
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.workspace.cargo();
        command.args(arguments);
        command
    }

    /// Whether the filter leaves any test of these packages.
    async fn any_test(&self, packages: &[&str]) -> Result<bool> {
        let list = self.data.join("tests.txt");
        let mut command = self.cargo_test(packages);
        command.args(["--", "--list"]).stdout(fs::File::create(&list)?).stderr(Stdio::inherit());
        ensure!(Process::start(&mut command)?.finished().await?.success(), "the tests do not build");
        Ok(fs::read_to_string(list)?.lines().any(|line| line.ends_with(": test")))
    }
}

/// Runs a command, whose output is shown, to its success.
async fn succeed(command: &mut Command) -> Result<()> {
    let status = Process::start(command)?.finished().await?;
    ensure!(status.success(), "{status}");
    Ok(())
}

/// Empties a directory that this process alone uses.
fn fresh_directory(path: &Path) -> Result<fs::File> {
    let parent = path.parent().context("a directory has a parent")?;
    fs::create_dir_all(parent)?;
    let lock = fs::File::create(path.with_extension("lock"))?;
    ensure!(lock.try_lock().is_ok(), "the tests are already running");
    if path.exists() {
        fs::remove_dir_all(path)?;
    }
    fs::create_dir_all(path)?;
    Ok(lock)
}
