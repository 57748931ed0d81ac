//! Gauges that are only moved.

use metricset_model::{LabelDescriptor, MetricType};

use super::guard::InFlightGuard;
use super::{Layout, Metric, Series, SeriesMetric, Target, merge_saturating};
use crate::collect::{Number, Value};
use crate::family::FamilyStorage;
use crate::lanes::{CellOp, Writer};
use crate::sync::AtomicU64;

/// An integer gauge that is moved up and down and never set: connections open, requests in flight.
///
/// It lives in lanes as a [`Counter`](crate::Counter) does and costs as little. A thread may subtract what another added.
///
/// ```
/// use metricset::{MetricSet, Registry, UpDownGauge};
///
/// /// Connections.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "pool", register = false)]
/// struct Pool {
///     /// Connections in use.
///     connections_active: UpDownGauge,
/// }
///
/// let pool: Pool = Registry::new().register()?;
/// {
///     let _in_use = pool.connections_active.in_flight();
///     assert_eq!(pool.connections_active.get(), 1);
/// }
/// assert_eq!(pool.connections_active.get(), 0);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Copy)]
pub struct UpDownGauge {
    pub(crate) target: Target,
}

/// Ups and downs apart: both only grow, so that the sum over lanes is exact, and their total tells whether it was touched.
const UP: usize = 0;
const DOWN: usize = 1;
const CELLS: usize = 2;

struct Move {
    cell: usize,
    by: u64,
}

impl CellOp for Move {
    #[inline(always)]
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        if let Some(cell) = cells.get(self.cell) {
            W::add(cell, self.by);
        }
    }
}

impl UpDownGauge {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static FamilyStorage<(), Self>) -> Self {
        Self {
            target: storage.first(),
        }
    }

    /// Adds one.
    #[inline(always)]
    pub fn inc(self) {
        self.target.update(CELLS, Move { cell: UP, by: 1 });
    }

    /// Subtracts one.
    #[inline(always)]
    pub fn dec(self) {
        self.target.update(CELLS, Move { cell: DOWN, by: 1 });
    }

    /// Adds `n`, which may be negative.
    #[inline(always)]
    pub fn inc_by(self, n: i64) {
        let cell = if n < 0 { DOWN } else { UP };
        let by = n.unsigned_abs();
        self.target.update(CELLS, Move { cell, by });
    }

    /// Subtracts `n`.
    #[inline(always)]
    pub fn dec_by(self, n: i64) {
        let cell = if n < 0 { UP } else { DOWN };
        let by = n.unsigned_abs();
        self.target.update(CELLS, Move { cell, by });
    }

    /// The value now, summed over all lanes. For tests and health pages: takes a lock and time in proportion to the lanes.
    #[must_use]
    #[inline]
    pub fn get(self) -> i64 {
        let mut sum = [0; CELLS];
        self.target
            .parts(sum.len(), |part| merge_saturating(&mut sum, part));
        difference(&sum)
    }

    /// Adds one now and subtracts it when the guard is dropped, however the scope is left.
    #[must_use = "the gauge goes down again as soon as the guard is dropped"]
    #[inline]
    pub fn in_flight(self) -> InFlightGuard<Self> {
        InFlightGuard::new(self, Self::inc, Self::dec)
    }
}

fn difference(cells: &[u64]) -> i64 {
    cells[UP].wrapping_sub(cells[DOWN]).cast_signed()
}

impl std::fmt::Debug for UpDownGauge {
    #[inline]
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("UpDownGauge").field(&self.get()).finish()
    }
}

impl Metric for UpDownGauge {
    const TYPE: MetricType = MetricType::Gauge;
    const LABELS: &'static [LabelDescriptor] = &[];
    type Storage = FamilyStorage<(), Self>;
    type Handle = Self;
}

impl SeriesMetric for UpDownGauge {
    const TYPE: MetricType = MetricType::Gauge;
    const LAYOUT: Layout = Layout::cells(CELLS);

    #[inline(always)]
    fn at(series: Series) -> Self {
        Self {
            target: series.target,
        }
    }

    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        merge_saturating(sum, part);
    }

    fn merge_all(sums: &mut [u64], parts: &[AtomicU64], _: usize) {
        merge_saturating(sums, parts);
    }

    fn is_touched(cells: &[u64]) -> bool {
        cells[UP] != 0 || cells[DOWN] != 0
    }

    fn value<'a>(cells: &'a [u64], _: &'a [f64]) -> Value<'a> {
        Value::Gauge(Number::I64(difference(cells)))
    }
}
