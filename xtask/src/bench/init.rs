//! Starts: from the start of the process until it asks for its first event.

use std::time::Duration;

use anyhow::{Context, Result};
use lambda_host::Function;

use super::Program;

/// Starts of each program.
pub const STARTS: usize = 40;

/// How long a program takes to start.
#[derive(Debug)]
pub struct Init {
    /// Name of the program.
    pub name: String,
    /// The middle one of all starts.
    pub median: Duration,
    /// Nine of ten starts take no longer.
    pub p90: Duration,
    /// The median in relation to that of the bare function.
    pub ratio: f64,
}

/// Starts the programs in turns, so that noise of the machine hits all of them.
pub async fn measure(programs: &[Program]) -> Result<Vec<Init>> {
    let mut starts = vec![Vec::with_capacity(STARTS); programs.len()];
    // The first round only brings the programs into the page cache.
    for round in 0..=STARTS {
        for (program, starts) in programs.iter().zip(&mut starts) {
            let function = program.start().await?;
            if round > 0 {
                starts.push(function.init());
            }
            function.stop().await?;
        }
    }
    let bare = percentile(&mut starts[0], 50);
    let inits = programs.iter().zip(&mut starts).map(|(program, starts)| {
        let median = percentile(starts, 50);
        let ratio = median.as_secs_f64() / bare.as_secs_f64();
        Init { name: program.name.clone(), median, p90: percentile(starts, 90), ratio }
    });
    Ok(inits.collect())
}

impl Program {
    /// Starts it as Lambda does.
    pub async fn start(&self) -> Result<Function> {
        let variables = self.variables.iter().map(|(name, value)| (name, value));
        Function::start(&self.path, variables).await.with_context(|| format!("{} does not start", self.name))
    }
}

/// The smallest duration that `percent` of all do not exceed.
pub fn percentile(durations: &mut [Duration], percent: usize) -> Duration {
    durations.sort_unstable();
    let rank = (durations.len() * percent).div_ceil(100);
    durations.get(rank.saturating_sub(1)).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut durations: Vec<_> = (1..=200).rev().map(Duration::from_millis).collect();
        assert_eq!(percentile(&mut durations, 50), Duration::from_millis(100));
        assert_eq!(percentile(&mut durations, 99), Duration::from_millis(198));
        assert_eq!(percentile(&mut [Duration::from_millis(7)], 99), Duration::from_millis(7));
        assert_eq!(percentile(&mut [], 50), Duration::ZERO);
    }
}
