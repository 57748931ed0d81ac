//! Histograms with fixed buckets.

use std::time::Duration;

use metricset_model::{FamilyDescriptor, LabelDescriptor, MetricType};

use super::guard::{Timed, Timer};
use super::{Layout, Metric, Series, SeriesMetric, Target, merge_f64, merge_saturating};
use crate::collect::{HistogramValue, Value};
use crate::dropped::{self, Reason};
use crate::family::FamilyStorage;
use crate::lanes::{CellOp, Writer};
use crate::sync::AtomicU64;

/// Counts observations into buckets with inclusive upper bounds, and adds them up.
///
/// `Histogram` observes `f64`, `Histogram<Duration>` observes [`Duration`] and sums whole nanoseconds exactly. Both are
/// exposed in the unit of the name: seconds for durations. The count is the sum of the buckets, so `+Inf` and `_count`
/// never differ. An observation that is NaN or infinite is dropped and counted in `metricset_dropped_updates_total`.
///
/// ```
/// use metricset::{Histogram, MetricSet, Registry};
///
/// /// Streams.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "streams", register = false)]
/// struct Streams {
///     /// Time to open a stream.
///     #[metric(buckets = [0.001, 0.01, 0.1, 1.0, 10.0])]
///     open_latency_seconds: Histogram,
/// }
///
/// let streams: Streams = Registry::new().register()?;
/// streams.open_latency_seconds.observe(0.02);
/// {
///     let _timer = streams.open_latency_seconds.start_timer();
///     // work; recorded here, also on `?` and panic
/// }
/// assert_eq!(streams.open_latency_seconds.snapshot().count(), 2);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Histogram<V = f64> {
    pub(crate) target: Target,
    bounds: &'static [f64],
    marker: std::marker::PhantomData<V>,
}

/// What a [`Histogram`] or a [`Summary`](crate::Summary) observes: `f64` or [`Duration`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be observed",
    label = "not an observation",
    note = "histograms and summaries observe `f64` or `std::time::Duration`: write `Histogram` or `Histogram<std::time::Duration>`, `Summary` or `Summary<std::time::Duration>`"
)]
pub trait Observation: sealed::Sealed + Copy + 'static {
    /// In the unit of the bounds; `None` if it cannot be counted.
    #[doc(hidden)]
    fn bounded(self) -> Option<f64>;
    #[doc(hidden)]
    fn add_to_sum<W: Writer>(self, cell: &AtomicU64);
    #[doc(hidden)]
    fn merge_sum(sum: &mut u64, part: &AtomicU64);
    #[doc(hidden)]
    fn sum_from_bits(bits: u64) -> f64;
    #[doc(hidden)]
    fn from_nanos(nanos: u64) -> Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f64 {}
    impl Sealed for std::time::Duration {}
}

impl Observation for f64 {
    #[inline(always)]
    fn bounded(self) -> Option<f64> {
        self.is_finite().then_some(self)
    }

    #[inline(always)]
    fn add_to_sum<W: Writer>(self, cell: &AtomicU64) {
        W::add_f64(cell, self);
    }

    fn merge_sum(sum: &mut u64, part: &AtomicU64) {
        merge_f64(sum, part);
    }

    fn sum_from_bits(bits: u64) -> f64 {
        Self::from_bits(bits)
    }

    #[inline(always)]
    fn from_nanos(nanos: u64) -> Self {
        // A division, so that whole bounds such as 0.1 are met exactly.
        nanos as Self / 1e9
    }
}

impl Observation for Duration {
    #[inline(always)]
    fn bounded(self) -> Option<f64> {
        Some(self.as_secs_f64())
    }

    #[inline(always)]
    fn add_to_sum<W: Writer>(self, cell: &AtomicU64) {
        // 584 years of nanoseconds, then it stays there.
        W::add(cell, u64::try_from(self.as_nanos()).unwrap_or(u64::MAX));
    }

    fn merge_sum(sum: &mut u64, part: &AtomicU64) {
        merge_saturating(std::slice::from_mut(sum), std::slice::from_ref(part));
    }

    fn sum_from_bits(bits: u64) -> f64 {
        Self::from_nanos(bits).as_secs_f64()
    }

    #[inline(always)]
    fn from_nanos(nanos: u64) -> Self {
        Self::from_nanos(nanos)
    }
}

/// The sum comes first, then the buckets.
const SUM: usize = 0;

/// The counts of the buckets among the cells of a series.
#[inline]
pub(crate) fn bucket_counts(cells: &[u64]) -> &[u64] {
    &cells[SUM + 1..]
}

struct Observe<V> {
    bucket: usize,
    value: V,
}

