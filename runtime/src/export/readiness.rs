//! Whether `/ready` says yes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What `/ready` answers: `200` while ready, else `503`. Clones are the same switch.
///
/// An exporter without one is ready: a program that has nothing to wait for says nothing.
///
/// ```
/// use metricset::export::{Exporter, Readiness};
///
/// let readiness = Readiness::not_ready();
/// let exporter = Exporter::builder().readiness(readiness.clone());
/// // … load what must be loaded …
/// readiness.set(true);
/// assert!(readiness.is_ready());
/// # drop(exporter);
/// ```
#[derive(Clone, Debug)]
pub struct Readiness(Arc<AtomicBool>);

impl Readiness {
    /// Ready from the start.
    #[must_use]
    pub fn ready() -> Self {
        Self(Arc::new(AtomicBool::new(true)))
    }

    /// Not ready until it is set.
    #[must_use]
    pub fn not_ready() -> Self {
        Self(Arc::new(AtomicBool::new(false)))
    }

    /// Changes the answer, from the next request on.
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Relaxed);
    }

    /// The answer now.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
