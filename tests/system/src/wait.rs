//! Waiting for what must happen.

use std::future::Future;
use std::time::Duration;

use tokio::time::sleep;

/// What must happen has so long.
const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(150);

/// Asks until the answer is there.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, ask: impl FnMut() -> F) -> T {
    eventually_within(PATIENCE, what, ask).await
}

/// Asks until the answer is there, which must be within `patience`.
///
/// # Panics
/// When the time is over.
#[expect(clippy::disallowed_methods, reason = "the patience of a test is measured in real time")]
pub async fn eventually_within<T, F: Future<Output = Option<T>>>(
    patience: Duration,
    what: &str,
    mut ask: impl FnMut() -> F,
) -> T {
    let started = std::time::Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < patience, "{what} did not happen within {patience:?}");
        sleep(PAUSE).await;
    }
}
