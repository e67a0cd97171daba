//! The repository: where it is, what its functions are called, and how they are built.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

use crate::process::Process;

const SIMULATOR: &str = "graph-sim";

/// The Cargo profile that programs are built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build: what runs here.
    Local,
    /// What is deployed to AWS.
    Release,
}

impl Profile {
    /// Its name, which is also that of its directory.
    fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Release => "release",
        }
    }
}

/// The repository and its packages.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    target: PathBuf,
    functions: Vec<Program>,
    simulator: Program,
}

/// A package and the program in it.
#[derive(Clone, Debug)]
struct Program {
    directory: String,
    package: String,
    binary: String,
}

/// What was built.
#[derive(Debug)]
pub struct Built {
    /// The programs of the functions, by the names of their directories.
    pub functions: BTreeMap<String, PathBuf>,
    /// The Graph simulator.
    pub simulator: PathBuf,
}

impl Workspace {
    /// Asks Cargo about the repository that this command belongs to.
    pub fn find() -> Result<Self> {
        let output = cargo()
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .stderr(Stdio::inherit())
            .output()
            .context("cargo is missing")?;
        ensure!(output.status.success(), "cargo cannot read this workspace");
        let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
        let programs = |parent: &Path| -> Vec<Program> {
            metadata.packages.iter().filter_map(|package| package.program_below(parent)).collect()
        };
        let root = metadata.workspace_root;
        let functions = programs(&root.join("functions"));
        let simulator = programs(&root.join("infra")).into_iter().find(|found| found.directory == SIMULATOR);
        Ok(Self {
            functions,
            simulator: simulator.context("infra/graph-sim has no program")?,
            target: metadata.target_directory,
            root,
        })
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Builds every function and the simulator. Cargo shows its own progress.
    pub async fn build(&self, profile: Profile) -> Result<Built> {
        let mut command = self.cargo();
        command.args(["build", "--profile", profile.name()]);
        for program in self.functions.iter().chain([&self.simulator]) {
            command.args(["--package", &program.package]);
        }
        if !Process::start(&mut command)?.finished().await?.success() {
            bail!("the functions do not build, see above");
        }
        let directory = self.target.join(profile.name());
        Ok(Built {
            functions: self
                .functions
                .iter()
                .map(|program| (program.directory.clone(), directory.join(&program.binary)))
                .collect(),
            simulator: directory.join(&self.simulator.binary),
        })
    }

    /// A Cargo command in the root of the repository.
    pub fn cargo(&self) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root);
        command
    }
}

/// The Cargo that runs this command.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// The part of `cargo metadata` that is used.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_root: PathBuf,
    target_directory: PathBuf,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
}

impl Package {
    /// The program of this package, if the package lies directly below `parent`.
    fn program_below(&self, parent: &Path) -> Option<Program> {
        let directory = self.manifest_path.parent()?;
        let binary = self.targets.iter().find(|target| target.kind.iter().any(|kind| kind == "bin"))?;
        (directory.parent() == Some(parent)).then(|| Program {
            directory: directory.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            package: self.name.clone(),
            binary: binary.name.clone(),
        })
    }
}
