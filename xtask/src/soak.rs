//! `cargo xtask soak`: long runs on a stack of their own, with faults.

use std::net::{Ipv4Addr, TcpListener};
use std::process::Command;

use anyhow::{Context, Result};

use crate::SoakRun;
use crate::build::{Profile, Selection, build};
use crate::ports;
use crate::stack::{Options, Stack};
use crate::suite::{fresh_directory, impatient, succeed};
use crate::venv::{Purpose, Venv};
use crate::workspace::Workspace;

/// How soon the step of a campaign comes back: of a large one, some take longer, and are begun twice.
const STEP_VISIBILITY_SECONDS: u32 = 8;

/// Starts a stack, runs, and says what came of it.
pub async fn run(workspace: &Workspace, run: &SoakRun) -> Result<()> {
    let data = workspace.root().join(".local/soak");
    let _lock = fresh_directory(&data)?;
    let venv = Venv::prepare(workspace.root(), Purpose::Run).await?;
    let built = build(workspace, Profile::Local, Selection::ProgramsAndSoak).await?;
    let options = Options {
        data: data.join("stack"),
        listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?,
        simulator_port: ports::free()?,
        parameters: impatient(STEP_VISIBILITY_SECONDS),
        faults: true,
    };
    let stack = Stack::start(workspace, &venv, &built, options).await?;
    let mut command = Command::new(&built.soak);
    match run {
        SoakRun::Campaign { recipients, per_second } => {
            command.args(["campaign".to_owned(), recipients.to_string(), per_second.to_string()])
        }
        SoakRun::Webhooks { events } => command.args(["webhooks".to_owned(), events.to_string()]),
        SoakRun::Import { format, rows, notes, kills } => {
            let kind = format!("import-{format}");
            command.args([kind, rows.to_string(), notes.to_string(), kills.to_string()])
        }
    };
    command.env("SWITCHBOARD_TEST_STACK", stack.document());
    succeed(&mut command).await.context("what must hold did not")
}
