//! `cargo xtask test`: everything that must pass.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::build::{Built, Profile, Selection, TestProgram, build};
use crate::clients::Clients;
use crate::deploy::Parameters;
use crate::ministack::{Endpoints, MiniStack};
use crate::ports;
use crate::process::Process;
use crate::report::Report;
use crate::stack::{Options, Stack};
use crate::venv::{Purpose, Venv};
use crate::workspace::Workspace;

/// The package whose tests compare the `OpenAPI` documents with the code, and write them when asked to.
const OPENAPI_TESTS: &str = "parity-tests";
const PROFILE: Profile = Profile::Local;
/// How soon a lost answer is looked into, and a dead worker's messages come back: soon, or the tests would wait.
const RECONCILE_SECONDS: u32 = 6;
const VISIBILITY_SECONDS: u32 = 8;
/// Longer than an attempt at a webhook is claimed for.
const DELIVERY_VISIBILITY_SECONDS: u32 = 45;
/// The waits between attempts: half a second, 6 and 30 seconds, …
const DELIVERY_WAIT_DIVISOR: u32 = 10;
/// How soon the step of a campaign comes back. That of a small one takes less than a second.
const STEP_VISIBILITY_SECONDS: u32 = 3;

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
        report.record("commands", succeed(&mut suite.own_tests())).await;
    }
    let build = async { build(workspace, PROFILE, Selection::ProgramsAndTests).await };
    if let Some(built) = report.record("build", build).await {
        if filter.is_none() {
            report.record("examples", succeed(&mut suite.examples())).await;
        }
        report.record("tests", suite.tests(&built)).await;
        report.record("whole-system tests", suite.system_tests(&built)).await;
    }
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

/// Parameters by which what was killed comes back soon; steps of campaigns after this time.
pub fn impatient(step_visibility_seconds: u32) -> Parameters {
    vec![
        ("ReconcileSeconds", RECONCILE_SECONDS.to_string()),
        ("SendVisibilitySeconds", VISIBILITY_SECONDS.to_string()),
        ("EventVisibilitySeconds", VISIBILITY_SECONDS.to_string()),
        ("StepVisibilitySeconds", step_visibility_seconds.to_string()),
        ("ImportVisibilitySeconds", VISIBILITY_SECONDS.to_string()),
        ("DeliveryVisibilitySeconds", DELIVERY_VISIBILITY_SECONDS.to_string()),
        ("DeliveryWaitDivisor", DELIVERY_WAIT_DIVISOR.to_string()),
    ]
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

    /// The tests of this package, which is compiled already.
    fn own_tests(&self) -> Command {
        self.cargo(&["test", "--package", "xtask"])
    }

    /// The examples in the documentation.
    fn examples(&self) -> Command {
        self.cargo(&["test", "--profile", PROFILE.name(), "--workspace", "--exclude", "xtask", "--doc"])
    }

    /// Every test but the whole-system ones, with a local AWS of their own.
    async fn tests(&self, built: &Built) -> Result<()> {
        let data = self.data.join("aws");
        fs::create_dir_all(data.join("logs"))?;
        let aws = MiniStack::start(&self.venv, &data, ports::free()?, &Endpoints::default()).await?;
        let address = aws.address();
        let environment = [("SWITCHBOARD_TEST_AWS_URL", Path::new(&address))];
        let tests = built.tests.iter().filter(|test| !self.workspace.has_system_tests(&test.directory));
        self.run_tests(tests, &environment).await
    }

    /// The tests of the deployed template, with a whole stack of their own.
    async fn system_tests(&self, built: &Built) -> Result<()> {
        let mut tests = Vec::new();
        for test in built.tests.iter().filter(|test| self.workspace.has_system_tests(&test.directory)) {
            if self.has_tests(test).await? {
                tests.push(test);
            }
        }
        if tests.is_empty() {
            return Ok(());
        }
        let options = Options {
            data: self.data.join("system"),
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
            simulator_port: ports::free()?,
            parameters: impatient(STEP_VISIBILITY_SECONDS),
            faults: true,
        };
        let clients = Clients::prepare(self.workspace.root(), &self.venv).await?;
        let stack = Stack::start(self.workspace, &self.venv, built, options).await?;
        let environment = [
            ("SWITCHBOARD_TEST_STACK", stack.document()),
            ("SWITCHBOARD_TEST_INTERPRETERS", &clients.interpreters),
            ("NODE_PATH", &clients.node_modules),
        ];
        self.run_tests(tests.into_iter(), &environment).await
    }

    /// Runs test programs one after the other, all of them even if one fails.
    async fn run_tests<'t>(
        &self,
        tests: impl Iterator<Item = &'t TestProgram>,
        environment: &[(&str, &Path)],
    ) -> Result<()> {
        let mut failed = Vec::new();
        for test in tests {
            if !self.has_tests(test).await? {
                continue;
            }
            let name = self.name(test);
            eprintln!("  {name}");
            let mut command = self.test_command(test);
            if succeed(command.envs(environment.iter().copied())).await.is_err() {
                failed.push(name);
            }
        }
        if !failed.is_empty() {
            bail!("failed: {}", failed.join(", "));
        }
        Ok(())
    }

    /// Whether the filter leaves any test.
    async fn has_tests(&self, test: &TestProgram) -> Result<bool> {
        let list = self.data.join("tests.txt");
        let mut command = self.test_command(test);
        command.arg("--list").stdout(fs::File::create(&list)?);
        succeed(&mut command).await.with_context(|| self.name(test))?;
        Ok(fs::read_to_string(list)?.lines().any(|line| line.ends_with(": test")))
    }

    /// A test program as `cargo test` starts it.
    fn test_command(&self, test: &TestProgram) -> Command {
        let mut command = Command::new(&test.program);
        command.args(self.filter).current_dir(&test.directory).env("CARGO_MANIFEST_DIR", &test.directory);
        command
    }

    fn name(&self, test: &TestProgram) -> String {
        test.source.strip_prefix(self.workspace.root()).unwrap_or(&test.source).display().to_string()
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.workspace.cargo();
        command.args(arguments);
        command
    }
}

/// Runs a command, whose output is shown, to its success.
pub async fn succeed(command: &mut Command) -> Result<()> {
    let status = Process::start(command)?.finished().await?;
    ensure!(status.success(), "{status}");
    Ok(())
}

/// Empties a directory that this process alone uses.
pub fn fresh_directory(path: &Path) -> Result<fs::File> {
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
