//! What a process uses, as the system counts it.

use std::io;
use std::time::Duration;

/// Processor time of a process so far, all its threads together, in user and in system mode.
#[cfg(target_os = "linux")]
pub(crate) fn processor_time(pid: u32) -> io::Result<Duration> {
    let pid = i32::try_from(pid).map_err(io::Error::other)?;
    let clock = nix::time::clock_getcpuclockid(nix::unistd::Pid::from_raw(pid))?;
    Ok(nix::time::clock_gettime(clock)?.into())
}

/// Not known on this system.
#[cfg(not(target_os = "linux"))]
pub(crate) fn processor_time(_pid: u32) -> io::Result<Duration> {
    Err(io::Error::from(io::ErrorKind::Unsupported))
}

/// Bytes of memory that a process has resident.
pub(crate) fn resident_bytes(pid: u32) -> io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    resident(&status).ok_or_else(|| io::Error::other("the process has no memory"))
}

fn resident(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_read_in_bytes() {
        assert_eq!(resident("Name:\thello\nVmRSS:\t    5120 kB\nThreads:\t1\n"), Some(5_242_880));
        assert_eq!(resident("Name:\tzombie\n"), None);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn work_takes_processor_time() {
        let pid = std::process::id();
        let before = processor_time(pid).unwrap();
        let sum = (0..1_000_000_u64).fold(0, |sum, number| std::hint::black_box(sum ^ number));
        assert!(processor_time(pid).unwrap() > before, "{sum}");
    }
}
