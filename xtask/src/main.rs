//! The project's own commands: `cargo xtask up` runs everything here, `cargo xtask test` tests everything.

mod bench;
mod build;
mod clients;
mod deploy;
mod document;
mod fault_proxy;
mod gateway;
mod http;
mod logs;
mod ministack;
mod ports;
mod process;
mod progress;
mod report;
mod seed;
mod simulator;
mod soak;
mod stack;
mod suite;
mod up;
mod venv;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::workspace::Workspace;

/// Commands of the Switchboard repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build the functions and run them here, with a local AWS and a simulated Meta.
    Up(UpArguments),
    /// Run everything that must pass.
    Test {
        /// Run only tests whose name contains this, and no checks.
        filter: Option<String>,
    },
    /// Measure the functions as Lambda runs them, and write `docs/benchmarks.md`.
    Bench,
    /// Write the `OpenAPI` documents again.
    Openapi,
    /// Run something for long on a stack of its own, with faults, and check what must hold.
    #[command(subcommand)]
    Soak(SoakRun),
}

/// What is run for long.
#[derive(Subcommand)]
enum SoakRun {
    /// A campaign whose functions are killed at random: each recipient is told once.
    Campaign {
        /// Contacts to send to.
        #[arg(long, default_value_t = 10_000)]
        recipients: u32,
        /// Messages a second that the number may send.
        #[arg(long, default_value_t = 20)]
        per_second: u32,
    },
    /// Events to ten webhooks, five of which misbehave, while the deliverer is killed at random: each arrives.
    Webhooks {
        /// Events to tell of.
        #[arg(long, default_value_t = 1_000)]
        events: u32,
    },
    /// An import of contacts whose function is killed on the way: each row is done once, and the file again changes
    /// nothing.
    Import {
        /// What the file is: `csv` or `xlsx`.
        #[arg(long, default_value = "csv", value_parser = ["csv", "xlsx"])]
        format: String,
        /// Rows of the file.
        #[arg(long, default_value_t = 100_000)]
        rows: u32,
        /// Characters of notes in each row: with 980 a CSV file of 100,000 rows is as large as one may be.
        #[arg(long, default_value_t = 0)]
        notes: u32,
        /// How often the function is killed.
        #[arg(long, default_value_t = 3)]
        kills: u32,
    },
}

/// Arguments of `up`.
#[derive(clap::Args)]
struct UpArguments {
    /// Port of the API.
    #[arg(long, default_value_t = 8000)]
    port: u16,
    /// Port of the Graph simulator.
    #[arg(long, default_value_t = 8001)]
    sim_port: u16,
    /// Where data is kept between runs.
    #[arg(long, default_value = ".local")]
    data_dir: PathBuf,
    /// Build with optimisations, as it is deployed to AWS.
    #[arg(long)]
    release: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error.into()),
    };
    // Dropping the command stops, in order, every process that it started.
    let result = runtime.block_on(async {
        tokio::select! {
            result = run(arguments.command) => result.map(|()| ExitCode::SUCCESS),
            result = stop_signal() => result,
        }
    });
    result.unwrap_or_else(|error| fail(&error))
}

async fn run(command: Command) -> Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Up(arguments) => up::run(&workspace, &arguments).await,
        Command::Test { filter } => suite::run(&workspace, filter.as_deref()).await,
        Command::Bench => bench::run(&workspace).await,
        Command::Soak(soak) => soak::run(&workspace, &soak).await,
        Command::Openapi => suite::write_openapi(&workspace).await,
    }
}

/// Ends when the user or the system asks for it.
async fn stop_signal() -> Result<ExitCode> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    let status = tokio::select! {
        _ = interrupt.recv() => 130,
        _ = terminate.recv() => 143,
        _ = hang_up.recv() => 129,
    };
    eprintln!("\nStopping …");
    Ok(if up::is_ready() { ExitCode::SUCCESS } else { ExitCode::from(status) })
}

fn fail(error: &anyhow::Error) -> ExitCode {
    eprintln!("error: {error:#}");
    ExitCode::FAILURE
}
