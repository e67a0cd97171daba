//! Secrets that sign what is posted to a webhook, or by one.

use serde::{Deserialize, Serialize};

use crate::Randomness;
use crate::workspace::{masked_webhook_secret, new_webhook_secret};

/// How long an old secret stays good after a rotation, where nobody says otherwise.
pub const OVERLAP_SECONDS: u32 = 86_400;
/// The longest that an old secret can stay good.
pub const MAX_OVERLAP_SECONDS: u32 = 7 * 86_400;
/// Most secrets that are good at the same time.
const MAX_SECRETS: usize = 5;

/// A secret, and until when it is good.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SigningSecret {
    /// `whsec_` and base64.
    pub text: String,
    /// When it ends, in Unix milliseconds; none is never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<i64>,
}

/// The secrets of one webhook, the newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Keyring(Vec<SigningSecret>);

impl Keyring {
    /// One secret that nobody has.
    pub fn generate(randomness: &dyn Randomness) -> Self {
        Self(vec![SigningSecret { text: new_webhook_secret(randomness), until: None }])
    }

    /// These secrets, the newest first; they do not end.
    pub fn of(secrets: impl IntoIterator<Item = String>) -> Self {
        Self(secrets.into_iter().map(|text| SigningSecret { text, until: None }).collect())
    }

    /// The newest secret.
    pub fn newest(&self) -> &str {
        self.0.first().map_or("", |secret| &secret.text)
    }

    /// The newest secret as it may be shown.
    pub fn masked(&self) -> String {
        masked_webhook_secret(self.newest())
    }

    /// The secrets that are good at `now`, in Unix milliseconds, the newest first.
    pub fn good_at(&self, now: i64) -> impl Iterator<Item = &str> {
        let good = self.0.iter().filter(move |secret| secret.until.is_none_or(|until| until > now));
        good.map(|secret| secret.text.as_str())
    }

    /// The secrets with a new one in front; the others are good for `overlap_seconds` more, those that end sooner
    /// until then.
    #[must_use]
    pub fn rotated(self, now: i64, overlap_seconds: u32, randomness: &dyn Randomness) -> Self {
        let end = now.saturating_add(i64::from(overlap_seconds.min(MAX_OVERLAP_SECONDS)) * 1_000);
        let newest = SigningSecret { text: new_webhook_secret(randomness), until: None };
        let older = self.0.into_iter().map(|secret| {
            let until = Some(secret.until.map_or(end, |until| until.min(end)));
            SigningSecret { until, ..secret }
        });
        let older = older.filter(|secret| secret.until.is_some_and(|until| until > now));
        Self(std::iter::once(newest).chain(older).take(MAX_SECRETS).collect())
    }
}

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keyring({} secrets)", self.0.len())
    }
}

impl std::fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SeededRandomness;

    #[test]
    fn an_old_secret_is_good_until_its_overlap_ends() {
        let randomness = SeededRandomness::new(1);
        let first = Keyring::generate(&randomness);
        let old = first.newest().to_owned();

        let rotated = first.rotated(1_000, 60, &randomness);

        assert_ne!(rotated.newest(), old);
        assert_eq!(rotated.good_at(60_999).collect::<Vec<_>>(), [rotated.newest(), &old]);
        assert_eq!(rotated.good_at(61_000).collect::<Vec<_>>(), [rotated.newest()]);
        assert_eq!(rotated.clone().rotated(2_000, 0, &randomness).good_at(2_000).count(), 1);
        assert_eq!(format!("{rotated:?}"), "Keyring(2 secrets)");
    }

    #[test]
    fn no_more_than_five_secrets_are_good_at_the_same_time() {
        let randomness = SeededRandomness::new(1);
        let keyring = (0..10)
            .fold(Keyring::generate(&randomness), |keyring, now| keyring.rotated(now, 3_600, &randomness));
        assert_eq!(keyring.good_at(11).count(), 5);
    }
}
