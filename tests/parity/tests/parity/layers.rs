//! Dependencies point one way.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::cargo_metadata;

/// The packages of the layers below functions, and what of this repository each may depend on.
const LAYERS: [(&str, &[&str]); 15] = [
    ("switchboard-model", &[]),
    ("switchboard-meter", &["switchboard-model"]),
    ("switchboard-graph", &["switchboard-model"]),
    ("switchboard-vault", &["switchboard-model"]),
    ("switchboard-courier", &["switchboard-model"]),
    ("switchboard-events", &["switchboard-model"]),
    ("switchboard-bucket", &["switchboard-model", "switchboard-meter"]),
    ("switchboard-sheets", &[]),
    ("switchboard-store", &["switchboard-model", "switchboard-meter"]),
    ("switchboard-http", &["switchboard-model", "switchboard-meter"]),
    ("switchboard-dialect-whatsapp", &["switchboard-events", "switchboard-http", "switchboard-model"]),
    ("switchboard-dialect-workspace", &["switchboard-http", "switchboard-model"]),
    (
        "switchboard-service",
        &[
            "switchboard-bucket",
            "switchboard-courier",
            "switchboard-events",
            "switchboard-graph",
            "switchboard-meter",
            "switchboard-model",
            "switchboard-sheets",
            "switchboard-store",
            "switchboard-vault",
        ],
    ),
    (
        "switchboard-runtime",
        &[
            "switchboard-bucket",
            "switchboard-courier",
            "switchboard-graph",
            "switchboard-http",
            "switchboard-meter",
            "switchboard-model",
            "switchboard-service",
            "switchboard-store",
            "switchboard-vault",
        ],
    ),
    (
        "switchboard-testkit",
        &[
            "switchboard-bucket",
            "switchboard-graph",
            "switchboard-meter",
            "switchboard-model",
            "switchboard-service",
            "switchboard-store",
            "switchboard-vault",
        ],
    ),
];

/// What a function may depend on, beside one dialect.
const BELOW_FUNCTIONS: [&str; 6] = [
    "switchboard-graph",
    "switchboard-http",
    "switchboard-model",
    "switchboard-runtime",
    "switchboard-service",
    "switchboard-vault",
];

/// The packages that may use a crate: AWS is reached through a few.
const USERS: [(&str, &[&str]); 8] = [
    ("aws-sdk-dynamodb", &["switchboard-store", "switchboard-runtime", "switchboard-testkit"]),
    ("aws-sdk-kms", &["switchboard-vault", "switchboard-runtime", "switchboard-testkit"]),
    ("aws-sdk-s3", &["switchboard-bucket", "switchboard-runtime", "switchboard-testkit"]),
    ("aws-sdk-scheduler", &["switchboard-runtime", "switchboard-testkit"]),
    ("aws-sdk-secretsmanager", &["switchboard-vault", "switchboard-runtime", "switchboard-testkit"]),
    ("aws-sdk-sqs", &["switchboard-runtime", "switchboard-testkit"]),
    ("lambda_http", &["switchboard-runtime"]),
    ("lambda_runtime", &["switchboard-runtime"]),
];

struct Package {
    directory: String,
    /// What it is built from, tests left out.
    dependencies: BTreeSet<String>,
}

fn packages() -> BTreeMap<String, Package> {
    let metadata = cargo_metadata();
    let root = metadata["workspace_root"].as_str().expect("a root");
    let packages = metadata["packages"].as_array().expect("packages");
    packages.iter().map(|package| package_of(root, package)).collect()
}

fn package_of(root: &str, package: &Value) -> (String, Package) {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let dependencies = package["dependencies"].as_array().expect("dependencies").iter();
    let dependencies = dependencies.filter(|dependency| dependency["kind"] != "dev");
    let manifest = text(&package["manifest_path"]);
    let directory = manifest.strip_prefix(root).expect("a package of the workspace").trim_start_matches('/');
    let directory = directory.trim_end_matches("/Cargo.toml").to_owned();
    let dependencies = dependencies.map(|dependency| text(&dependency["name"])).collect();
    (text(&package["name"]), Package { directory, dependencies })
}

fn ours(package: &Package) -> impl Iterator<Item = &str> {
    package.dependencies.iter().map(String::as_str).filter(|name| name.starts_with("switchboard-"))
}

#[test]
fn dependencies_point_one_way() {
    let layers = BTreeMap::from(LAYERS);
    for (name, package) in packages() {
        if package.directory.starts_with("shared/") {
            let allowed =
                layers.get(name.as_str()).unwrap_or_else(|| panic!("{name} has no place among the layers"));
            for dependency in ours(&package) {
                assert!(allowed.contains(&dependency), "{name} must not depend on {dependency}");
            }
        } else if package.directory.starts_with("functions/") {
            let dialects = ours(&package).filter(|name| name.starts_with("switchboard-dialect-")).count();
            // `docs` answers to the unknown paths of every dialect, in its own shape.
            assert!(dialects <= 1 || name == "docs", "{name} speaks more than one dialect");
            for dependency in ours(&package).filter(|name| !name.starts_with("switchboard-dialect-")) {
                assert!(BELOW_FUNCTIONS.contains(&dependency), "{name} must not depend on {dependency}");
            }
        }
    }
}

#[test]
fn aws_is_reached_through_few_packages() {
    let product = |package: &Package| !package.directory.starts_with("infra/");
    for (name, package) in packages().into_iter().filter(|(_, package)| product(package)) {
        for (dependency, users) in USERS {
            let uses = package.dependencies.contains(dependency);
            assert!(!uses || users.contains(&name.as_str()), "{name} must not depend on {dependency}");
        }
        let dialect = package.directory.starts_with("shared/dialect/");
        let aws =
            package.dependencies.iter().find(|name| name.starts_with("aws") || name.starts_with("lambda"));
        assert!(!dialect || aws.is_none(), "{name} must not depend on {aws:?}");
    }
}

#[test]
fn the_testkit_is_for_tests() {
    for (name, package) in packages() {
        assert!(!package.dependencies.contains("switchboard-testkit"), "{name} depends on the testkit");
    }
}