impl<V: Observation> CellOp for Observe<V> {
    #[inline(always)]
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        if let Some((sum, buckets)) = cells.split_first()
            && let Some(bucket) = buckets.get(self.bucket)
        {
            self.value.add_to_sum::<W>(sum);
            W::add(bucket, 1);
        }
    }
}

/// The first bucket whose inclusive upper bound is not below the value. Counts without branching: bounds are few, and a
/// mispredicted branch costs more than comparing with all of them.
#[inline(always)]
fn bucket_of(bounds: &[f64], value: f64) -> usize {
    bounds.iter().map(|bound| usize::from(value > *bound)).sum()
}

/// The same bucket for a time that has just passed: from the lowest bound, with a branch for each. A call that goes on to the
/// next bound took so long that a mispredicted branch is nothing to it, and most that are worth timing fast are all alike.
#[inline(always)]
pub(crate) fn bucket_of_elapsed<B: PartialOrd>(bounds: &[B], elapsed: B) -> usize {
    let bucket = bounds.iter().position(|bound| elapsed <= *bound);
    bucket.unwrap_or(bounds.len())
}

impl<V: Observation> Histogram<V> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static FamilyStorage<(), Self>) -> Self {
        Self::new(storage.first(), storage.descriptor())
    }

    const fn new(target: Target, descriptor: &'static FamilyDescriptor) -> Self {
        Self {
            target,
            bounds: match descriptor.buckets {
                Some(bounds) => bounds,
                None => &[],
            },
            marker: std::marker::PhantomData,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __bounds(&self) -> Option<&'static [f64]> {
        Some(self.bounds)
    }

    /// Counts one observation.
    #[inline]
    pub fn observe(self, value: V) {
        match value.bounded() {
            Some(bounded) => self.count(bucket_of(self.bounds, bounded), value),
            None => dropped::count(Reason::NotFinite),
        }
    }

    #[inline(always)]
    fn count(self, bucket: usize, value: V) {
        let width = self.bounds.len() + 2;
        self.target.update(width, Observe { bucket, value });
    }

    /// Starts a timer that observes its time, in seconds, when it is dropped.
    #[inline]
    pub fn start_timer(self) -> Timer<Self> {
        Timer::start(self)
    }

    /// Counts and sum now. For tests and health pages: allocates, and takes a lock and time in proportion to the lanes.
    #[must_use]
    pub fn snapshot(self) -> HistogramSnapshot {
        let mut cells = vec![0; self.bounds.len() + 2];
        self.target.parts(cells.len(), |part| {
            <Self as SeriesMetric>::merge(&mut cells, part);
        });
        HistogramSnapshot {
            bounds: self.bounds,
            sum: V::sum_from_bits(cells[SUM]),
            counts: cells.split_off(1),
        }
    }
}

/// What a histogram held at one moment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct HistogramSnapshot {
    /// Finite upper bounds.
    pub bounds: &'static [f64],
    /// Observations in each bucket, not cumulative, the last for `+Inf`.
    pub counts: Vec<u64>,
    /// Sum of the observations.
    pub sum: f64,
}

impl HistogramSnapshot {
    /// Number of observations.
    #[must_use]
    #[inline]
    pub fn count(&self) -> u64 {
        HistogramValue::new(self.bounds, &self.counts, self.sum).count()
    }
}

impl<V: Observation> std::fmt::Debug for Histogram<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Histogram").field(&self.snapshot()).finish()
    }
}

impl<V: Observation> Timed for Histogram<V> {
    #[inline(always)]
    fn observe_elapsed(self, nanos: u64) {
        let bucket = bucket_of_elapsed(self.bounds, f64::from_nanos(nanos));
        self.count(bucket, V::from_nanos(nanos));
    }
}

impl<V: Observation> Metric for Histogram<V> {
    const TYPE: MetricType = MetricType::Histogram;
    const LABELS: &'static [LabelDescriptor] = &[];
    type Storage = FamilyStorage<(), Self>;
    type Handle = Self;
}

impl<V: Observation> SeriesMetric for Histogram<V> {
    const TYPE: MetricType = MetricType::Histogram;
    const LAYOUT: Layout = Layout {
        per_bucket: 1,
        ..Layout::cells(1)
    };

    #[inline(always)]
    fn at(series: Series) -> Self {
        Self::new(series.target, series.descriptor)
    }

    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        V::merge_sum(&mut sum[SUM], &part[SUM]);
        merge_saturating(&mut sum[1..], &part[1..]);
    }

    fn is_touched(cells: &[u64]) -> bool {
        cells[1..].iter().any(|count| *count != 0)
    }

    fn value<'a>(cells: &'a [u64], bounds: &'a [f64]) -> Value<'a> {
        let sum = V::sum_from_bits(cells[SUM]);
        Value::Histogram(HistogramValue::new(bounds, bucket_counts(cells), sum))
    }
}
