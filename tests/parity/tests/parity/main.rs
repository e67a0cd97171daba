//! What must say the same in several places: `template.yaml`, the routers, the OpenAPI document, the tables, and
//! the layers of the code.
#![expect(clippy::expect_used, reason = "a test that can't be set up must fail")]

mod events;
mod functions;
mod grants;
mod layers;
mod openapi;
mod routes;
mod tables;
mod template;

use std::path::PathBuf;

/// A file of the repository.
fn repository(path: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(path)
}

fn read(path: &str) -> String {
    std::fs::read_to_string(repository(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}
