//! The client against receivers that misbehave.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use switchboard_courier::{Courier, CourierConfig, CourierError, Reply};
use switchboard_model::Timestamp;
use switchboard_model::webhook::WebAddress;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A receiver that answers every request with `answer`, then waits; where it is, and how often it was connected to.
async fn receiver(answer: Vec<u8>) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let connections = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            seen.fetch_add(1, Ordering::SeqCst);
            let answer = answer.clone();
            tokio::spawn(async move {
                let mut request = [0; 4_096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&answer).await;
                tokio::time::sleep(Duration::from_secs(10)).await;
            });
        }
    });
    (port, connections)
}

fn courier(allowed: &[&str]) -> Courier {
    let allowed = allowed.iter().map(|network| network.parse().unwrap()).collect();
    Courier::new(CourierConfig {
        connect_timeout: Duration::from_millis(500),
        timeout: Duration::from_millis(800),
        body_timeout: Duration::from_millis(400),
        ..CourierConfig::new(allowed)
    })
}

async fn post(courier: &Courier, address: &str) -> Result<Reply, CourierError> {
    let address: WebAddress = address.parse().unwrap();
    let headers = [("x-webhook-event", "test".to_owned())];
    courier.post(&address, &headers, "{}".to_owned(), Timestamp::UNIX_EPOCH).await
}

const LOCAL: &[&str] = &["127.0.0.0/8", "::1/128"];

#[tokio::test]
async fn an_answer_is_read() {
    let answer = b"HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 4\r\n\r\nwait".to_vec();
    let (port, _) = receiver(answer).await;

    let reply = post(&courier(LOCAL), &format!("http://127.0.0.1:{port}/hook")).await.unwrap();

    assert_eq!((reply.status, reply.retry_after), (429, Some(Duration::from_secs(7))));
    assert_eq!(reply.body, b"wait");
}

#[tokio::test]
async fn nobody_inside_is_called_by_address_or_by_name() {
    let (port, connections) = receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_vec()).await;
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0"] {
        let answer = post(&courier(&[]), &format!("http://{host}:{port}/")).await;
        assert!(matches!(answer, Err(CourierError::AddressRefused)), "{host}: {answer:?}");
    }
    let answer = post(&courier(&["10.0.0.0/8"]), &format!("http://localhost:{port}/")).await;
    assert!(matches!(answer, Err(CourierError::AddressRefused)), "{answer:?}");
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (target, connections) = receiver(Vec::new()).await;
    let location = format!("http://127.0.0.1:{target}/");
    let answer = format!("HTTP/1.1 302 Found\r\nlocation: {location}\r\ncontent-length: 0\r\n\r\n");
    let (port, _) = receiver(answer.into_bytes()).await;

    let reply = post(&courier(LOCAL), &format!("http://127.0.0.1:{port}/")).await.unwrap();

    assert_eq!(reply.status, 302);
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_body_is_read_to_64_kib_and_no_further() {
    let mut answer = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n".to_vec();
    answer.resize(answer.len() + 1_000_000, b'x');
    let (port, _) = receiver(answer).await;

    let reply = post(&courier(LOCAL), &format!("http://127.0.0.1:{port}/")).await.unwrap();

    assert_eq!((reply.status, reply.body.len()), (200, 65_536));
}

#[tokio::test]
async fn a_body_that_does_not_come_does_not_matter() {
    let (port, _) = receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec()).await;

    let reply = post(&courier(LOCAL), &format!("http://127.0.0.1:{port}/")).await.unwrap();

    assert_eq!((reply.status, reply.body.as_slice()), (200, b"half".as_slice()));
}

#[tokio::test]
async fn who_says_nothing_times_out_and_who_is_not_there_is_unreachable() {
    let (port, _) = receiver(Vec::new()).await;
    let silent = post(&courier(LOCAL), &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(silent, Err(CourierError::TimedOut)), "{silent:?}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let gone = post(&courier(LOCAL), &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(gone, Err(CourierError::Unreachable(_))), "{gone:?}");
}
