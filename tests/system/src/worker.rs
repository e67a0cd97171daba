//! Killing the processes that functions run in.

use std::cell::Cell;
use std::fs;
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use rand::RngExt;
use tokio::time::sleep;

use crate::Stack;

/// How often to look whether a function runs again.
const LOOK_AGAIN: Duration = Duration::from_millis(30);
/// How long a function works, at most, before it is killed: about as long as one invocation takes.
const WORKS: Duration = Duration::from_millis(300);

/// What befalls functions while something runs on them.
#[derive(Clone, Copy, Debug)]
pub struct Kills {
    /// How often each function is killed.
    pub each: u32,
    /// The longest pause between two kills of one function.
    pub pause: Duration,
}

/// Kills a function again and again, each time soon after it was invoked, and counts.
pub async fn kill_at_random(function: &str, kills: Kills, count: &Cell<u32>) {
    while count.get() < kills.each {
        let pause = rand::rng().random_range(Duration::ZERO..kills.pause);
        sleep(pause).await;
        while !is_running(function) {
            sleep(LOOK_AGAIN).await;
        }
        let works = rand::rng().random_range(Duration::ZERO..WORKS);
        sleep(works).await;
        if kill(function) > 0 {
            count.set(count.get() + 1);
        }
    }
}

/// Kills all processes of a function at once, as if the machine under them had gone; how many there were.
///
/// # Panics
/// Where a process can't be killed.
pub fn kill(function: &str) -> usize {
    let processes = processes(function);
    for id in &processes {
        // It may have ended by itself meanwhile.
        let _ = Command::new("kill").args(["-KILL", id]).status().expect("kill can be run");
    }
    processes.len()
}

/// Whether a function has a process. After [`kill`], it has one again when it is invoked.
fn is_running(function: &str) -> bool {
    !processes(function).is_empty()
}

/// The most memory that a process of a function has had, in KB; 0 where there is none.
pub fn peak_memory(function: &str) -> u64 {
    let peak = |id: String| {
        let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        line.split_whitespace().next()?.parse().ok()
    };
    processes(function).into_iter().filter_map(peak).max().unwrap_or(0)
}

/// The processes of a function of this stack; others may run beside it.
fn processes(function: &str) -> Vec<String> {
    static STACK: LazyLock<String> =
        LazyLock::new(|| format!("AWS_ENDPOINT_URL={}", Stack::running().aws_address()));
    let wanted = [format!("AWS_LAMBDA_FUNCTION_NAME={function}"), STACK.clone()];
    fs::read_dir("/proc")
        .expect("processes can be listed")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|id| {
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            let has = |wanted: &String| {
                environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
            };
            wanted.iter().all(has)
        })
        .collect()
}
