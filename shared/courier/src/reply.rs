//! What a receiver answered.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Response;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use tokio::time::Instant;

/// Most bytes of an answer that are read.
pub const MAX_BODY_BYTES: usize = 64 * 1024;

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// How long it asks to be left alone.
    pub retry_after: Option<Duration>,
    /// How its body begins, 64 KiB at most.
    pub body: Vec<u8>,
    /// How long it took.
    pub elapsed: Duration,
}

impl Reply {
    /// Reads an answer. What of the body is too long, late or broken is left out: the status has been given.
    pub(crate) async fn read(
        mut response: Response,
        body_timeout: Duration,
        now: Timestamp,
        started: Instant,
    ) -> Self {
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers(), now);
        let mut body = Vec::new();
        let reading = async {
            while let Ok(Some(chunk)) = response.chunk().await {
                let room = MAX_BODY_BYTES - body.len();
                body.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
                if body.len() >= MAX_BODY_BYTES {
                    break;
                }
            }
        };
        // Late or not, what has been read so far is the answer.
        let _ = tokio::time::timeout(body_timeout, reading).await;
        Self { status, retry_after, body, elapsed: started.elapsed() }
    }
}

/// The header `Retry-After`: seconds or a date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = u64::try_from(at.as_second() - now.as_second()).ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_asks_for_time_in_seconds_or_by_a_date() {
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let asked = |text: &str| {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            retry_after(&headers, now).map(|wait| wait.as_secs())
        };
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Thu, 01 Jan 2026 00:01:00 GMT"), Some(60));
        assert_eq!(asked("Wed, 31 Dec 2025 00:00:00 GMT"), None);
        assert_eq!(asked("soon"), None);
    }
}
