//! Whose turn it is to call a hook or closure.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Is had by one thread at a time. Unlike a lock it knows since when, so that nobody waits for a call that hangs.
#[doc(hidden)]
pub struct Turn {
    had_since: Mutex<Option<Instant>>,
    given_back: Condvar,
}

/// Gives the turn back when it is dropped.
pub(super) struct TurnGuard<'a>(&'a Turn);

impl Turn {
    pub(super) const fn new() -> Self {
        Self {
            had_since: Mutex::new(None),
            given_back: Condvar::new(),
        }
    }

    /// Takes the turn, or waits for it until a moment, and no longer than until somebody has had it for `overdue`.
    pub(super) fn take(&self, until: Instant, overdue: Duration) -> Option<TurnGuard<'_>> {
        let mut had_since = self.lock();
        while let Some(since) = *had_since {
            let left = until.saturating_duration_since(Instant::now());
            let left = left.min(overdue.saturating_sub(since.elapsed()));
            if left.is_zero() {
                return None;
            }
            let waited = self.given_back.wait_timeout(had_since, left);
            had_since = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *had_since = Some(Instant::now());
        drop(had_since);
        Some(TurnGuard(self))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        let had_since = self.had_since.lock();
        had_since.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for TurnGuard<'_> {
    fn drop(&mut self) {
        *self.0.lock() = None;
        self.0.given_back.notify_one();
    }
}
