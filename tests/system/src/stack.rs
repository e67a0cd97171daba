//! The running stack.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Api, Aws, Faults, Simulator};

/// The running stack, as `stack.json` describes it.
#[derive(Clone, Debug, Deserialize)]
pub struct Stack {
    api_url: String,
    graph_url: String,
    fault_url: String,
    aws_endpoint_url: String,
    outputs: BTreeMap<String, String>,
    parameters: BTreeMap<String, String>,
    /// What is shared with the simulated Meta app.
    pub meta: Meta,
}

/// What is shared with the simulated Meta app.
#[derive(Clone, Debug, Deserialize)]
pub struct Meta {
    /// Signs webhooks.
    pub app_secret: String,
    /// Is named when the webhook is set up.
    pub verify_token: String,
}

impl Stack {
    /// The stack that `SWITCHBOARD_TEST_STACK` names.
    ///
    /// # Panics
    /// Where no stack runs.
    pub fn running() -> Self {
        serde_json::from_str(&Self::description()).expect("the description can be read")
    }

    /// What `stack.json` says of the running stack.
    ///
    /// # Panics
    /// Where no stack runs.
    #[expect(clippy::disallowed_methods, reason = "where the stack is only the environment can tell")]
    pub fn description() -> String {
        let path = std::env::var("SWITCHBOARD_TEST_STACK")
            .expect("SWITCHBOARD_TEST_STACK is not set: run `cargo xtask test`");
        std::fs::read_to_string(path).expect("the stack is described")
    }

    /// Where the API is.
    pub fn api_url(&self) -> &str {
        &self.api_url
    }

    /// The API, without credentials.
    pub fn api(&self) -> Api {
        Api::new(self.api_url.clone())
    }

    /// The simulated Meta.
    pub fn simulator(&self) -> Simulator {
        Simulator::new(&self.graph_url)
    }

    /// What brings on faults of the local AWS.
    pub fn faults(&self) -> Faults {
        Faults::new(&self.fault_url)
    }

    /// The local AWS, without faults.
    pub fn aws(&self) -> Aws {
        Aws::new(&self.aws_endpoint_url)
    }

    /// An output of the template.
    ///
    /// # Panics
    /// Where the template has no such output.
    pub fn output(&self, name: &str) -> &str {
        self.outputs.get(name).expect("an output of the template")
    }

    /// The address of the local AWS.
    pub fn aws_address(&self) -> &str {
        &self.aws_endpoint_url
    }

    /// A parameter that the template was deployed with.
    ///
    /// # Panics
    /// Where the deployment did not name it.
    pub fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).expect("a parameter of the deployment")
    }

    /// The messages in all dead-letter queues.
    pub async fn dead_letters(&self) -> u64 {
        let mut count = 0;
        for (_, url) in self.outputs.iter().filter(|(name, _)| name.ends_with("DeadLettersUrl")) {
            count += self.aws().queue_depth(url).await;
        }
        count
    }
}
