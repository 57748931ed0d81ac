//! Summaries: quantiles of the last minutes, computed in the process.

mod extreme;
mod range;
mod tag;
#[cfg(test)]
mod tests;
mod window;

use metricset_model::{FamilyDescriptor, LabelDescriptor, MetricType};

use super::guard::{Timed, Timer};
use super::{
    Digest, Layout, Metric, Observation, Series, SeriesMetric, Target, age_buckets, private,
};
use crate::clock;
use crate::collect::{SummaryValue, Value};
use crate::dropped::{self, Reason};
use crate::family::FamilyStorage;
use crate::lanes::{Shared, Writer};
use crate::sync::{AtomicU64, Ordering};
use window::{CELLS_EACH, Window};

/// Quantiles of the observations of the last `max_age`, and count and sum of all.
///
/// `Summary` observes `f64`, `Summary<Duration>` observes [`Duration`](std::time::Duration) and sums whole nanoseconds exactly.
/// Both are exposed in the unit of the name: seconds for durations. An observation that is NaN or infinite is dropped and
/// counted in `metricset_dropped_updates_total`.
///
/// ```
/// use metricset::{MetricSet, Registry, Summary};
///
/// /// Messages.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "messages", register = false)]
/// struct Messages {
///     /// Time to send a message.
///     #[metric(quantiles = [0, 0.5, 0.99, 1], max_age = "10m", age_buckets = 5)]
///     send_seconds: Summary,
/// }
///
/// let messages: Messages = Registry::new().register()?;
/// for millis in 1..=1000 {
///     messages.send_seconds.observe(f64::from(millis) / 1000.0);
/// }
/// let snapshot = messages.send_seconds.snapshot();
/// let [min, median, _, max] = snapshot.values[..] else { unreachable!() };
/// assert_eq!((min, max), (0.001, 1.0));
/// assert!((median - 0.5).abs() <= 0.01 * 0.5);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
///
/// # Which observations count
/// Time is cut into pieces of `max_age / age_buckets`. Quantiles are those of the piece that runs and of those before it, as many
/// as `age_buckets` in all: never older than `max_age`, and at least of all but one of the pieces. While none has an observation
/// every quantile is `NaN`, which no threshold of an alert is below or above. Count and sum are of all observations ever.
///
/// # How exact they are
/// Quantile 0 is the smallest observation and quantile 1 the greatest, exactly. Any other differs from the observation of its
/// rank by at most 1% of that. This holds as long as the observations of one piece of time fall into no more than 256 ranges
/// of 2%, which, without a gap, reach from one value to 160 times that; what falls outside of 256 ranges counts as the nearest
/// of them. What is closer to 0 than 2.2e-308 counts as 0.
///
/// # What it costs
/// Recording never blocks or allocates, except for the first observation of a series, and loses no observation, however many
/// threads there are. But a [`Histogram`](crate::Histogram) is better at nearly everything: its buckets can be added up over
/// processes and over any time, where quantiles of several processes cannot be combined, and it is cheaper.
///
/// | | histogram | summary |
/// |---|---|---|
/// | recording | two cells of the thread's own | a reading of the clock, a logarithm, cells that all threads share: about seven times as long, and longer while threads record into the same series |
/// | memory of a series | 8 bytes for each bucket | 2 KiB for each age bucket, 10 KiB unless told otherwise; a closed family takes that for all its combinations once one is used |
/// | collecting a series | nanoseconds | 2 to 12 µs |
#[derive(Clone, Copy)]
pub struct Summary<V = f64> {
    pub(crate) target: Target,
    family: &'static FamilyDescriptor,
    window: Window,
    marker: std::marker::PhantomData<V>,
}

/// The cells before those of the window.
const SUM: usize = 0;
const COUNT: usize = 1;
const FIXED: usize = 2;

