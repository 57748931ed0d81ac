//! What stands in a set for a metric that is observed: the closure, and what it gave last.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metricset_model::FamilyDescriptor;

use super::series::{Call, History};
use crate::family::{CollectFamily, SeriesSink};
use crate::lanes::View;
use crate::reading::{Source, Turn};

/// A closure that pushes the series of a scrape.
pub(super) type Read = dyn Fn(&mut Call) + Send + Sync;

/// Storage of an [`Observed`](crate::Observed).
#[doc(hidden)]
pub struct ObservedStorage {
    descriptor: &'static FamilyDescriptor,
    read: Source<Read>,
    /// None before the first call of the closure, and during one: it is not locked while the closure runs.
    history: Mutex<Option<History>>,
}

impl ObservedStorage {
    /// Without a closure.
    #[must_use]
    #[inline]
    pub const fn __new(descriptor: &'static FamilyDescriptor) -> Self {
        Self {
            descriptor,
            read: Source::new(),
            history: Mutex::new(None),
        }
    }

    pub(super) fn descriptor(&self) -> &'static FamilyDescriptor {
        self.descriptor
    }

    #[inline]
    pub(super) fn give(&self, read: Arc<Read>) {
        self.read.give(read);
    }

    #[inline]
    fn history(&self) -> MutexGuard<'_, Option<History>> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CollectFamily for ObservedStorage {
    #[inline]
    fn collect(&'static self, _: &View, sink: &mut dyn SeriesSink) {
        let Some(read) = self.read.given() else {
            return;
        };
        let history = self.history().take().unwrap_or_default();
        let mut call = Call::new(self.descriptor, history);
        read(&mut call);
        let (series, history) = call.end();
        *self.history() = Some(history);
        series.collect(self.descriptor, sink);
    }

    #[inline]
    fn is_touched(&self) -> bool {
        self.read.is_given()
    }

    fn turn(&'static self) -> Option<&'static Turn> {
        Some(self.read.turn())
    }
}
