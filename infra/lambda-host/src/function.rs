//! A function that runs.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};
use std::{fmt, io};

use bytes::Bytes;
use tokio::io::AsyncReadExt;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::api::{Report, RuntimeApi};
use crate::usage;

/// What Lambda sets beside the variables of the function (AWS, Lambda: defined runtime environment variables).
const LAMBDA: [(&str, &str); 9] = [
    ("_HANDLER", "bootstrap"),
    ("AWS_REGION", "us-east-1"),
    ("AWS_ACCESS_KEY_ID", "local"),
    ("AWS_SECRET_ACCESS_KEY", "local"),
    ("AWS_LAMBDA_FUNCTION_NAME", "measured"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
    ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
    ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
];

/// Why a function could not be measured.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The system refused something.
    #[error("the system refused")]
    System(#[from] io::Error),
    /// The program ended by itself.
    #[error("the function ended: {0}")]
    Ended(ExitStatus),
    /// The function reported an error, as JSON.
    #[error("the function failed: {0}")]
    Failed(String),
    /// The function did something out of turn.
    #[error("the function did not keep to the Runtime API: {0}")]
    OutOfTurn(String),
}

/// One event and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invocation {
    /// From the handing out of the event to the last byte of the answer.
    pub took: Duration,
    /// What the function answered.
    pub answer: Bytes,
}

/// A program that has started and waits for an event. Dropping it kills it.
pub struct Function {
    child: Child,
    pid: u32,
    api: RuntimeApi,
    init: Duration,
    log: JoinHandle<io::Result<String>>,
}

impl Function {
    /// Starts `program` in an environment of Lambda's variables and these, and waits until it asks for an event.
    pub async fn start<K, V>(
        program: &Path,
        variables: impl IntoIterator<Item = (K, V)>,
    ) -> Result<Self, HostError>
    where
        K: AsRef<OsStr>,
        V: AsRef<OsStr>,
    {
        let api = RuntimeApi::listen().await?;
        let mut command = Command::new(program);
        command.env_clear().envs(LAMBDA).envs(variables);
        command.env("AWS_LAMBDA_RUNTIME_API", api.address().to_string());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let started = Instant::now();
        let mut child = command.spawn()?;
        let pid = child.id().ok_or_else(|| io::Error::other("the process has ended"))?;
        let mut stdout = child.stdout.take().ok_or_else(|| io::Error::other("the process has no output"))?;
        let log = tokio::spawn(async move {
            let mut text = String::new();
            stdout.read_to_string(&mut text).await.map(|_| text)
        });
        let mut function = Self { child, pid, api, init: Duration::ZERO, log };
        function.init = function.asked().await?.duration_since(started);
        Ok(function)
    }

    /// From the start of the program until it asked for its first event.
    pub fn init(&self) -> Duration {
        self.init
    }

    /// Hands out an event, and waits until the function has answered and asks for the next.
    pub async fn invoke(&mut self, event: Bytes) -> Result<Invocation, HostError> {
        self.api.put(event);
        let handed = match self.report().await? {
            Report::Handed(at) => at,
            other => return Err(out_of_turn(&other)),
        };
        let (answered, answer) = match self.report().await? {
            Report::Answered(at, answer) => (at, answer),
            other => return Err(out_of_turn(&other)),
        };
        self.asked().await?;
        Ok(Invocation { took: answered.duration_since(handed), answer })
    }

    /// Processor time so far.
    pub fn processor_time(&self) -> Result<Duration, HostError> {
        Ok(usage::processor_time(self.pid)?)
    }

    /// Bytes of resident memory.
    pub fn resident_bytes(&self) -> Result<u64, HostError> {
        Ok(usage::resident_bytes(self.pid)?)
    }

    /// Ends the function, and returns what it wrote to its standard output.
    pub async fn stop(mut self) -> Result<String, HostError> {
        self.child.kill().await?;
        Ok(self.log.await.map_err(io::Error::other)??)
    }

    async fn asked(&mut self) -> Result<Instant, HostError> {
        match self.report().await? {
            Report::Asked(at) => Ok(at),
            other => Err(out_of_turn(&other)),
        }
    }

    async fn report(&mut self) -> Result<Report, HostError> {
        tokio::select! {
            biased;
            report = self.api.report() => match report {
                Some(Report::Failed(body)) => Err(HostError::Failed(String::from_utf8_lossy(&body).into_owned())),
                Some(report) => Ok(report),
                None => Err(io::Error::other("the Runtime API has ended").into()),
            },
            status = self.child.wait() => Err(HostError::Ended(status?)),
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function").field("pid", &self.pid).field("init", &self.init).finish_non_exhaustive()
    }
}

fn out_of_turn(report: &Report) -> HostError {
    HostError::OutOfTurn(format!("{report:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: [(&str, &str); 0] = [];

    #[tokio::test]
    async fn a_program_that_ends_is_told_of() {
        let error = Function::start(Path::new("false"), NOTHING).await.unwrap_err();
        assert!(matches!(error, HostError::Ended(status) if status.code() == Some(1)), "{error}");
    }

    #[tokio::test]
    async fn a_program_that_does_not_exist_is_told_of() {
        let error = Function::start(Path::new("/nowhere/bootstrap"), NOTHING).await.unwrap_err();
        assert!(matches!(error, HostError::System(_)), "{error}");
    }
}