impl<V: Observation> Summary<V> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static FamilyStorage<(), Self>) -> Self {
        Self::new(storage.first(), storage.descriptor())
    }

    const fn new(target: Target, family: &'static FamilyDescriptor) -> Self {
        Self {
            target,
            family,
            window: Window::of(family),
            marker: std::marker::PhantomData,
        }
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __bounds(&self) -> Option<&'static [f64]> {
        None
    }

    const fn width(&self) -> usize {
        FIXED + CELLS_EACH * age_buckets(self.family) as usize
    }

    /// Takes one observation.
    #[inline]
    pub fn observe(self, value: V) {
        let Some(number) = value.bounded() else {
            dropped::count(Reason::NotFinite);
            return;
        };
        if let Some([sum, count, window @ ..]) = self
            .target
            .shared()
            .and_then(|cells| cells.get(..self.width()))
        {
            value.add_to_sum::<Shared>(sum);
            Shared::add(count, 1);
            // No negative zero, which is a number of its own only when written.
            self.window
                .record(window, clock::uptime_nanos(), number + 0.0);
        }
    }

    /// Starts a timer that observes its time, in seconds, when it is dropped.
    #[inline]
    pub fn start_timer(self) -> Timer<Self> {
        Timer::start(self)
    }

    /// Quantiles, count and sum now. For tests and health pages: allocates.
    #[must_use]
    pub fn snapshot(self) -> SummarySnapshot {
        let mut cells = vec![0; self.width()];
        self.target
            .parts(cells.len(), |part| Self::merge(&mut cells, part));
        let mut digest = Vec::new();
        self::digest(&cells, self.family, &mut digest);
        let quantiles = self.family.quantiles.unwrap_or(&[]);
        let value = value::<V>(&digest, quantiles);
        SummarySnapshot {
            quantiles,
            values: value.iter().map(|(_, value)| value).collect(),
            sum: value.sum,
            count: value.count,
        }
    }
}

/// What a summary held at one moment.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SummarySnapshot {
    /// As declared.
    pub quantiles: &'static [f64],
    /// For each quantile the observation at its rank; all NaN while the window is empty.
    pub values: Vec<f64>,
    /// Sum of all observations ever.
    pub sum: f64,
    /// Number of all observations ever.
    pub count: u64,
}

/// Sum and count, then the bits of the value at each quantile.
fn digest(cells: &[u64], family: &'static FamilyDescriptor, out: &mut Vec<u64>) {
    let (fixed, window) = cells.split_at(FIXED.min(cells.len()));
    out.extend_from_slice(fixed);
    let quantiles = family.quantiles.unwrap_or(&[]);
    Window::of(family).quantiles(window, clock::uptime_nanos(), quantiles, out);
}

fn value<'a, V: Observation>(digest: &'a [u64], quantiles: &'a [f64]) -> SummaryValue<'a> {
    let sum = V::sum_from_bits(digest[SUM]);
    SummaryValue::new(quantiles, &digest[FIXED..], sum, digest[COUNT])
}

impl<V: Observation> std::fmt::Debug for Summary<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Summary").field(&self.snapshot()).finish()
    }
}

impl<V: Observation> Timed for Summary<V> {
    #[inline]
    fn observe_elapsed(self, nanos: u64) {
        self.observe(V::from_nanos(nanos));
    }
}

impl<V: Observation> Metric for Summary<V> {
    const TYPE: MetricType = MetricType::Summary;
    const LABELS: &'static [LabelDescriptor] = &[];
    type Storage = FamilyStorage<(), Self>;
    type Handle = Self;
}

impl<V: Observation> private::Sealed for Summary<V> {}

impl<V: Observation> SeriesMetric for Summary<V> {
    const TYPE: MetricType = MetricType::Summary;
    const LAYOUT: Layout = Layout {
        per_age_bucket: CELLS_EACH,
        ..Layout::cells(FIXED)
    };

    #[inline(always)]
    fn at(series: Series) -> Self {
        Self::new(series.target, series.descriptor)
    }

    fn merge(sum: &mut [u64], part: &[AtomicU64]) {
        for (sum, part) in sum.iter_mut().zip(part) {
            *sum = part.load(Ordering::Relaxed);
        }
    }

    fn is_touched(cells: &[u64]) -> bool {
        cells[COUNT] != 0
    }

    const DIGEST: Option<Digest> = Some(digest);

    fn value<'a>(cells: &'a [u64], numbers: &'a [f64]) -> Value<'a> {
        Value::Summary(value::<V>(cells, numbers))
    }
}
