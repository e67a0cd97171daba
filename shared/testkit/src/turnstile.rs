//! Holding calls of the local AWS, so that two who work at the same time meet at a chosen point.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use crate::LocalAws;

/// Stands before the local AWS: lets some calls pass, and holds those after them until it is opened.
#[derive(Clone, Debug)]
pub struct Turnstile {
    aws: LocalAws,
    gate: Arc<Gate>,
}

#[derive(Debug)]
struct Gate {
    left: AtomicUsize,
    holds: watch::Sender<bool>,
    is_open: watch::Sender<bool>,
}

impl Turnstile {
    /// Lets so many calls pass.
    ///
    /// # Panics
    /// Where no port is free.
    pub async fn after(calls: usize, aws: &LocalAws) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let (holds, is_open) = (watch::Sender::new(false), watch::Sender::new(false));
        let gate = Arc::new(Gate { left: AtomicUsize::new(calls), holds, is_open });
        let (server, passing) = (aws.address().to_owned(), Arc::clone(&gate));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(relay(client, server.clone(), Arc::clone(&passing)));
            }
        });
        Self { aws: aws.at(url), gate }
    }

    /// The local AWS behind it.
    pub fn aws(&self) -> &LocalAws {
        &self.aws
    }

    /// Waits until it holds a call.
    ///
    /// # Panics
    /// Never: what it waits for lives as long as it does.
    pub async fn holds(&self) {
        self.gate.holds.subscribe().wait_for(|holds| *holds).await.expect("the gate lives");
    }

    /// Lets all calls pass from now on.
    pub fn open(&self) {
        self.gate.is_open.send_replace(true);
    }
}

impl Gate {
    async fn pass(&self) {
        let passes = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        if passes.is_err() {
            self.holds.send_replace(true);
            self.is_open.subscribe().wait_for(|is_open| *is_open).await.expect("the gate lives");
        }
    }
}

/// Passes calls on. On one connection the next call begins when the last one is answered.
async fn relay(mut client: TcpStream, server: String, gate: Arc<Gate>) -> io::Result<()> {
    let mut server = TcpStream::connect(server).await?;
    let (mut question, mut answer) = (vec![0; 16_384], vec![0; 16_384]);
    let mut begins = true;
    loop {
        tokio::select! {
            read = client.read(&mut question) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                if std::mem::take(&mut begins) {
                    gate.pass().await;
                }
                server.write_all(&question[..read]).await?;
            }
            read = server.read(&mut answer) => {
                let read = read?;
                if read == 0 {
                    return Ok(());
                }
                begins = true;
                client.write_all(&answer[..read]).await?;
            }
        }
    }
}
