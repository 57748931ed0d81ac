//! Calls that are recorded into metrics of a set, or into a family of the function's own.

use std::marker::PhantomData;
use std::time::Duration;

use super::{
    CallLabels, ErrorLabel, FunctionSite, InFlightTarget, ObservedLabels, Outcome, Recorder,
    Verdict,
};
use crate::family::Family;
use crate::labels::LabelSet;
use crate::metrics::{Histogram, Timed};

/// A call that has ended.
#[doc(hidden)]
pub struct Ended<E> {
    verdict: Verdict<E>,
    /// Nanoseconds that it took.
    pub nanos: u64,
}

impl<E> Ended<E> {
    /// The label `outcome`.
    #[inline(always)]
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        self.verdict.outcome
    }

    /// The label `error`.
    #[inline(always)]
    #[must_use]
    pub fn error(&self) -> Option<E>
    where
        E: Copy,
    {
        self.verdict.error
    }
}

/// Records a call at its site, and into whatever metrics the attribute names.
#[doc(hidden)]
pub struct Recording<E, G, F> {
    site: &'static FunctionSite,
    in_flight: G,
    record: F,
    marker: PhantomData<fn() -> E>,
}

impl<E, G, F: Fn(&Ended<E>)> Recording<E, G, F> {
    /// `in_flight` is the gauge of the calls in flight, and `record` records a call that has ended.
    #[inline(always)]
    pub fn new(site: &'static FunctionSite, in_flight: G, record: F) -> Self {
        Self {
            site,
            in_flight,
            record,
            marker: PhantomData,
        }
    }
}

impl<E, G, F> Recorder for Recording<E, G, F>
where
    G: InFlightTarget,
    F: Fn(&Ended<E>),
{
    type Error = E;

    #[inline(always)]
    fn start(&self) {
        self.site.begin();
        self.in_flight.enter();
    }

    #[inline(always)]
    fn finish(&self, verdict: Verdict<E>, nanos: u64) {
        self.in_flight.leave();
        self.site.end(verdict.outcome, nanos);
        (self.record)(&Ended { verdict, nanos });
    }
}

/// Records a call into the function's own family.
#[doc(hidden)]
#[inline(always)]
pub fn observe_own<L: LabelSet, E: ErrorLabel>(
    family: Family<CallLabels<L, E>, Histogram<Duration>>,
    labels: L::With<'_>,
    ended: &Ended<E>,
) {
    let labels = ObservedLabels::new(labels, ended.verdict);
    family.with(labels).observe_elapsed(ended.nanos);
}
