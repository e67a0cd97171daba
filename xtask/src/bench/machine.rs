//! Where and when it was measured.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

/// The machine, the compiler, the day.
#[derive(Debug)]
pub struct Machine {
    /// Name of the processor.
    pub processor: String,
    /// Number of processors that may be used.
    pub processors: usize,
    /// System and its version.
    pub system: String,
    /// Name and version of the compiler.
    pub compiler: String,
    /// Day in UTC, such as `2026-01-31`.
    pub date: String,
}

impl Machine {
    /// Looks at this machine.
    pub fn look() -> Result<Self> {
        let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = information.lines().find(|line| line.starts_with("model name"));
        let model =
            model.and_then(|line| line.split_once(": ")).map_or(std::env::consts::ARCH, |(_, name)| name);
        let version = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        let rustc = Command::new("rustc").arg("--version").output().context("rustc is missing")?;
        Ok(Self {
            processor: model.trim().to_owned(),
            processors: std::thread::available_parallelism()?.get(),
            system: format!("{} {}", std::env::consts::OS, version.trim()),
            compiler: String::from_utf8_lossy(&rustc.stdout).trim().to_owned(),
            date: jiff::Timestamp::now().strftime("%Y-%m-%d").to_string(),
        })
    }
}
