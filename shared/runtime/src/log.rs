//! Logs: one JSON line an event, on standard output.

use tracing_subscriber::EnvFilter;

use crate::environment::optional;

/// Sends what is traced to standard output. The level is that of Lambda's logging configuration.
pub(crate) fn init() {
    let level = optional("AWS_LAMBDA_LOG_LEVEL").unwrap_or_else(|| "info".to_owned());
    let filter = EnvFilter::try_new(level.to_lowercase()).unwrap_or_else(|_| EnvFilter::new("info"));
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .finish();
    // A second call in one process, as in tests, keeps the first.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
