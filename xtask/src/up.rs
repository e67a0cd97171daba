//! `cargo xtask up`: runs the product here until it is told to stop.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Result;

use crate::build::{Profile, Selection, build};
use crate::stack::{Options, Stack};
use crate::venv::{Purpose, Venv};
use crate::workspace::Workspace;
use crate::{UpArguments, ports, seed};

const CHECK_EVERY: Duration = Duration::from_millis(500);

static READY: AtomicBool = AtomicBool::new(false);

/// Whether the stack was up: being stopped is then no failure.
pub fn is_ready() -> bool {
    READY.load(Ordering::Relaxed)
}

/// Builds, starts, and watches until something ends.
pub async fn run(workspace: &Workspace, arguments: &UpArguments) -> Result<()> {
    let listener = ports::listen(arguments.port, "--port")?;
    drop(ports::listen(arguments.sim_port, "--sim-port")?);
    let venv = Venv::prepare(workspace.root(), Purpose::Run).await?;
    let profile = if arguments.release { Profile::Release } else { Profile::Local };
    let built = build(workspace, profile, Selection::Programs).await?;
    let options = Options {
        data: std::path::absolute(workspace.root().join(&arguments.data_dir))?,
        listener,
        simulator_port: arguments.sim_port,
        parameters: Vec::new(),
        faults: false,
    };
    let mut stack = Stack::start(workspace, &venv, &built, options).await?;
    READY.store(true, Ordering::Relaxed);
    welcome(&stack);
    loop {
        stack.check()?;
        tokio::time::sleep(CHECK_EVERY).await;
    }
}

fn welcome(stack: &Stack) {
    let Stack { api_url, graph_url, demo, .. } = stack;
    let (email, password) = (&demo.email, &demo.password);
    let customer = seed::CUSTOMER;
    println!("\nSwitchboard is up.\n");
    println!("  API          {api_url}");
    println!("  Reference    {api_url}/docs");
    println!("  Simulator    {graph_url}");
    println!("  Demo user    {email}  {password}");
    println!("  Workspace    {}", demo.workspace_id);
    println!("  Number       {}", demo.phone_number_id);
    println!("  API token    {}", demo.api_token);
    println!("  Data         {}", display(stack.document().parent()));
    println!("  Logs         {}\n", stack.function_logs().display());
    println!("Sign in:");
    println!(
        "  curl -s {api_url}/api/auth/signin -H 'content-type: application/json' \
         -d '{{\"email\":\"{email}\",\"password\":\"{password}\"}}'"
    );
    println!("Send a text:");
    println!(
        "  curl -s {api_url}/api/messages/send/text -H 'authorization: Bearer {}' \
         -H 'content-type: application/json' -d '{{\"workspace_id\":\"{}\",\"phone_number_id\":\"{}\",\
         \"to\":\"{customer}\",\"text\":\"Hello\"}}'",
        demo.api_key, demo.workspace_id, demo.phone_number_id
    );
    println!("Look at its status:");
    println!(
        "  curl -s {api_url}/api/messages/{}/status -H 'authorization: Bearer {}'",
        demo.message_id, demo.api_key
    );
    println!("Write to a channel of the team:");
    println!(
        "  curl -s {api_url}/api/v1/messages -H 'authorization: Bearer {}' \
         -H 'content-type: application/json' -d '{{\"channelId\":\"{}\",\"content\":\"Hello\"}}'",
        demo.api_token,
        seed::CHANNEL
    );
    println!("Let a customer write in:");
    println!(
        "  curl -s {graph_url}/_sim/inbound -H 'content-type: application/json' \
         -d '{{\"phone_number_id\":\"{}\",\"from\":\"{}\",\"text\":\"Hi!\"}}'",
        demo.meta_phone_number_id,
        customer.trim_start_matches('+')
    );
    println!("\nCtrl-C stops it.");
}

fn display(path: Option<&Path>) -> String {
    path.map(|path| path.display().to_string()).unwrap_or_default()
}
