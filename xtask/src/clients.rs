//! What the programs of `tests/system/clients` need.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::progress;
use crate::venv::{Venv, run};

const MANIFESTS: [&str; 2] = ["package.json", "package-lock.json"];

/// Where the interpreters and the libraries of these programs are.
#[derive(Debug)]
pub struct Clients {
    /// The interpreters: `python` and `node`.
    pub interpreters: PathBuf,
    /// The libraries of Node.js; Python's are those of the interpreter.
    pub node_modules: PathBuf,
}

impl Clients {
    /// Installs the locked libraries, or finds that they are there.
    pub async fn prepare(root: &Path, venv: &Venv) -> Result<Self> {
        let (source, directory) = (root.join("tests/system/clients"), root.join(".local/clients"));
        let node_modules = directory.join("node_modules");
        let clients = Self { interpreters: venv.programs(), node_modules };
        fs::create_dir_all(&directory).with_context(|| format!("cannot write {}", directory.display()))?;
        let lock = File::create(directory.join("lock"))?;
        lock.lock()?;
        let stamp = directory.join("installed");
        let wanted = fs::read(source.join(MANIFESTS[1]))?;
        if fs::read(&stamp).ok().as_ref() != Some(&wanted) {
            progress::step("Libraries of the clients", install(&source, &directory, venv)).await?;
            fs::write(stamp, wanted)?;
        }
        Ok(clients)
    }
}

async fn install(source: &Path, directory: &Path, venv: &Venv) -> Result<()> {
    for manifest in MANIFESTS {
        fs::copy(source.join(manifest), directory.join(manifest))?;
    }
    let mut command = venv.program("npm");
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).current_dir(directory);
    run(&mut command, &directory.join("npm.log")).await.context("cannot install Node.js packages")
}
