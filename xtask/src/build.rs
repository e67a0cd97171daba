//! Building with Cargo, and what comes out of it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::process::Process;
use crate::workspace::{SIMULATOR, SYSTEM_TESTS, Workspace};

/// The Cargo profile that programs are built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build: what runs here.
    Local,
    /// What is deployed to AWS.
    Release,
}

impl Profile {
    /// What Cargo calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Release => "release",
        }
    }
}

/// What is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selection {
    /// The functions and the simulator.
    Programs,
    /// These, and the tests of all packages but this one. It is one build: what the packages have in common is
    /// then compiled once, with one set of features.
    ProgramsAndTests,
    /// The functions, the simulator and the long runs.
    ProgramsAndSoak,
}

/// Programs that were built.
#[derive(Debug, Default)]
pub struct Built {
    /// The functions, by the names of their directories.
    pub functions: BTreeMap<String, PathBuf>,
    /// The Graph simulator.
    pub simulator: PathBuf,
    /// The long runs.
    pub soak: PathBuf,
    /// The tests.
    pub tests: Vec<TestProgram>,
}

/// A program that runs tests.
#[derive(Debug)]
pub struct TestProgram {
    /// The directory of its package.
    pub directory: PathBuf,
    /// What it was made from.
    pub source: PathBuf,
    /// The program.
    pub program: PathBuf,
}

/// A message of Cargo's, of which only those about programs are read.
#[derive(Deserialize)]
struct Artifact {
    manifest_path: PathBuf,
    target: Target,
    profile: ArtifactProfile,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
    src_path: PathBuf,
}

#[derive(Deserialize)]
struct ArtifactProfile {
    test: bool,
}

/// Builds. Cargo shows its own progress and errors.
pub async fn build(workspace: &Workspace, profile: Profile, selection: Selection) -> Result<Built> {
    let mut command = workspace.cargo();
    command.args(["build", "--profile", profile.name(), "--message-format", "json-render-diagnostics"]);
    match selection {
        Selection::Programs | Selection::ProgramsAndSoak => {
            let soak = (selection == Selection::ProgramsAndSoak).then_some(SYSTEM_TESTS);
            let packages = workspace.functions().iter().map(String::as_str).chain([SIMULATOR]).chain(soak);
            command.args(packages.flat_map(|package| ["--package", package]));
        }
        Selection::ProgramsAndTests => {
            command.args(["--workspace", "--exclude", "xtask", "--all-targets"]);
        }
    }
    let messages = workspace.root().join(".local/build.json");
    fs::create_dir_all(workspace.root().join(".local"))?;
    command.stdout(File::create(&messages)?);
    if !Process::start(&mut command)?.finished().await?.success() {
        bail!("the build failed, see above");
    }
    let built = Built::from_messages(workspace.root(), &fs::read_to_string(&messages)?);
    fs::remove_file(messages)?;
    built
}

impl Built {
    fn from_messages(root: &Path, messages: &str) -> Result<Self> {
        let mut built = Self::default();
        let functions = root.join("functions");
        let simulator = root.join("infra").join(SIMULATOR);
        for artifact in messages.lines().filter_map(|line| serde_json::from_str::<Artifact>(line).ok()) {
            let Some(program) = artifact.executable else { continue };
            let directory = artifact.manifest_path.parent().context("a manifest has a directory")?.to_owned();
            let is_binary = artifact.target.kind.iter().any(|kind| kind == "bin");
            if artifact.profile.test {
                built.tests.push(TestProgram { directory, source: artifact.target.src_path, program });
            } else if is_binary && directory.parent() == Some(&functions) {
                let name = directory.file_name().unwrap_or_default().to_string_lossy().into_owned();
                built.functions.insert(name, program);
            } else if is_binary && directory == simulator {
                built.simulator = program;
            } else if is_binary && artifact.target.src_path.ends_with("bin/soak.rs") {
                built.soak = program;
            }
        }
        built.tests.sort_by(|one, other| one.source.cmp(&other.source));
        Ok(built)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_told_apart() {
        let messages = [
            r#"{"reason":"compiler-message","message":{}}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/r/shared/model/Cargo.toml","target":{"kind":["bin"],"src_path":"/r/shared/model/src/lib.rs"},"profile":{"test":false},"executable":null}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/r/functions/auth/Cargo.toml","target":{"kind":["bin"],"src_path":"/r/functions/auth/src/main.rs"},"profile":{"test":false},"executable":"/t/auth"}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/r/functions/auth/Cargo.toml","target":{"kind":["bin"],"src_path":"/r/functions/auth/src/lib.rs"},"profile":{"test":true},"executable":"/t/deps/auth-1"}"#,
            r#"{"reason":"compiler-artifact","manifest_path":"/r/infra/graph-sim/Cargo.toml","target":{"kind":["bin"],"src_path":"/r/infra/graph-sim/src/main.rs"},"profile":{"test":false},"executable":"/t/graph-sim"}"#,
        ];
        let built = Built::from_messages(Path::new("/r"), &messages.join("\n")).unwrap();
        assert_eq!(built.functions, BTreeMap::from([("auth".to_owned(), PathBuf::from("/t/auth"))]));
        assert_eq!(built.simulator, Path::new("/t/graph-sim"));
        assert_eq!(built.tests.len(), 1);
    }
}
