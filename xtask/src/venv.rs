//! The Python environment of the local AWS.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::process::Process;
use crate::progress;

/// What the environment is for, and so which requirements it must meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Running the stack.
    Run,
    /// Running the tests too.
    Test,
}

impl Purpose {
    fn requirements(self) -> &'static str {
        match self {
            Self::Run => "requirements.txt",
            Self::Test => "requirements-dev.txt",
        }
    }
}

/// A Python environment in `.local/venv`.
#[derive(Clone, Debug)]
pub struct Venv {
    directory: PathBuf,
    child: PathBuf,
}

impl Venv {
    /// Makes the environment, or brings it up to date with the pinned requirements.
    pub async fn prepare(root: &Path, purpose: Purpose) -> Result<Self> {
        let local = root.join(".local");
        fs::create_dir_all(&local).with_context(|| format!("cannot write {}", local.display()))?;
        // `up` and `test` may be started together.
        let lock = File::create(local.join("venv.lock"))?;
        lock.lock()?;
        let venv = Self { directory: local.join("venv"), child: root.join("infra/local/child.py") };
        let requirements = root.join("infra/local");
        let base = fs::read_to_string(requirements.join(Purpose::Run.requirements()))?;
        if fs::read_to_string(venv.stamp(Purpose::Run)).ok().as_ref() != Some(&base) {
            let python = find_python()?;
            progress::step("Python environment", venv.make(python)).await?;
            progress::step("Python packages", venv.install(&requirements, Purpose::Run)).await?;
            fs::write(venv.stamp(Purpose::Run), base)?;
        }
        let wanted = fs::read_to_string(requirements.join(purpose.requirements()))?;
        if fs::read_to_string(venv.stamp(purpose)).ok().as_ref() != Some(&wanted) {
            progress::step("Tools of the tests", venv.install(&requirements, purpose)).await?;
            fs::write(venv.stamp(purpose), wanted)?;
        }
        Ok(venv)
    }

    /// A program of the environment.
    pub fn program(&self, name: &str) -> Command {
        Command::new(self.programs().join(name))
    }

    /// Where the programs of the environment are.
    pub fn programs(&self) -> PathBuf {
        self.directory.join("bin")
    }

    /// A program, named or with its path, that must not outlive this process.
    pub fn service(&self, program: impl AsRef<Path>) -> Command {
        let mut command = self.program("python");
        command.arg(&self.child).arg(std::process::id().to_string()).arg(self.programs().join(program));
        command
    }

    /// What was installed for a purpose, in the requirements' own words.
    fn stamp(&self, purpose: Purpose) -> PathBuf {
        self.directory.join(format!("installed-{}", purpose.requirements()))
    }

    async fn make(&self, python: &str) -> Result<()> {
        let mut command = Command::new(python);
        command.args(["-m", "venv", "--clear"]).arg(&self.directory);
        run(&mut command, &self.log()).await.context("cannot make a Python environment")
    }

    async fn install(&self, requirements: &Path, purpose: Purpose) -> Result<()> {
        let mut command = self.program("python");
        command
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
            .arg(requirements.join(purpose.requirements()));
        run(&mut command, &self.log()).await.context("cannot install Python packages")
    }

    fn log(&self) -> PathBuf {
        self.directory.with_file_name("venv.log")
    }
}

/// Runs a command, whose output goes to `log`, to its end.
pub async fn run(command: &mut Command, log: &Path) -> Result<()> {
    let status = Process::start_logging(command, log)?.finished().await?;
    ensure!(status.success(), "see {}", log.display());
    Ok(())
}

/// The name of a Python that is new enough and can make environments.
fn find_python() -> Result<&'static str> {
    let check = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    let works = |name: &str, code: &str| {
        let mut command = Command::new(name);
        command.args(["-c", code]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let names = ["python3", "python", "python3.13", "python3.12", "python3.11", "python3.10"];
    if let Some(found) = names.into_iter().find(|name| works(name, check)) {
        return Ok(found);
    }
    if names.into_iter().any(|name| works(name, "import sys; sys.exit(sys.version_info < (3, 10))")) {
        bail!(
            "Python's venv module is missing: install it (on Debian and Ubuntu, `apt install python3-venv`)"
        );
    }
    bail!("Python 3.10 or newer is missing: install it and make `python3` start it")
}
