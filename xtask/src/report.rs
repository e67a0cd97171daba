//! How the steps of a run ended.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The steps so far.
#[derive(Debug, Default)]
pub struct Report {
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Report {
    /// Runs a step and notes how it ended, and returns what it made. A failure does not keep later steps from running.
    pub async fn record<T>(
        &mut self,
        name: &'static str,
        step: impl Future<Output = Result<T>>,
    ) -> Option<T> {
        eprintln!("\n▶ {name}");
        let started = Instant::now();
        let result = step.await;
        let took = started.elapsed();
        match &result {
            Ok(_) => eprintln!("✓ {name} ({:.1} s)", took.as_secs_f64()),
            Err(error) => eprintln!("✗ {name} ({:.1} s): {error:#}", took.as_secs_f64()),
        }
        self.steps.push(Step { name, took, passed: result.is_ok() });
        result.ok()
    }

    /// Lists the steps. Fails if one of them did.
    pub fn sum_up(&self, logs: &Path) -> Result<()> {
        eprintln!("\nSummary");
        for Step { name, took, passed } in &self.steps {
            let mark = if *passed { '✓' } else { '✗' };
            eprintln!("  {mark} {name:<20} {:>7.1} s", took.as_secs_f64());
        }
        let total: Duration = self.steps.iter().map(|step| step.took).sum();
        eprintln!("    {:<20} {:>7.1} s", "in all", total.as_secs_f64());
        let failed = self.steps.iter().filter(|step| !step.passed).count();
        if failed > 0 {
            bail!("{failed} of {} steps failed; logs are in {}", self.steps.len(), logs.display());
        }
        Ok(())
    }
}
