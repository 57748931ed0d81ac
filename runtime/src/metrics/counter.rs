//! Counters.

use metricset_model::{LabelDescriptor, MetricType};

use super::{Layout, Metric, Series, SeriesMetric, Target, merge_f64, merge_saturating};
use crate::collect::{Number, Value};
use crate::dropped::{self, Reason};
use crate::family::FamilyStorage;
use crate::lanes::{CellOp, Writer};
use crate::sync::AtomicU64;

/// A value that only goes up: requests served, bytes sent.
///
/// `Counter` counts in `u64`, `Counter<f64>` in floats, such as seconds spent. A handle is two words and `Copy`. Updates
/// cost less than an atomic add and never block; see the crate's `docs/performance.md` for what that rests on. At the
/// largest value a `u64` counter stays there.
///
/// ```
/// use metricset::{Counter, MetricSet, Registry};
///
/// /// Requests.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "http", register = false)]
/// struct Http {
///     /// Requests served.
///     requests_total: Counter,
///     /// Time spent serving.
///     busy_seconds_total: Counter<f64>,
/// }
///
/// let http: Http = Registry::new().register()?;
/// http.requests_total.inc();
/// http.requests_total.inc_by(2);
/// http.busy_seconds_total.inc_by(0.25);
/// assert_eq!(http.requests_total.get(), 3);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Counter<N = u64> {
    pub(crate) target: Target,
    marker: std::marker::PhantomData<N>,
}

/// What a [`Counter`] counts in: `u64` or `f64`.
#[diagnostic::on_unimplemented(
    message = "a counter cannot count in `{Self}`",
    note = "write `Counter` (`u64`) or `Counter<f64>`"
)]
pub trait CounterValue: sealed::Sealed + Copy + std::fmt::Debug + 'static {
    #[doc(hidden)]
    fn add(target: Target, n: Self);
    #[doc(hidden)]
    fn merge(sum: &mut [u64], part: &[AtomicU64]);
    #[doc(hidden)]
    fn from_bits(bits: u64) -> Self;
    #[doc(hidden)]
    fn number(self) -> Number;
    #[doc(hidden)]
    const ONE: Self;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for u64 {}
    impl Sealed for f64 {}
}

struct Add<N>(N);

impl CellOp for Add<u64> {
    #[inline(always)]
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        if let Some(cell) = cells.first() {
            W::add(cell, self.0);
        }
    }
}

impl CellOp for Add<f64> {
    #[inline(always)]
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        if let Some(cell) = cells.first() {
            W::add_f64(cell, self.0);
        }
    }
}

impl CounterValue for u64 {
    const ONE: Self = 1;

    #[inline(always)]
    fn add(target: Target, n: Self) {
        target.update(1, Add(n));
    }

    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        merge_saturating(sum, part);
    }

    fn from_bits(bits: u64) -> Self {
        bits
    }

    fn number(self) -> Number {
        Number::U64(self)
    }
}

impl CounterValue for f64 {
    const ONE: Self = 1.0;

    #[inline(always)]
    fn add(target: Target, n: Self) {
        // Also false for NaN.
        if n >= 0.0 && n.is_finite() {
            target.update(1, Add(n));
        } else if n < 0.0 {
            dropped::count(Reason::Negative);
        } else {
            dropped::count(Reason::NotFinite);
        }
    }

    #[inline]
    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        sum.iter_mut()
            .zip(part)
            .for_each(|(sum, part)| merge_f64(sum, part));
    }

    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }

    fn number(self) -> Number {
        Number::F64(self)
    }
}

impl<N: CounterValue> Counter<N> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static FamilyStorage<(), Self>) -> Self {
        Self {
            target: storage.first(),
            marker: std::marker::PhantomData,
        }
    }

    /// Adds one.
    #[inline(always)]
    pub fn inc(self) {
        N::add(self.target, N::ONE);
    }

    /// Adds `n`. A float that is negative, NaN or infinite is dropped, and counted in
    /// `metricset_dropped_updates_total`.
    #[inline(always)]
    pub fn inc_by(self, n: N) {
        N::add(self.target, n);
    }

    /// The value now, summed over all lanes. For tests and health pages: takes a lock and time in proportion to the lanes.
    #[must_use]
    pub fn get(self) -> N {
        let mut sum = [0];
        self.target.parts(1, |part| N::merge(&mut sum, part));
        N::from_bits(sum[0])
    }
}

impl<N: CounterValue> std::fmt::Debug for Counter<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Counter").field(&self.get()).finish()
    }
}

impl<N: CounterValue> Metric for Counter<N> {
    const TYPE: MetricType = MetricType::Counter;
    const LABELS: &'static [LabelDescriptor] = &[];
    type Storage = FamilyStorage<(), Self>;
    type Handle = Self;
}

impl<N: CounterValue> SeriesMetric for Counter<N> {
    const TYPE: MetricType = MetricType::Counter;
    const LAYOUT: Layout = Layout::cells(1);

    #[inline(always)]
    fn at(series: Series) -> Self {
        Self {
            target: series.target,
            marker: std::marker::PhantomData,
        }
    }

    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        N::merge(sum, part);
    }

    fn merge_all(sums: &mut [u64], parts: &[AtomicU64], _: usize) {
        N::merge(sums, parts);
    }

    fn is_touched(cells: &[u64]) -> bool {
        cells[0] != 0
    }

    fn value<'a>(cells: &'a [u64], _: &'a [f64]) -> Value<'a> {
        Value::Counter(N::from_bits(cells[0]).number())
    }
}
