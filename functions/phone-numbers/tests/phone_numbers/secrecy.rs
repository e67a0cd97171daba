//! Access tokens go to Meta and into the vault, and nowhere else.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{META_ID, Numbers, TOKEN};

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_answer_and_no_log_line_shows_a_token() {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().json().with_writer(lines.clone()).finish();
    // For the whole process: what the other tests log is looked through as well.
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let numbers = Numbers::new().await;
    let refused = [
        format!("EAAexpired{TOKEN}"),
        format!("EAAdown{TOKEN}"),
        format!("EAAlost{TOKEN}"),
        format!("no token {TOKEN}"),
        format!("no-{TOKEN}"),
    ];

    let id = numbers.registered(META_ID).await;
    let mut answers = Vec::new();
    for token in &refused {
        answers.push(numbers.register(&numbers.registration_with("99", token)).await);
        answers.push(numbers.patch(&id, json!({"access_token": token})).await);
    }
    answers.extend([numbers.get(&id).await, numbers.list("").await, numbers.sync(&id).await]);
    answers.extend([numbers.exchange(&id).await, numbers.delete(&id).await]);

    let logged = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(logged.matches("request answered").count() > answers.len());
    assert!(!logged.contains(TOKEN), "{logged}");
    for answer in answers {
        assert!(!answer.text().contains(TOKEN), "{answer}");
    }
}
