//! The program: flags, the port it takes, and its log.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::support::{NUMBER, text};

const SECRET_TOKEN: &str = "EAAverysecrettoken";
const RECIPIENT: &str = "16505550187";

/// Ends the program when the test ends, however it does.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test]
async fn the_program_serves_and_logs_no_secrets() {
    let arguments = ["--port", "0", "--pair-limit", "off", "--throughput-per-second", "7"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_graph-sim"));
    let mut program = Program(command.args(arguments).stderr(Stdio::piped()).spawn().unwrap());
    let mut log = BufReader::new(program.0.stderr.take().unwrap());
    let mut line = String::new();
    log.read_line(&mut line).unwrap();
    let first: Value = serde_json::from_str(&line).unwrap();
    let base = format!("http://{}", first["address"].as_str().unwrap());

    let client = reqwest::Client::new();
    let url = format!("{base}/v25.0/{NUMBER}/messages");
    let message = text(&format!("+{RECIPIENT}"), "logged");
    let sent = client.post(url).bearer_auth(SECRET_TOKEN).json(&message).send().await.unwrap();
    assert_eq!(sent.status(), 200);
    let config = client.get(format!("{base}/_sim/config")).send().await.unwrap();
    let config: Value = config.json().await.unwrap();
    assert_eq!((&config["pair_limit"], &config["throughput_per_second"]), (&Value::Null, &7.0.into()));
    drop(program);

    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    let lines: Vec<Value> = rest.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["route"] == "/{id}/messages" && line["status"] == 200), "{rest}");
    assert!(!rest.contains(SECRET_TOKEN) && !rest.contains(RECIPIENT));
}
