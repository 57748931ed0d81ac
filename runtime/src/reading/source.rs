//! Where a hook or closure stays until it is called.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::turn::Turn;

static ANY_IS_GIVEN: AtomicBool = AtomicBool::new(false);

/// Whether there ever was a function in the whole program: if not, no scrape has to ask every set for its hook.
pub(crate) fn any_is_given() -> bool {
    ANY_IS_GIVEN.load(Ordering::Relaxed)
}

/// A function that user code gives, and whose turn it is to call it.
#[doc(hidden)]
pub struct Source<F: ?Sized> {
    given: RwLock<Option<Arc<F>>>,
    turn: Turn,
}

impl<F: ?Sized> Source<F> {
    /// Without a function.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            given: RwLock::new(None),
            turn: Turn::new(),
        }
    }

    /// Replaces the function; a call of the one before goes on.
    pub(crate) fn give(&self, function: Arc<F>) {
        ANY_IS_GIVEN.store(true, Ordering::Relaxed);
        let mut given = self.given.write().unwrap_or_else(PoisonError::into_inner);
        let before = given.replace(function);
        // What the closure owns may do anything when it is dropped.
        drop(given);
        drop(before);
    }

    /// The function, to call without a lock.
    pub(crate) fn given(&self) -> Option<Arc<F>> {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        given.clone()
    }

    pub(crate) fn is_given(&self) -> bool {
        let given = self.given.read().unwrap_or_else(PoisonError::into_inner);
        given.is_some()
    }

    pub(crate) fn turn(&self) -> &Turn {
        &self.turn
    }
}
