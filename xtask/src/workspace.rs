//! The repository: where it is and what its functions are called.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The package of the Graph simulator.
pub const SIMULATOR: &str = "graph-sim";
/// The package of the whole-system tests.
pub const SYSTEM_TESTS: &str = "system-tests";

/// The repository and the packages whose programs make up the stack.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    functions: Vec<String>,
    system_tests: Option<PathBuf>,
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
        let Metadata { packages, workspace_root: root } = serde_json::from_slice(&output.stdout)?;
        let below = root.join("functions");
        let system_tests = packages.iter().find(|package| package.name == SYSTEM_TESTS);
        let system_tests = system_tests.and_then(Package::directory).map(Path::to_owned);
        let functions = packages.into_iter().filter(|package| package.is_below(&below));
        let functions = functions.map(|package| package.name).collect();
        Ok(Self { root, functions, system_tests })
    }

    /// The root of the repository.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The packages of the functions.
    pub fn functions(&self) -> &[String] {
        &self.functions
    }

    /// Whether a directory is that of the whole-system tests.
    pub fn has_system_tests(&self, directory: &Path) -> bool {
        self.system_tests.as_deref() == Some(directory)
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
}

#[derive(Deserialize)]
struct Package {
    name: String,
    manifest_path: PathBuf,
}

impl Package {
    fn directory(&self) -> Option<&Path> {
        self.manifest_path.parent()
    }

    fn is_below(&self, parent: &Path) -> bool {
        self.directory().and_then(Path::parent) == Some(parent)
    }
}
