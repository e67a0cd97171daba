//! What must say the same in several places: `template.yaml`, the routers, the OpenAPI document, the tables, and
//! the layers of the code.
#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

mod alarms;
mod events;
mod functions;
mod grants;
mod layers;
mod openapi;
mod routes;
mod tables;
mod template;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// What cargo tells of this workspace.
fn cargo_metadata() -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(repository("."));
    let output = command.output().expect("cargo runs");
    serde_json::from_slice(&output.stdout).expect("cargo tells of this workspace")
}
