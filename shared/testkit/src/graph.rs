//! A Graph simulator that runs within a test.

use axum::Router;
use graph_sim::Config;
use serde_json::Value;
use switchboard_graph::{Graph, GraphConfig};
use tokio::net::TcpListener;

/// A simulator of Graph, as long as its test runs.
#[derive(Clone, Debug)]
pub struct GraphSimulator {
    /// Where it is.
    pub url: String,
    /// What calls it.
    pub client: reqwest::Client,
}

impl GraphSimulator {
    /// A simulator as it is by default.
    pub async fn start() -> Self {
        Self::start_as(Config::default()).await
    }

    /// A simulator of this configuration.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn start_as(config: Config) -> Self {
        let (listener, simulator) = Self::bind().await;
        tokio::spawn(graph_sim::serve(listener, config));
        simulator
    }

    /// A simulator of this configuration, within what `wrap` puts around it, such as what holds answers up.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn start_within(config: Config, wrap: impl FnOnce(Router) -> Router) -> Self {
        let (listener, simulator) = Self::bind().await;
        let inner = graph_sim::Simulator::new(config).map(graph_sim::router).expect("a simulator");
        tokio::spawn(graph_sim::serve_router(listener, wrap(inner)));
        simulator
    }

    /// A place where nobody listens: Graph can't be reached.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn nowhere() -> Self {
        Self::bind().await.1
    }

    async fn bind() -> (TcpListener, Self) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let client = reqwest::Client::builder().no_proxy().build().expect("an HTTP client can be built");
        (listener, Self { url, client })
    }

    /// A client of it as functions have it.
    ///
    /// # Panics
    /// Where no client can be built.
    pub fn graph(&self) -> Graph {
        Graph::new(GraphConfig::new(&self.url, "v25.0")).expect("a client of Graph can be built")
    }

    /// What it tells of itself at `path`.
    ///
    /// # Panics
    /// Where it refuses to.
    pub async fn get(&self, path: &str) -> Value {
        self.ask(self.client.get(format!("{}/_sim/{path}", self.url))).await
    }

    /// Lets it be, or do, what `body` says at `path`.
    ///
    /// # Panics
    /// Where it refuses to.
    pub async fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(self.client.post(format!("{}/_sim/{path}", self.url)).json(body)).await
    }

    /// The messages that it accepted for a recipient, in order.
    ///
    /// # Panics
    /// Where it does not tell.
    pub async fn accepted(&self, to: &str) -> Vec<Value> {
        let answer = self.get(&format!("messages?to={to}")).await;
        answer["messages"].as_array().expect("a list of messages").clone()
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> Value {
        let response = request.send().await.expect("the simulator answers");
        let (status, text) = (response.status(), response.text().await.expect("an answer has a body"));
        assert!(status.is_success(), "{status} {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }
}
