//! Killing the processes that functions run in.

use std::fs;
use std::process::Command;

/// Kills all processes of a function at once, as if the machine under them had gone; how many there were.
///
/// # Panics
/// Where a process can't be killed.
pub fn kill(function: &str) -> usize {
    let wanted = format!("AWS_LAMBDA_FUNCTION_NAME={function}");
    let processes: Vec<String> = fs::read_dir("/proc")
        .expect("processes can be listed")
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()))
        .filter(|id| {
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
        })
        .collect();
    for id in &processes {
        // It may have ended by itself meanwhile.
        let _ = Command::new("kill").args(["-KILL", id]).status().expect("kill can be run");
    }
    processes.len()
}
