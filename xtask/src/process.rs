//! Child processes that never outlive their owner.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

const POLL: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(20);

/// A child process with a process group of its own. When it is dropped it is asked to end, and its whole group is
/// made to, so that nothing that it started stays behind.
#[derive(Debug)]
pub struct Process {
    child: Child,
    ended: Option<ExitStatus>,
}

impl Process {
    /// Starts a command.
    pub fn start(command: &mut Command) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        // In a group of its own it does not see the terminal's Ctrl-C, and ends when its owner says so.
        let child = command
            .stdin(Stdio::null())
            .process_group(0)
            .spawn()
            .with_context(|| format!("cannot start {name}"))?;
        Ok(Self { child, ended: None })
    }

    /// Starts a command whose output goes to a file.
    pub fn start_logging(command: &mut Command, log: &Path) -> Result<Self> {
        let file = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
        Self::start(command.stdout(file.try_clone()?).stderr(file))
    }

    /// Waits until the process ends.
    pub async fn finished(&mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.has_ended()? {
                return Ok(status);
            }
            tokio::time::sleep(POLL).await;
        }
    }

    /// How the process ended, if it has.
    pub fn has_ended(&mut self) -> Result<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.child.try_wait()?;
        }
        Ok(self.ended)
    }

    /// The output that the process has written to its pipe, after its end.
    pub fn take_stdout(&mut self) -> Option<std::process::ChildStdout> {
        self.child.stdout.take()
    }

    fn signal_group(&self, signal: Signal) {
        let Ok(group) = i32::try_from(self.child.id()) else { return };
        // The group may be gone already, which is what is wanted.
        let _ = killpg(Pid::from_raw(group), signal);
    }

    fn ask_to_end(&mut self) {
        let Ok(pid) = i32::try_from(self.child.id()) else { return };
        let _ = nix::sys::signal::kill(Pid::from_raw(pid), Signal::SIGTERM);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline && matches!(self.has_ended(), Ok(None)) {
            thread::sleep(POLL);
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if matches!(self.has_ended(), Ok(None)) {
            self.ask_to_end();
        }
        self.signal_group(Signal::SIGKILL);
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn group_exists(process: &Process) -> bool {
        killpg(Pid::from_raw(process.child.id().try_into().unwrap()), None).is_ok()
    }

    #[tokio::test]
    async fn the_end_is_reported() {
        let status = Process::start(&mut shell("exit 3")).unwrap().finished().await.unwrap();
        assert_eq!(status.code(), Some(3));
    }

    #[test]
    fn what_a_process_started_ends_with_it() {
        // The shell ends at once; the sleeper that it leaves behind ignores the polite request.
        let script = "trap '' TERM; sleep 60 & exit 0";
        let mut process = Process::start(&mut shell(script)).unwrap();
        let group = Pid::from_raw(process.child.id().try_into().unwrap());
        while process.has_ended().unwrap().is_none() {
            thread::sleep(POLL);
        }
        assert!(group_exists(&process));
        drop(process);
        let deadline = Instant::now() + Duration::from_secs(5);
        while killpg(group, None).is_ok() && Instant::now() < deadline {
            thread::sleep(POLL);
        }
        assert!(killpg(group, None).is_err());
    }
}
