//! Whatever works behind the scenes is watched: what it gave up, what it is late with, and whether it runs at all.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::template::{referred, resources, template};

/// The names of the resources that alarms watch by `metric`.
fn watched(template: &Value, metric: &str) -> BTreeSet<String> {
    let alarms = resources(template, "AWS::CloudWatch::Alarm").into_values();
    let of_metric = alarms.filter(|alarm| alarm["MetricName"] == metric);
    of_metric
        .map(|alarm| {
            assert_eq!(alarm["AlarmActions"]["Fn::If"][0], "HasAlarmTopic", "{alarm}");
            let dimension = &alarm["Dimensions"][0]["Value"];
            referred(dimension).unwrap_or_else(|| panic!("{dimension} is no resource")).to_owned()
        })
        .collect()
}

fn sources(template: &Value) -> BTreeMap<String, Value> {
    resources(template, "AWS::Lambda::EventSourceMapping")
}

/// The sources that are streams: only they have a position to start at.
fn is_stream(source: &Value) -> bool {
    !source["StartingPosition"].is_null()
}

#[test]
fn every_queue_of_work_has_dead_letters_and_alarms_for_what_is_late_or_given_up() {
    let template = template();
    let given_up = watched(&template, "ApproximateNumberOfMessagesVisible");
    let late = watched(&template, "ApproximateAgeOfOldestMessage");
    for (name, queue) in resources(&template, "AWS::SQS::Queue") {
        if name.ends_with("DeadLetters") {
            assert!(given_up.contains(&name), "nothing watches {name}");
            continue;
        }
        let dead_letters = referred(&queue["RedrivePolicy"]["deadLetterTargetArn"]);
        assert!(dead_letters.is_some_and(|queue| given_up.contains(queue)), "{name} has no dead letters");
        assert!(late.contains(&name), "nobody hears of {name} being late");
    }
}

#[test]
fn every_worker_has_an_alarm_for_its_errors_and_every_reader_of_a_stream_for_being_late() {
    let template = template();
    let (failing, late) = (watched(&template, "Errors"), watched(&template, "IteratorAge"));
    for (name, source) in sources(&template) {
        let function = referred(&source["FunctionName"]).unwrap_or_else(|| panic!("{name} has no function"));
        assert!(failing.contains(function), "nobody hears of {function} failing");
        assert!(!is_stream(&source) || late.contains(function), "nobody hears of {function} being late");
    }
    for (name, function) in resources(&template, "AWS::Serverless::Function") {
        let mut events = function["Events"].as_object().into_iter().flatten();
        let scheduled = events.any(|(_, event)| event["Type"] == "Schedule");
        assert!(!scheduled || failing.contains(&name), "nobody hears of {name} failing");
    }
    assert_eq!(watched(&template, "5xx"), BTreeSet::from(["HttpApi".to_owned()]));
}

/// What an account may run at once, where nobody asked AWS for more.
const ACCOUNT_CONCURRENCY: u64 = 1_000;

#[test]
fn queues_together_leave_a_third_of_the_account_to_requests() {
    let queues = sources(&template()).into_iter().filter(|(_, source)| !is_stream(source));
    let limits = queues.map(|(name, source)| {
        let limit = source["ScalingConfig"]["MaximumConcurrency"].as_u64();
        limit.unwrap_or_else(|| panic!("{name} may take all that the account may run at once"))
    });
    assert!(limits.sum::<u64>() <= ACCOUNT_CONCURRENCY * 2 / 3);
}
