//! Programs in other languages, as users of the API write them.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// A line must come within so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program of `tests/system/clients` that runs until this is dropped.
#[derive(Debug)]
pub struct Program {
    name: &'static str,
    child: Child,
    stdin: ChildStdin,
    lines: UnboundedReceiver<String>,
}

impl Program {
    /// Starts a program by the name of its file, with this environment beside its own.
    ///
    /// # Panics
    /// Where it can't be started.
    #[expect(clippy::disallowed_methods, reason = "where the interpreters are only the environment can tell")]
    pub fn start(file: &'static str, environment: &[(&str, &str)]) -> Self {
        let interpreters = std::env::var("SWITCHBOARD_TEST_INTERPRETERS")
            .expect("SWITCHBOARD_TEST_INTERPRETERS is not set: run `cargo xtask test`");
        let interpreter =
            if Path::new(file).extension().is_some_and(|end| end == "js") { "node" } else { "python" };
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
        let mut child = Command::new(Path::new(&interpreters).join(interpreter))
            .arg(directory.join(file))
            .envs(environment.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a program starts");
        let stdin = child.stdin.take().expect("an input");
        let stdout = BufReader::new(child.stdout.take().expect("an output"));
        let (sender, lines) = unbounded_channel();
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Self { name: file, child, stdin, lines }
    }

    /// Gives the program a line to read.
    ///
    /// # Panics
    /// Where it has ended.
    pub fn tell(&mut self, line: &str) {
        writeln!(self.stdin, "{line}").expect("a program reads");
    }

    /// The next line that the program prints.
    ///
    /// # Panics
    /// Where none comes within a minute, or the program ends without one.
    pub async fn line(&mut self) -> String {
        let line = timeout(PATIENCE, self.lines.recv()).await;
        let line = line.unwrap_or_else(|_| panic!("{} printed nothing within {PATIENCE:?}", self.name));
        line.unwrap_or_else(|| panic!("{} ended", self.name))
    }

    /// The next line that the program prints, as JSON.
    ///
    /// # Panics
    /// As [`Program::line`], and where the line is no JSON.
    pub async fn json(&mut self) -> Value {
        serde_json::from_str(&self.line().await).expect("a line of JSON")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
