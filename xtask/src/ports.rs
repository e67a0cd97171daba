//! Ports of this machine.

use std::io::ErrorKind;
use std::net::{Ipv4Addr, TcpListener};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;

/// A port that nobody listens on.
pub fn free() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no port is free")?;
    Ok(listener.local_addr()?.port())
}

/// Whether a port can be listened on.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Listens on a port, or says that it is taken and which option moves it.
pub fn listen(port: u16, option: &str) -> Result<TcpListener> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => {
            bail!("port {port} is in use: stop what listens there, or choose another with {option}")
        }
        Err(error) => Err(error).with_context(|| format!("cannot listen on port {port}")),
    }
}

/// Whether somebody answers on a port.
pub async fn answers(port: u16) -> bool {
    let attempt = TcpStream::connect((Ipv4Addr::LOCALHOST, port));
    matches!(tokio::time::timeout(Duration::from_secs(1), attempt).await, Ok(Ok(_)))
}
