//! `cargo xtask bench`: what the functions cost, measured as Lambda runs them.
//!
//! Release builds run under a host that speaks the Runtime API, with the local AWS and the Graph simulator behind
//! them. A bare `lambda_http` function is measured in the same run: machines differ, ratios less so.

mod chart;
mod events;
mod hot;
mod init;
mod machine;
mod report;
mod setup;
mod workload;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use crate::build::{Built, Profile, Selection, build};
use crate::process::Process;
use crate::progress;
use crate::venv::{Purpose, Venv};
use crate::workspace::Workspace;

use self::hot::Hot;
use self::init::Init;
use self::machine::Machine;
use self::setup::Setup;

/// The package that the functions are compared with.
const HELLO: &str = "hello";

/// A program to measure.
#[derive(Debug)]
struct Program {
    name: String,
    path: PathBuf,
    /// The variables that the template gives it.
    variables: Vec<(String, String)>,
}

/// Everything that was measured.
#[derive(Debug)]
struct Measurements {
    machine: Machine,
    /// One for each program, the bare one first.
    init: Vec<Init>,
    /// Bytes of the zip of each program, in the same order.
    zips: Vec<u64>,
    /// One for each operation.
    hot: Vec<Hot>,
}

/// Builds, measures, and writes `docs/benchmarks.md` and its chart.
pub async fn run(workspace: &Workspace) -> Result<()> {
    let data = workspace.root().join(".local/bench");
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    let venv = Venv::prepare(workspace.root(), Purpose::Run).await?;
    let built = build(workspace, Profile::Release, Selection::Programs).await?;
    let hello = build_hello(workspace, &built).await?;
    let setup = Setup::start(workspace, &venv, &built, &data).await?;
    let mut programs = vec![hello];
    programs.extend(setup.programs(&built).await?);

    let zips = progress::step("Zips made", make_zips(&venv, &data, &programs)).await?;
    let init = progress::step("Starts measured", init::measure(&programs)).await?;
    let hot = progress::step("Requests measured", workload::measure(&setup, &programs)).await?;
    let measurements = Measurements { machine: Machine::look()?, init, zips, hot };
    report::write(&workspace.root().join("docs"), &measurements)?;
    drop(setup);
    fs::remove_dir_all(&data)?;
    println!("{}", report::summary(&measurements));
    Ok(())
}

/// Builds the bare function by itself, so that no feature that another needs is in it.
async fn build_hello(workspace: &Workspace, built: &Built) -> Result<Program> {
    let mut command = workspace.cargo();
    command.args(["build", "--profile", Profile::Release.name(), "--package", HELLO]);
    ensure!(Process::start(&mut command)?.finished().await?.success(), "the build failed, see above");
    let neighbour = built.functions.values().next().context("there are no functions")?;
    Ok(Program { name: HELLO.to_owned(), path: neighbour.with_file_name(HELLO), variables: Vec::new() })
}

/// Zips each program as it is deployed, and returns the sizes.
async fn make_zips(venv: &Venv, data: &Path, programs: &[Program]) -> Result<Vec<u64>> {
    let mut sizes = Vec::new();
    for program in programs {
        let directory = data.join("zips").join(&program.name);
        fs::create_dir_all(&directory)?;
        fs::copy(&program.path, directory.join("bootstrap"))?;
        let mut command = venv.program("python");
        command.args(["-m", "zipfile", "--create", "function.zip", "bootstrap"]).current_dir(&directory);
        ensure!(Process::start(&mut command)?.finished().await?.success(), "Python cannot make a zip");
        sizes.push(fs::metadata(directory.join("function.zip"))?.len());
    }
    Ok(sizes)
}
