//! Metrics whose values a closure gives at scrape time.

mod reading;
mod series;
mod storage;
#[cfg(feature = "summary")]
mod summary;

use std::marker::PhantomData;
use std::sync::Arc;

use metricset_model::{LabelDescriptor, MetricType};

use crate::family::Family;
use crate::labels::LabelSet;
use crate::metrics::{
    Counter, CounterValue, Gauge, GaugeValue, Histogram, Metric, Observation, SeriesMetric,
};

pub use reading::{HistogramReading, ObservedMetric};
pub use series::ObservedSeries;
pub(crate) use storage::ObservedStorage;
#[cfg(feature = "summary")]
pub use summary::SummaryReading;

/// A metric that nobody updates: a closure gives its value in every scrape. For what something else counts already: the length
/// of a queue, the connections of a pool, the metrics of another runtime.
///
/// `Observed<Gauge>`, `Observed<Counter>`, [`Observed<Histogram>`](HistogramReading) and [`Observed<Summary>`](SummaryReading)
/// have one series, whose value the closure returns: `i64` for a gauge, `u64` for a counter, `f64` for `Gauge<f64>` and
/// `Counter<f64>`. `Observed<Family<Labels, Gauge>>` and so on have those that the closure [pushes](ObservedSeries::push); of
/// closed labels, too, only those. Until a closure is installed the family is not exposed; one that gives nothing leaves it
/// without series. Values that belong together are better set by the refresh hook of their set
/// ([`RegistryBuilder::refresh`](crate::RegistryBuilder::refresh), [`SetBuilder::refresh`](crate::SetBuilder::refresh)).
///
/// Closures are called on a thread that a scrape starts, outside of any async runtime, one call at a time. One that takes
/// longer than the registry's [timeout](crate::Registry::set_refresh_timeout) or panics has its family left out of the scrape,
/// which `metricset_skipped_families_total` counts, and while it has not returned it is not called again.
///
/// What cannot be exposed is left out and counted in `metricset_skipped_series_total`: a counter that is negative or not
/// finite; a second value for the same labels; a label value longer than [`MAX_LABEL_LEN`](crate::MAX_LABEL_LEN); series beyond the
/// `max_series` of a family with an open label. A counter, or a count of a histogram or summary, that is below the last
/// scrape's is left out of one scrape, and then goes on from where it is: what was read a moment too early does not look like
/// a restart, and a restart does. Series end when their closure no longer gives them, and in no other way: `sparse`
/// and `idle_timeout` do not compile, and [`PartialKey`](crate::PartialKey) leaves them alone.
///
/// ```
/// use std::collections::VecDeque;
/// use std::sync::{Arc, Mutex, PoisonError};
///
/// use metricset::encode::{Format, encode};
/// use metricset::{Counter, Family, Gauge, LabelSet, MetricSet, Observed, Registry};
///
/// #[derive(LabelSet)]
/// struct Worker<'a> { worker: &'a str }
///
/// /// A queue of jobs.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "queue", register = false)]
/// struct QueueMetrics {
///     /// Jobs waiting.
///     jobs_waiting: Observed<Gauge>,
///     /// Jobs done, by worker.
///     jobs_total: Observed<Family<Worker<'static>, Counter>>,
/// }
///
/// let registry = Registry::new();
/// let metrics: QueueMetrics = registry.register()?;
///
/// let queue = Arc::new(Mutex::new(VecDeque::from(["mail", "report"])));
/// // The closure lives as long as the metric, and need not keep alive what it looks at.
/// let weak = Arc::downgrade(&queue);
/// metrics.jobs_waiting.try_read_with(move || {
///     let queue = weak.upgrade()?;
///     Some(queue.lock().unwrap_or_else(PoisonError::into_inner).len() as i64)
/// });
/// metrics.jobs_total.read_with(|series| {
///     for (worker, done) in [("w-1", 17), ("w-2", 4)] {
///         series.push(Worker { worker }, done);
///     }
/// });
///
/// let mut exposition = String::new();
/// encode(&registry, Format::PrometheusText, &mut exposition);
/// assert!(exposition.contains("queue_jobs_waiting 2\n"));
/// assert!(exposition.contains("queue_jobs_total{worker=\"w-2\"} 4\n"));
/// # Ok::<(), metricset::RegisterError>(())
/// ```
pub struct Observed<M: 'static> {
    storage: &'static ObservedStorage,
    marker: PhantomData<fn() -> M>,
}

impl<M> Clone for Observed<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M> Copy for Observed<M> {}

impl<M> Observed<M> {
    #[doc(hidden)]
    #[must_use]
    pub const fn __attach(storage: &'static ObservedStorage) -> Self {
        Self {
            storage,
            marker: PhantomData,
        }
    }
}

impl<M: ObservedMetric> Observed<M> {
    /// Installs the closure that gives the value. It replaces one that was installed before.
    pub fn read_with(self, read: impl Fn() -> M::Reading + Send + Sync + 'static) {
        self.try_read_with(move || Some(read()));
    }

    /// Installs a closure that may have no value to give: then the scrape has no series.
    pub fn try_read_with(self, read: impl Fn() -> Option<M::Reading> + Send + Sync + 'static) {
        self.storage.give(Arc::new(move |series| {
            if let Some(reading) = read() {
                ObservedSeries::<(), M>::new(series).push((), reading);
            }
        }));
    }
}

impl<L: LabelSet, M: ObservedMetric> Observed<Family<L, M>> {
    /// Installs the closure that gives all series. It replaces one that was installed before.
    pub fn read_with(self, read: impl Fn(&mut ObservedSeries<'_, L, M>) + Send + Sync + 'static) {
        self.storage.give(Arc::new(move |series| {
            read(&mut ObservedSeries::new(series));
        }));
    }
}

impl<M: Observable> std::fmt::Debug for Observed<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Observed")
            .field("name", &self.storage.descriptor().full_name)
            .finish_non_exhaustive()
    }
}

impl<M: Observable> Metric for Observed<M> {
    const TYPE: MetricType = <M::Metric as SeriesMetric>::TYPE;
    const LABELS: &'static [LabelDescriptor] = <M::Labels as LabelSet>::LABELS;
    const OBSERVED: bool = true;
    type Storage = ObservedStorage;
    type Handle = Self;
}

/// What an [`Observed`] may be of.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be observed at scrape time",
    label = "not a metric that `Observed` takes",
    note = "`Observed` takes `Counter`, `Gauge`, `Histogram`, `Summary`, or a `Family` of label set and one of them",
    note = "in place of `UpDownGauge` write `Gauge`; a `StateSet` or an `Info` is set by the refresh hook of its set"
)]
pub trait Observable: 'static {
    /// Labels of its series.
    #[doc(hidden)]
    type Labels: LabelSet;
    /// Of each of them.
    #[doc(hidden)]
    type Metric: ObservedMetric;
}

impl<N: CounterValue> Observable for Counter<N> {
    type Labels = ();
    type Metric = Self;
}

impl<N: GaugeValue> Observable for Gauge<N> {
    type Labels = ();
    type Metric = Self;
}

impl<V: Observation> Observable for Histogram<V> {
    type Labels = ();
    type Metric = Self;
}

impl<L: LabelSet, M: ObservedMetric> Observable for Family<L, M> {
    type Labels = L;
    type Metric = M;
}
