//! Logs: one JSON line an event, on standard output.

use tracing_subscriber::filter::LevelFilter;

use crate::environment::optional;

/// Sends what is traced to standard output. The level is that of Lambda's logging configuration.
pub(crate) fn init() {
    let subscriber = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level(optional("AWS_LAMBDA_LOG_LEVEL").as_deref()))
        .finish();
    // A second call in one process, as in tests, keeps the first.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// The level that Lambda's name stands for. It has one more than we have: nothing is worse than an error.
fn level(name: Option<&str>) -> LevelFilter {
    match name {
        Some(name) if name.eq_ignore_ascii_case("fatal") => LevelFilter::ERROR,
        Some(name) => name.parse().unwrap_or(LevelFilter::INFO),
        None => LevelFilter::INFO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_those_of_lambda() {
        assert_eq!(level(Some("DEBUG")), LevelFilter::DEBUG);
        assert_eq!(level(Some("FATAL")), LevelFilter::ERROR);
        assert_eq!(level(Some("loud")), LevelFilter::INFO);
        assert_eq!(level(None), LevelFilter::INFO);
    }
}
