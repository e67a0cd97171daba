//! Hot requests: one process, one event after the other.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::Value;

use super::Program;
use super::init::percentile;

/// Events that come first and are not counted: connections are made and secrets fetched.
pub const WARM_UP: usize = 20;
/// Events that are counted.
pub const COUNTED: usize = 300;
/// Events that an operation needs.
pub const EVENTS: usize = WARM_UP + COUNTED;

/// What one operation costs when it is hot.
#[derive(Debug)]
pub struct Hot {
    /// Name of the program.
    pub program: String,
    /// What is asked of it.
    pub operation: &'static str,
    /// The middle one of all times from event to answer.
    pub p50: Duration,
    /// 99 of 100 take no longer.
    pub p99: Duration,
    /// Processor time of one request, on average.
    pub processor: Duration,
    /// Bytes of resident memory after all of them.
    pub resident: u64,
    /// What the function itself tells of a request; nothing where it makes no call.
    pub cost: Cost,
}

/// What a function logs of a request.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq)]
pub struct Cost {
    /// Calls to AWS.
    #[serde(rename = "aws.calls")]
    pub calls: u32,
    /// Calls that waited for others.
    #[serde(rename = "aws.round_trips")]
    pub round_trips: u32,
    /// Read units of `DynamoDB`.
    #[serde(rename = "store.read_units")]
    pub read_units: f64,
    /// Write units of `DynamoDB`.
    #[serde(rename = "store.write_units")]
    pub write_units: f64,
}

/// Gives the events to a new process of the program.
pub async fn measure(program: &Program, operation: &'static str, events: &[Bytes]) -> Result<Hot> {
    let context = || format!("{} {operation}", program.name);
    let mut function = program.start().await?;
    let (warm_up, counted) = events.split_at(WARM_UP.min(events.len()));
    for event in warm_up {
        check(&function.invoke(event.clone()).await.with_context(context)?.answer).with_context(context)?;
    }
    let before = function.processor_time()?;
    let mut times = Vec::with_capacity(counted.len());
    for event in counted {
        let invocation = function.invoke(event.clone()).await.with_context(context)?;
        check(&invocation.answer).with_context(context)?;
        times.push(invocation.took);
    }
    let processor = function.processor_time()?.saturating_sub(before);
    let resident = function.resident_bytes()?;
    let cost = middle_cost(&function.stop().await?);
    Ok(Hot {
        program: program.name.clone(),
        operation,
        p50: percentile(&mut times, 50),
        p99: percentile(&mut times, 99),
        processor: processor / u32::try_from(counted.len())?.max(1),
        resident,
        cost,
    })
}

/// Fails unless the answer tells of success: a refused request is quick, and no measure of anything.
fn check(answer: &[u8]) -> Result<()> {
    let value: Value = serde_json::from_slice(answer).context("the answer is not JSON")?;
    let refused = value["statusCode"].as_u64().is_some_and(|status| !(200..300).contains(&status));
    let left = value["batchItemFailures"].as_array().is_some_and(|items| !items.is_empty());
    ensure!(!refused && !left, "the event was not handled: {value}");
    Ok(())
}

/// The cost of a request in the middle of the log: neither the first, which fetches secrets, nor a lucky one.
fn middle_cost(log: &str) -> Cost {
    let mut costs: Vec<Cost> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    costs.sort_by_key(|cost| (cost.round_trips, cost.calls));
    costs.get(costs.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(calls: u32) -> String {
        format!(
            r#"{{"message":"request answered","aws.calls":{calls},"aws.round_trips":1,"store.read_units":1.5,"store.write_units":0.0}}"#
        )
    }

    #[test]
    fn the_cost_is_that_of_an_ordinary_request() {
        let log = [line(5), line(2), "{\"message\":\"other\"}".to_owned(), line(2)].join("\n");
        assert_eq!(middle_cost(&log), Cost { calls: 2, round_trips: 1, read_units: 1.5, write_units: 0.0 });
        assert_eq!(middle_cost(""), Cost::default());
    }

    #[test]
    fn a_refused_event_is_no_measure() {
        assert!(check(br#"{"statusCode":201}"#).is_ok());
        assert!(check(br#"{"statusCode":401}"#).is_err());
        assert!(check(br#"{"batchItemFailures":[]}"#).is_ok());
        assert!(check(br#"{"batchItemFailures":[{"itemIdentifier":"1"}]}"#).is_err());
        assert!(check(b"").is_err());
    }
}
