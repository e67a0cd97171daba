//! One attempt: what is posted, and what came of it.

use std::time::Duration;

use jiff::Timestamp;
use switchboard_courier::{Courier, CourierError, Reply};
use switchboard_model::delivery::Outcome;
use switchboard_model::signing::json::Json;
use switchboard_model::signing::{document, standard};
use switchboard_model::webhook::{Keyring, SignatureFormat, WebAddress};

/// Most characters of an answer that are kept.
const KEPT_CHARACTERS: usize = 2_000;
/// Most tries of one attempt: forms of the body and secrets that a receiver may want to see signed.
const MAX_TRIES: usize = 4;
/// A receiver that took longer to refuse a signature is not asked again at once.
const PROMPT: Duration = Duration::from_secs(2);
const UNAUTHORIZED: u16 = 401;
const GONE: u16 = 410;

/// What is to be posted.
#[derive(Debug)]
pub(super) struct Posting<'a> {
    /// Where.
    pub(super) url: &'a WebAddress,
    /// The id that receivers tell repetitions by.
    pub(super) id: String,
    /// What kind of event.
    pub(super) kind: &'a str,
    /// What is told: JSON.
    pub(super) body: &'a str,
    /// The number of the attempt.
    pub(super) attempt: u32,
    /// What signs it.
    pub(super) keyring: &'a Keyring,
    /// How the body is written that the document's header signs.
    pub(super) format: SignatureFormat,
    /// Whether the receiver is known to want the Python form.
    pub(super) python_first: bool,
}

/// What came of an attempt.
#[derive(Debug)]
pub(super) struct Posted {
    pub(super) outcome: Outcome,
    pub(super) status: Option<u16>,
    pub(super) answer: Option<String>,
    pub(super) retry_after: Option<Duration>,
    pub(super) elapsed: Duration,
    /// Whether the body that the document's header signed was in the Python form.
    pub(super) python: bool,
}

/// How the body is written that the document's header signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    JavaScript,
    Python,
    Raw,
}

impl Posting<'_> {
    /// Posts it. A receiver that refuses the signature is shown the other form of the body, or that of an older
    /// secret, at once: all that is one attempt.
    pub(super) async fn post(&self, courier: &Courier, now: Timestamp) -> Posted {
        let json = Json::parse(self.body.as_bytes());
        let written = |form: Form| match (form, &json) {
            (Form::JavaScript, Some(json)) => json.as_javascript(),
            (Form::Python, Some(json)) => json.as_python(),
            _ => self.body.to_owned(),
        };
        let tries = self.tries(now);
        let mut left = tries.len();
        for (secret, form) in tries {
            left -= 1;
            let headers = self.headers(&secret, &written(form), &written(Form::Python), now);
            let sent = courier.post(self.url, &headers, self.body.to_owned(), now).await;
            let posted = Posted::of(sent, form == Form::Python);
            if left == 0 || posted.status != Some(UNAUTHORIZED) || posted.elapsed > PROMPT {
                return posted;
            }
        }
        Posted::nowhere()
    }

    /// The secrets and forms to try, in order.
    fn tries(&self, now: Timestamp) -> Vec<(String, Form)> {
        let forms: &[Form] = match (self.format, self.python_first) {
            (SignatureFormat::Auto, false) => &[Form::JavaScript, Form::Python],
            (SignatureFormat::Auto, true) => &[Form::Python, Form::JavaScript],
            (SignatureFormat::Node, _) => &[Form::JavaScript],
            (SignatureFormat::Python, _) => &[Form::Python],
            (SignatureFormat::Raw, _) => &[Form::Raw],
        };
        let secrets = self.keyring.good_at(now.as_millisecond());
        secrets
            .flat_map(|secret| forms.iter().map(|form| (secret.to_owned(), *form)))
            .take(MAX_TRIES)
            .collect()
    }

    fn headers(
        &self,
        secret: &str,
        signed: &str,
        python: &str,
        now: Timestamp,
    ) -> [(&'static str, String); 8] {
        let seconds = now.as_second();
        let good = self.keyring.good_at(now.as_millisecond());
        [
            ("webhook-id", self.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", standard(good, &self.id, seconds, self.body)),
            ("x-webhook-event", self.kind.to_owned()),
            ("x-webhook-id", self.id.clone()),
            ("x-webhook-attempt", self.attempt.to_string()),
            ("x-webhook-signature", document(secret, signed)),
            ("x-webhook-signature-python", document(secret, python)),
        ]
    }
}

impl Posted {
    /// How long the receiver took to answer, if it did.
    pub(super) fn answered_in(&self) -> Option<Duration> {
        (!self.outcome.is_hanging()).then_some(self.elapsed)
    }

    fn of(sent: Result<Reply, CourierError>, python: bool) -> Self {
        let reply = match sent {
            Ok(reply) => reply,
            Err(error) => {
                let outcome = match error {
                    CourierError::AddressRefused => Outcome::AddressRefused,
                    CourierError::Unreachable(_) => Outcome::Unreachable,
                    CourierError::TimedOut => Outcome::TimedOut,
                };
                return Self { outcome, python, ..Self::nowhere() };
            }
        };
        let outcome = match reply.status {
            200..=299 => Outcome::Delivered,
            GONE => Outcome::Gone,
            _ => Outcome::Refused,
        };
        let text = String::from_utf8_lossy(&reply.body);
        let answer: String = text.chars().take(KEPT_CHARACTERS).collect();
        Self {
            outcome,
            status: Some(reply.status),
            answer: (!answer.is_empty()).then_some(answer),
            retry_after: reply.retry_after,
            elapsed: reply.elapsed,
            python,
        }
    }

    /// What comes of an attempt without an address or a secret.
    pub(super) fn nowhere() -> Self {
        Self {
            outcome: Outcome::AddressRefused,
            status: None,
            answer: None,
            retry_after: None,
            elapsed: Duration::ZERO,
            python: false,
        }
    }
}
