//! What stands in a set for a metric that is observed: the closure, and what it gave last.

use std::sync::{Arc, Mutex, PoisonError};

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
    history: Mutex<History>,
}

impl ObservedStorage {
    /// Without a closure.
    #[must_use]
    pub const fn __new(descriptor: &'static FamilyDescriptor) -> Self {
        Self {
            descriptor,
            read: Source::new(),
            history: Mutex::new(History::new()),
        }
    }

    pub(super) fn descriptor(&self) -> &'static FamilyDescriptor {
        self.descriptor
    }

    pub(super) fn give(&self, read: Arc<Read>) {
        self.read.give(read);
    }

    /// Puts another history in the place of the one that is there. Not locked while the closure runs.
    fn replace_history(&self, history: History) -> History {
        let mut kept = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut kept, history)
    }
}

impl CollectFamily for ObservedStorage {
    fn collect(&'static self, _: &View, sink: &mut dyn SeriesSink) {
        let Some(read) = self.read.given() else {
            return;
        };
        let mut call = Call::new(self.descriptor, self.replace_history(History::new()));
        read(&mut call);
        let (series, history) = call.end();
        self.replace_history(history);
        series.collect(self.descriptor, sink);
    }

    fn is_touched(&self) -> bool {
        self.read.is_given()
    }

    fn turn(&'static self) -> Option<&'static Turn> {
        Some(self.read.turn())
    }
}
