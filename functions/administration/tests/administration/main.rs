//! API tokens and the audit log, through the function's router.
#![expect(clippy::unwrap_used, reason = "a test that can't be set up must fail")]

mod api_tokens;
mod audit_logs;
mod support;
