//! The stack behind the measured functions.

use std::collections::BTreeMap;
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use hyper::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Program;
use crate::build::Built;
use crate::seed::Demo;
use crate::stack::{Options, Stack};
use crate::venv::Venv;
use crate::workspace::Workspace;
use crate::{http, ports};

/// Messages a second of a number: no limit should slow the sender down.
const THROUGHPUT: u32 = 1_000;
const POLL: Duration = Duration::from_millis(100);
const PATIENCE: Duration = Duration::from_secs(30);

/// A running stack whose own workers rest.
#[derive(Debug)]
pub struct Setup {
    /// The demo workspace. Its plan has no limits.
    pub demo: Demo,
    /// An access token of the demo user.
    pub token: String,
    /// Where the local AWS is.
    pub aws_url: String,
    /// Where the simulator is.
    pub graph_url: String,
    /// What signs webhooks.
    pub app_secret: String,
    outputs: BTreeMap<String, String>,
    stack: Stack,
}

/// The part of `stack.json` that is read.
#[derive(Deserialize)]
struct Document {
    aws_endpoint_url: String,
    meta: Meta,
    outputs: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Meta {
    app_secret: String,
}

impl Setup {
    /// Starts the stack with its data in a directory, lets it make the demo, and stops its workers.
    pub async fn start(workspace: &Workspace, venv: &Venv, built: &Built, data: &Path) -> Result<Self> {
        let options = Options {
            data: data.to_owned(),
            listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
            simulator_port: ports::free()?,
            parameters: vec![("DefaultThroughput", THROUGHPUT.to_string())],
            faults: false,
        };
        let stack = Stack::start(workspace, venv, built, options).await?;
        let document: Document = serde_json::from_slice(&fs::read(stack.document())?)?;
        let setup = Self {
            token: sign_in(&stack).await?,
            demo: stack.demo.clone(),
            aws_url: document.aws_endpoint_url,
            graph_url: stack.graph_url.clone(),
            app_secret: document.meta.app_secret,
            outputs: document.outputs,
            stack,
        };
        setup.wait_for_demo().await?;
        setup.rest().await?;
        Ok(setup)
    }

    /// The functions with the variables that they are deployed with.
    pub async fn programs(&self, built: &Built) -> Result<Vec<Program>> {
        let mut programs = Vec::new();
        for (name, path) in &built.functions {
            let deployed = self.output(&format!("{}FunctionName", pascal_case(name)))?;
            let url = format!("{}/2015-03-31/functions/{deployed}/configuration", self.aws_url);
            let mut configuration = http::get(&url).await?.json().context(deployed.to_owned())?;
            let variables = configuration["Environment"]["Variables"].take();
            let mut variables: BTreeMap<String, String> =
                serde_json::from_value(variables).unwrap_or_default();
            variables.insert("AWS_ENDPOINT_URL".to_owned(), self.aws_url.clone());
            programs.push(Program {
                name: name.clone(),
                path: path.clone(),
                variables: variables.into_iter().collect(),
            });
        }
        Ok(programs)
    }

    /// An output of the template.
    pub fn output(&self, name: &str) -> Result<&str> {
        self.outputs
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("template.yaml has no output {name}"))
    }

    /// A call of the API.
    pub async fn api(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let url = format!("{}{path}", self.stack.api_url);
        http::call(method, &url, Some(&self.token), body.as_ref()).await?.json().context(path.to_owned())
    }

    /// Waits until the message of the demo has run its course.
    async fn wait_for_demo(&self) -> Result<()> {
        let path = format!("/api/messages/{}/status", self.demo.message_id);
        let read = async {
            while self.api(Method::GET, &path, None).await?["status"] != "read" {
                tokio::time::sleep(POLL).await;
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, read).await.context("the message of the demo is not read")?
    }

    /// Takes all limits away, and stops whatever would work beside the functions that are measured.
    async fn rest(&self) -> Result<()> {
        let workspace = format!("/api/workspaces/{}", self.demo.workspace_id);
        self.api(Method::PATCH, &workspace, Some(json!({ "plan": "enterprise" }))).await?;
        let settings = json!({ "webhook_url": "", "pair_limit": false, "throughput_per_second": THROUGHPUT });
        let config = format!("{}/_sim/config", self.graph_url);
        http::call(Method::POST, &config, None, Some(&settings)).await?.json().context("the simulator")?;
        let sources = format!("{}/2015-03-31/event-source-mappings", self.aws_url);
        let found = http::get(&format!("{sources}/")).await?.json().context("event sources")?;
        let found = found["EventSourceMappings"].as_array().cloned().unwrap_or_default();
        ensure!(!found.is_empty(), "the stack has no event sources");
        for source in found {
            let url = format!("{sources}/{}", source["UUID"].as_str().unwrap_or_default());
            http::call(Method::PUT, &url, None, Some(&json!({ "Enabled": false }))).await?.json()?;
        }
        Ok(())
    }
}

async fn sign_in(stack: &Stack) -> Result<String> {
    let credentials = json!({ "email": stack.demo.email, "password": stack.demo.password });
    let url = format!("{}/api/auth/signin", stack.api_url);
    let answer = http::call(Method::POST, &url, None, Some(&credentials)).await?.json().context("sign-in")?;
    answer["access_token"].as_str().map(str::to_owned).context("sign-in gives no token")
}

/// What the template calls the function of a package: `phone-numbers` is `PhoneNumbers`.
fn pascal_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.chars().next().map_or(0, char::len_utf8));
        first.to_uppercase() + rest
    });
    words.collect()
}

#[cfg(test)]
mod tests {
    use super::pascal_case;

    #[test]
    fn functions_are_named_as_in_the_template() {
        assert_eq!(pascal_case("phone-numbers"), "PhoneNumbers");
        assert_eq!(pascal_case("auth"), "Auth");
    }
}
