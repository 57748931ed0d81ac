//! The series that a closure pushes in one scrape.

use std::collections::HashMap;
use std::fmt::Write;
use std::marker::PhantomData;

use metricset_model::FamilyDescriptor;
use metricset_model::descriptor::combinations;

use super::reading::{ObservedMetric, Progress, Skip};
use crate::collect::Value;
use crate::dropped::{self, SkippedSeries};
use crate::family::{DEFAULT_MAX_SERIES, MAX_LABEL_LEN};
use crate::labels::{LabelSet, Labels};
use crate::reading::TakenSeries;

/// Takes the series of an [`Observed`](crate::Observed) family from its closure.
pub struct ObservedSeries<'a, L, M> {
    call: &'a mut Call,
    marker: PhantomData<fn() -> (L, M)>,
}

impl<'a, L: LabelSet, M: ObservedMetric> ObservedSeries<'a, L, M> {
    pub(super) fn new(call: &'a mut Call) -> Self {
        Self {
            call,
            marker: PhantomData,
        }
    }

    /// Adds a series. What cannot be exposed is left out, and counted in `metricset_skipped_series_total`.
    pub fn push(&mut self, labels: L::With<'_>, reading: M::Reading) {
        let (descriptor, mut bits) = (self.call.descriptor, Vec::new());
        let value = M::check(&reading, descriptor, &mut bits);
        if let Err(Skip(reason)) = value.and_then(|value| self.call.push(&labels, value)) {
            dropped::count_series(descriptor, reason);
        }
    }
}

impl<L, M> std::fmt::Debug for ObservedSeries<'_, L, M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ObservedSeries")
            .field("family", &self.call.descriptor.full_name)
            .finish_non_exhaustive()
    }
}

/// One call of a closure: what it gave so far, but for what would break the exposition.
pub(super) struct Call {
    descriptor: &'static FamilyDescriptor,
    max_series: usize,
    given: TakenSeries,
    history: History,
    /// The label values of the series at hand, each behind its length, so that no others come to the same.
    key: String,
}

/// The series that the last call gave, by key.
#[derive(Default)]
pub(super) struct History {
    calls: u64,
    series: HashMap<String, Past>,
}

struct Past {
    /// The call that gave it last.
    call: u64,
    progress: Option<Progress>,
}

impl Call {
    #[inline]
    pub(super) fn new(descriptor: &'static FamilyDescriptor, mut history: History) -> Self {
        history.calls += 1;
        let max_series = match combinations(descriptor.labels) {
            Some(combinations) => combinations,
            None => descriptor.max_series.unwrap_or(DEFAULT_MAX_SERIES),
        };
        Self {
            descriptor,
            max_series,
            given: TakenSeries::default(),
            history,
            key: String::new(),
        }
    }

    /// What it gave, and what the next call has to know of it.
    #[inline]
    pub(super) fn end(mut self) -> (TakenSeries, History) {
        let call = self.history.calls;
        self.history.series.retain(|_, past| past.call == call);
        (self.given, self.history)
    }

    fn push(&mut self, labels: &impl Labels, value: Value<'_>) -> Result<(), Skip> {
        self.read_key(labels)?;
        let call = self.history.calls;
        let progress = Progress::of(&value);
        let past = self.history.series.get_mut(&self.key);
        if past.as_ref().is_some_and(|past| past.call == call) {
            return Err(Skip(SkippedSeries::Duplicate));
        }
        if self.given.len() >= self.max_series {
            return Err(Skip(SkippedSeries::TooMany));
        }
        match past {
            Some(past) => {
                past.call = call;
                let before = std::mem::replace(&mut past.progress, progress);
                // Once: what begins again from zero goes on from there, as readers of counters expect of a restart.
                if let (Some(now), Some(before)) = (&past.progress, &before)
                    && now.is_behind(before)
                {
                    return Err(Skip(SkippedSeries::Decreased));
                }
            }
            None => {
                let past = Past { call, progress };
                self.history.series.insert(self.key.clone(), past);
            }
        }
        self.given.begin(value);
        labels.visit(&mut |value: &str| self.given.label(value));
        Ok(())
    }

    fn read_key(&mut self, labels: &impl Labels) -> Result<(), Skip> {
        self.key.clear();
        let mut too_long = false;
        labels.visit(&mut |value: &str| {
            too_long |= value.len() > MAX_LABEL_LEN;
            let written = write!(self.key, "{}:{value}", value.len());
            debug_assert!(written.is_ok(), "writing to a string does not fail");
        });
        match too_long {
            true => Err(Skip(SkippedSeries::LabelTooLong)),
            false => Ok(()),
        }
    }
}
