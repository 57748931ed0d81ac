//! Gauges that can be set.

use metricset_model::{LabelDescriptor, MetricType};

use super::guard::InFlightGuard;
use super::{Layout, Metric, Series, SeriesMetric, Target};
use crate::collect::{Number, Value};
use crate::family::FamilyStorage;
use crate::sync::{AtomicU64, Ordering};

/// A value that goes up and down and can be set: a queue's length, a temperature.
///
/// `Gauge` holds an `i64`, `Gauge<f64>` a float. A gauge that is set has one place to set, so [`Gauge::inc`] is an atomic
/// add; where a value is only ever moved up and down, [`UpDownGauge`](crate::UpDownGauge) costs a fraction of it.
///
/// ```
/// use metricset::{Gauge, MetricSet, Registry};
///
/// /// A queue.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "queue", register = false)]
/// struct Queue {
///     /// Jobs waiting.
///     jobs_waiting: Gauge,
///     /// Part of the capacity in use.
///     fill_ratio: Gauge<f64>,
/// }
///
/// let queue: Queue = Registry::new().register()?;
/// queue.jobs_waiting.set(7);
/// queue.jobs_waiting.dec();
/// queue.fill_ratio.set(0.75);
/// assert_eq!(queue.jobs_waiting.get(), 6);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Gauge<N = i64> {
    pub(crate) target: Target,
    marker: std::marker::PhantomData<N>,
}

/// What a [`Gauge`] holds: `i64` or `f64`.
#[diagnostic::on_unimplemented(
    message = "a gauge cannot hold `{Self}`",
    note = "write `Gauge` (`i64`) or `Gauge<f64>`"
)]
pub trait GaugeValue:
    sealed::Sealed + Copy + std::fmt::Debug + std::ops::Neg<Output = Self> + 'static
{
    #[doc(hidden)]
    const ONE: Self;
    #[doc(hidden)]
    fn to_bits(self) -> u64;
    #[doc(hidden)]
    fn from_bits(bits: u64) -> Self;
    #[doc(hidden)]
    fn plus(self, other: Self) -> Self;
    #[doc(hidden)]
    fn number(self) -> Number;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for i64 {}
    impl Sealed for f64 {}
}

impl GaugeValue for i64 {
    const ONE: Self = 1;

    #[inline(always)]
    fn to_bits(self) -> u64 {
        self.cast_unsigned()
    }

    #[inline(always)]
    fn from_bits(bits: u64) -> Self {
        bits.cast_signed()
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self.saturating_add(other)
    }

    fn number(self) -> Number {
        Number::I64(self)
    }
}

impl GaugeValue for f64 {
    const ONE: Self = 1.0;

    #[inline(always)]
    fn to_bits(self) -> u64 {
        self.to_bits()
    }

    #[inline(always)]
    fn from_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }

    #[inline(always)]
    fn plus(self, other: Self) -> Self {
        self + other
    }

    fn number(self) -> Number {
        Number::F64(self)
    }
}

impl<N: GaugeValue> Gauge<N> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static FamilyStorage<(), Self>) -> Self {
        Self {
            target: storage.first(),
            marker: std::marker::PhantomData,
        }
    }

    /// Sets the value.
    #[inline]
    pub fn set(self, value: N) {
        if let Some(cells) = touched(self.target) {
            cells[0].store(value.to_bits(), Ordering::Relaxed);
        }
    }

    /// Adds one.
    #[inline]
    pub fn inc(self) {
        self.inc_by(N::ONE);
    }

    /// Subtracts one.
    #[inline]
    pub fn dec(self) {
        self.inc_by(-N::ONE);
    }

    /// Adds `n`, which may be negative. Integers stay at their largest and smallest value.
    #[inline]
    pub fn inc_by(self, n: N) {
        if let Some(cells) = touched(self.target) {
            let mut old = cells[0].load(Ordering::Relaxed);
            while let Err(now) = cells[0].compare_exchange_weak(
                old,
                N::from_bits(old).plus(n).to_bits(),
                Ordering::Relaxed,
                Ordering::Relaxed,
            ) {
                old = now;
            }
        }
    }

    /// Subtracts `n`.
    #[inline]
    pub fn dec_by(self, n: N) {
        self.inc_by(-n);
    }

    /// The value now.
    #[must_use]
    pub fn get(self) -> N {
        let mut value = N::from_bits(0);
        self.target.parts(CELLS, |cells| {
            value = N::from_bits(cells[0].load(Ordering::Relaxed));
        });
        value
    }

    /// Adds one now and subtracts it when the guard is dropped, however the scope is left.
    #[must_use = "the gauge goes down again as soon as the guard is dropped"]
    pub fn in_flight(self) -> InFlightGuard<Self> {
        InFlightGuard::new(self, Self::inc, Self::dec)
    }
}

/// The value, and whether it was ever set: only then a sparse family exposes it.
const CELLS: usize = 2;

#[inline(always)]
fn touched(target: Target) -> Option<&'static [AtomicU64; CELLS]> {
    let cells = target.shared()?.first_chunk()?;
    if cells[1].load(Ordering::Relaxed) == 0 {
        cells[1].store(1, Ordering::Relaxed);
    }
    Some(cells)
}

impl<N: GaugeValue> std::fmt::Debug for Gauge<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Gauge").field(&self.get()).finish()
    }
}

impl<N: GaugeValue> Metric for Gauge<N> {
    const TYPE: MetricType = MetricType::Gauge;
    const LABELS: &'static [LabelDescriptor] = &[];
    type Storage = FamilyStorage<(), Self>;
    type Handle = Self;
}

impl<N: GaugeValue> SeriesMetric for Gauge<N> {
    const TYPE: MetricType = MetricType::Gauge;
    const LAYOUT: Layout = Layout::cells(CELLS);

    #[inline(always)]
    fn at(series: Series) -> Self {
        Self {
            target: series.target,
            marker: std::marker::PhantomData,
        }
    }

    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        for (sum, part) in sum.iter_mut().zip(part) {
            *sum = part.load(Ordering::Relaxed);
        }
    }

    fn is_touched(cells: &[u64]) -> bool {
        cells[1] != 0
    }

    fn value<'a>(cells: &'a [u64], _: &'a [f64]) -> Value<'a> {
        Value::Gauge(N::from_bits(cells[0]).number())
    }
}
