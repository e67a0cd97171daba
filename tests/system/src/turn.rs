//! Tests that measure time or kill workers run alone; the others beside each other.

use tokio::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

static TURN: RwLock<()> = RwLock::const_new(());

/// Waits until no test runs, and keeps others waiting.
pub async fn alone() -> RwLockWriteGuard<'static, ()> {
    TURN.write().await
}

/// Waits until no test runs that must be alone.
pub async fn beside_others() -> RwLockReadGuard<'static, ()> {
    TURN.read().await
}
