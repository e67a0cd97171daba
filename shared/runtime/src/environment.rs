//! The environment, read once.

/// A variable that the function needs and does not have.
#[derive(Debug, thiserror::Error)]
#[error("environment variable {0} is not set or has no valid value")]
pub struct MissingVariable(pub &'static str);

/// The value of a variable that must be set.
pub(crate) fn required(name: &'static str) -> Result<String, MissingVariable> {
    optional(name).ok_or(MissingVariable(name))
}

/// The value of a variable that may be set.
#[expect(clippy::disallowed_methods, reason = "this is where configuration is read")]
pub(crate) fn optional(name: &'static str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The number that a variable holds; `default` where it is not set.
pub(crate) fn number(name: &'static str, default: u64) -> Result<u64, MissingVariable> {
    optional(name).map_or(Ok(default), |text| text.parse().map_err(|_| MissingVariable(name)))
}
