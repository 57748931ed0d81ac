//! What is counted about one function.

use metricset_model::{FunctionDescriptor, buckets};

use super::{NoError, Outcome, Recorder, Verdict};
use crate::labels::LabelEnum;
use crate::lanes::{CellOp, Row, View, Writer};
use crate::metrics::{bucket_of_elapsed, merge_saturating};
use crate::sync::AtomicU64;

pub(super) const BOUNDS: &[f64] = buckets::FUNCTION;

/// The bounds in nanoseconds, as calls are measured.
const BOUNDS_NANOS: [u64; BOUNDS.len()] = {
    let mut nanos = [0; BOUNDS.len()];
    let mut i = 0;
    while i < nanos.len() {
        nanos[i] = (BOUNDS[i] * 1e9 + 0.5) as u64;
        i += 1;
    }
    nanos
};

/// Places of the cells. The started calls come first, then those that ended, then their time.
const STARTED: usize = 0;
const OUTCOMES: usize = 1;
const NANOS: usize = OUTCOMES + <Outcome as LabelEnum>::VALUES.len();
const BUCKETS: usize = NANOS + 1;
const CELLS: usize = BUCKETS + BOUNDS.len() + 1;

/// One instrumented function: what it is, and all that is counted about it.
#[doc(hidden)]
pub struct FunctionSite {
    descriptor: FunctionDescriptor,
    shared: Shared,
    row: Row,
}

/// Which of the families that all functions share show a function: those whose place no metric takes that the attribute names.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Shared {
    /// `function_calls_total`
    pub calls: bool,
    /// `function_duration_seconds`
    pub duration: bool,
    /// `function_calls_in_flight`
    pub in_flight: bool,
}

impl FunctionSite {
    /// A function that was not called yet.
    #[must_use]
    pub const fn new(descriptor: FunctionDescriptor, shared: Shared) -> Self {
        Self {
            descriptor,
            shared,
            row: Row::new(1, CELLS),
        }
    }

    pub(crate) const fn descriptor(&self) -> &FunctionDescriptor {
        &self.descriptor
    }

    /// Whether any of the families that all functions share shows it.
    #[cfg(feature = "testing")]
    pub(crate) const fn is_shared(&self) -> bool {
        self.shared.calls || self.shared.duration || self.shared.in_flight
    }

    pub(super) const fn shared(&self) -> Shared {
        self.shared
    }
}

struct Start;

impl CellOp for Start {
    #[inline(always)]
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        if let Some(cells) = cells.first_chunk::<CELLS>() {
            W::add(&cells[STARTED], 1);
        }
    }
}

struct Finish {
    outcome: Outcome,
    nanos: u64,
}

impl CellOp for Finish {
    #[inline(always)]
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        if let Some(cells) = cells.first_chunk::<CELLS>() {
            W::add(&cells[OUTCOMES + self.outcome as usize], 1);
            W::add(&cells[NANOS], self.nanos);
            W::add(
                &cells[BUCKETS + bucket_of_elapsed(&BOUNDS_NANOS, self.nanos)],
                1,
            );
        }
    }
}

impl Recorder for &'static FunctionSite {
    type Error = NoError;

    #[inline(always)]
    fn start(&self) {
        self.begin();
    }

    #[inline(always)]
    fn finish(&self, verdict: Verdict<NoError>, nanos: u64) {
        self.end(verdict.outcome, nanos);
    }
}

impl FunctionSite {
    #[inline]
    pub(super) fn begin(&self) {
        self.row.update(0, CELLS, Start);
    }

    #[inline]
    pub(super) fn end(&self, outcome: Outcome, nanos: u64) {
        self.row.update(0, CELLS, Finish { outcome, nanos });
    }
}

/// The cells of one or more sites, summed over the lanes.
#[derive(Clone)]
pub(super) struct Counts([u64; CELLS]);

impl Counts {
    pub(super) const ZERO: Self = Self([0; CELLS]);

    /// Adds what a site counted. What ended is read before what started, so that a call that does both meanwhile is never seen
    /// to have ended only.
    pub(super) fn add(&mut self, site: &FunctionSite, lanes: &View) {
        for part in site.row.parts(lanes, OUTCOMES, CELLS - OUTCOMES) {
            merge_saturating(&mut self.0[OUTCOMES..], part);
        }
        for part in site.row.parts(lanes, STARTED, 1) {
            merge_saturating(&mut self.0[..OUTCOMES], part);
        }
    }

    pub(super) fn outcomes(&self) -> &[u64] {
        &self.0[OUTCOMES..NANOS]
    }

    pub(super) fn in_flight(&self) -> u64 {
        let ended = self
            .outcomes()
            .iter()
            .fold(0, |sum: u64, n| sum.saturating_add(*n));
        self.0[STARTED].saturating_sub(ended)
    }

    pub(super) fn nanos(&self) -> u64 {
        self.0[NANOS]
    }

    pub(super) fn buckets(&self) -> &[u64] {
        &self.0[BUCKETS..]
    }
}

#[cfg(test)]
mod tests {
    use super::{BOUNDS, BOUNDS_NANOS, bucket_of_elapsed};

    fn bucket_of(nanos: u64) -> usize {
        bucket_of_elapsed(&BOUNDS_NANOS, nanos)
    }

    #[test]
    fn bounds_are_inclusive() {
        assert_eq!(bucket_of(0), 0);
        for (place, nanos) in BOUNDS_NANOS.into_iter().enumerate() {
            assert_eq!(bucket_of(nanos), place, "{}", BOUNDS[place]);
            assert_eq!(bucket_of(nanos + 1), place + 1, "{}", BOUNDS[place]);
        }
        assert_eq!(bucket_of(u64::MAX), BOUNDS.len());
    }
}
