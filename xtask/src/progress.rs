//! What the user sees while something takes its time.

use std::future::Future;
use std::io::{IsTerminal, stderr};
use std::time::{Duration, Instant};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};

/// Shows a spinner while the work is done, then how long it took.
pub async fn step<T>(label: &str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let bar = spinner(label);
    let started = Instant::now();
    let result = work.await;
    bar.finish_and_clear();
    if result.is_ok() {
        done(label, started.elapsed());
    }
    result
}

/// Says that something is done and how long it took.
pub fn done(label: &str, took: Duration) {
    eprintln!("✓ {label} ({:.1} s)", took.as_secs_f64());
}

fn spinner(label: &str) -> ProgressBar {
    if !stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed}") {
        bar.set_style(style);
    }
    bar.set_message(label.to_owned());
    bar.enable_steady_tick(Duration::from_millis(100));
    bar
}
