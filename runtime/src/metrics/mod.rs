//! The metric types: `Copy` handles into storage that the derive generates beside the user's struct.

mod counter;
mod gauge;
mod guard;
mod histogram;
mod info;
mod slot;
mod state_set;
#[cfg(feature = "summary")]
mod summary;
mod target;
mod up_down_gauge;

use metricset_model::quantiles::{DEFAULT_AGE_BUCKETS, MAX_AGE_BUCKETS};
use metricset_model::{FamilyDescriptor, LabelDescriptor, MetricType};

pub use counter::{Counter, CounterValue};
pub use gauge::{Gauge, GaugeValue};
pub use guard::{InFlightGuard, Timed, Timer};
pub(crate) use histogram::bucket_counts;
#[cfg(feature = "instrument")]
pub(crate) use histogram::bucket_of_elapsed;
pub use histogram::{Histogram, HistogramSnapshot, Observation};
pub use info::Info;
pub use state_set::StateSet;
#[cfg(feature = "summary")]
pub use summary::{Summary, SummarySnapshot};
pub use up_down_gauge::UpDownGauge;

pub use info::InfoStorage;
pub(crate) use slot::{STATE_BITS, Slot};
pub use state_set::StateSetStorage;
pub(crate) use target::Target;

use crate::collect::Value;
use crate::sync::{AtomicU64, Ordering};

/// What a field of a metric set may be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric",
    label = "not a metric",
    note = "use `Counter`, `Gauge`, `UpDownGauge`, `Histogram`, `Summary`, `Info`, `StateSet`, or a `Family` of label set and metric",
    note = "what a closure gives at scrape time is `Observed`: `Observed<Gauge>`",
    note = "a field that holds another metric set needs `#[metric(nested)]`, and a `PartialKey` needs `#[metric(partial_key)]`"
)]
pub trait Metric: 'static {
    /// Its type in the exposition.
    const TYPE: MetricType;
    /// Its labels.
    const LABELS: &'static [LabelDescriptor];
    /// Whether a closure gives its values at scrape time.
    #[doc(hidden)]
    const OBSERVED: bool = false;
    /// What the generated storage holds for it.
    #[doc(hidden)]
    type Storage: 'static;
    /// Itself.
    #[doc(hidden)]
    type Handle;
    /// See [`Known`](crate::known::Known).
    #[doc(hidden)]
    const KNOWN: bool = true;
}

/// Computes what is served of a series out of its cells, and appends it.
pub(crate) type Digest = fn(&[u64], &'static FamilyDescriptor, &mut Vec<u64>);

/// What a [`Family`](crate::Family) may hold for each of its series.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the metric of a family",
    label = "not a metric with series",
    note = "a family holds `Counter`, `Gauge`, `UpDownGauge`, `Histogram` or `Summary`"
)]
pub trait SeriesMetric: private::Sealed + Copy + 'static {
    /// Its type in the exposition.
    const TYPE: MetricType;

    /// How its cells are laid out.
    #[doc(hidden)]
    const LAYOUT: Layout;

    /// The handle for one series.
    #[doc(hidden)]
    fn at(series: Series) -> Self;

    /// Adds one part of a series (a lane's, or the shared cells) to what was summed so far.
    #[doc(hidden)]
    fn merge(sum: &mut [u64], part: &[AtomicU64]);

    /// The same for series behind one another, of so many cells each.
    #[doc(hidden)]
    fn merge_all(sums: &mut [u64], parts: &[AtomicU64], width: usize) {
        let parts = parts.chunks_exact(width);
        for (sum, part) in sums.chunks_exact_mut(width).zip(parts) {
            Self::merge(sum, part);
        }
    }

    /// Whether the series was ever updated.
    #[doc(hidden)]
    fn is_touched(cells: &[u64]) -> bool;

    /// Computes from the summed cells of a series what `value` reads in their place, if that takes computing.
    #[doc(hidden)]
    const DIGEST: Option<Digest> = None;

    /// The summed cells as a value. `numbers` are the bounds or the quantiles of the family.
    #[doc(hidden)]
    fn value<'a>(cells: &'a [u64], numbers: &'a [f64]) -> Value<'a>;
}

mod private {
    pub trait Sealed {}
    impl<N: super::CounterValue> Sealed for super::Counter<N> {}
    impl<N: super::GaugeValue> Sealed for super::Gauge<N> {}
    impl Sealed for super::UpDownGauge {}
    impl<V: super::Observation> Sealed for super::Histogram<V> {}
}

/// How many cells a series has.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Layout {
    fixed: usize,
    /// More for each bucket, `+Inf` included.
    per_bucket: usize,
    /// More for each age bucket.
    per_age_bucket: usize,
}

impl Layout {
    pub(crate) const fn cells(fixed: usize) -> Self {
        Self {
            fixed,
            per_bucket: 0,
            per_age_bucket: 0,
        }
    }

    #[inline(always)]
    pub(crate) const fn width(self, descriptor: &FamilyDescriptor) -> usize {
        match descriptor.buckets {
            Some(bounds) if self.per_bucket > 0 => {
                self.fixed + self.per_bucket * (bounds.len() + 1)
            }
            // What `MAX_AGE_BUCKETS` allows; more is a compile error of its own.
            _ => self.fixed + self.per_age_bucket * age_buckets(descriptor) as usize,
        }
    }
}

/// How many age buckets a summary has.
#[inline]
const fn age_buckets(family: &FamilyDescriptor) -> u32 {
    match family.age_buckets {
        // Refused at compile time, where it is declared.
        Some(0) => 1,
        Some(MAX_AGE_BUCKETS..) => MAX_AGE_BUCKETS,
        Some(count) => count,
        None => DEFAULT_AGE_BUCKETS,
    }
}

/// Where one series lives and what is known about it: everything that a handle is made of.
#[doc(hidden)]
#[derive(Clone, Copy)]
pub struct Series {
    pub(crate) target: Target,
    pub(crate) descriptor: &'static FamilyDescriptor,
}

/// Adds integer cells, staying at the maximum.
#[inline]
pub(crate) fn merge_saturating(sum: &mut [u64], part: &[AtomicU64]) {
    for (sum, part) in sum.iter_mut().zip(part) {
        *sum = sum.saturating_add(part.load(Ordering::Relaxed));
    }
}

/// Adds a cell that holds the bits of a float.
pub(crate) fn merge_f64(sum: &mut u64, part: &AtomicU64) {
    let part = f64::from_bits(part.load(Ordering::Relaxed));
    *sum = (f64::from_bits(*sum) + part).to_bits();
}
