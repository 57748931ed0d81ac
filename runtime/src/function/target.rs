//! Metrics of a set that a function records into.

use metricset_model::LabelDescriptor;

use crate::family::Family;
use crate::labels::{ByName, Filled, LabelSet};
#[cfg(feature = "summary")]
use crate::metrics::Summary;
use crate::metrics::{
    Counter, CounterValue, Gauge, GaugeValue, Histogram, Metric, Observation, SeriesMetric, Timed,
    UpDownGauge,
};

/// A metric with or without labels.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a metric that a function can record into",
    label = "not a metric with series",
    note = "write the field of a metric set: `SET.field`"
)]
pub trait Target: Metric {
    /// Its labels.
    type Labels: ByName;
    /// The metric of one series.
    type Series;

    /// The series with these labels.
    fn series(self, labels: <Self::Labels as LabelSet>::With<'_>) -> Self::Series;
}

impl<L: ByName, M: SeriesMetric> Target for Family<L, M> {
    type Labels = L;
    type Series = M;

    #[inline(always)]
    fn series(self, labels: L::With<'_>) -> M {
        self.with(labels)
    }
}

macro_rules! unlabelled {
    ($($metric:ty $(, $param:ident: $bound:ident)?;)*) => {$(
        impl$(<$param: $bound>)? Target for $metric {
            type Labels = ();
            type Series = Self;

            #[inline(always)]
            fn series(self, (): ()) -> Self {
                self
            }
        }
    )*};
}

unlabelled! {
    Counter<N>, N: CounterValue;
    Gauge<N>, N: GaugeValue;
    Histogram<V>, V: Observation;
    UpDownGauge;
}

#[cfg(feature = "summary")]
unlabelled! {
    Summary<V>, V: Observation;
}

/// The series of a metric, whose labels `fill` fills in.
#[doc(hidden)]
#[inline(always)]
pub fn series<'w, T, F>(
    metric: T,
    fill: impl FnOnce(<T::Labels as ByName>::Empty) -> F,
) -> T::Series
where
    T: Target,
    F: Filled<<T::Labels as LabelSet>::With<'w>>,
{
    metric.series(fill(<T::Labels as ByName>::EMPTY).labels())
}

/// Records the time of a call into a histogram or summary.
#[doc(hidden)]
#[inline(always)]
pub fn observe_into<'w, T, F>(
    metric: T,
    fill: impl FnOnce(<T::Labels as ByName>::Empty) -> F,
    nanos: u64,
) where
    T: Target<Series: IntoTarget>,
    F: Filled<<T::Labels as LabelSet>::With<'w>>,
{
    series(metric, fill).observe_nanos(nanos);
}

/// Counts a call in a counter.
#[doc(hidden)]
#[inline(always)]
pub fn count_in<'w, T, F>(metric: T, fill: impl FnOnce(<T::Labels as ByName>::Empty) -> F)
where
    T: Target<Series: CallsTarget>,
    F: Filled<<T::Labels as LabelSet>::With<'w>>,
{
    series(metric, fill).count();
}

/// Refuses `labels(...)` that no metric has a use for.
///
/// # Panics
/// In const evaluation, if no metric has labels.
#[doc(hidden)]
#[track_caller]
pub const fn assert_labelled(labels: &[&[LabelDescriptor]]) {
    let mut i = 0;
    while i < labels.len() {
        if !labels[i].is_empty() {
            return;
        }
        i += 1;
    }
    panic!("no metric that this function records into has labels: remove `labels`");
}

/// The labels of a metric.
#[doc(hidden)]
#[must_use]
pub const fn labels_of<T: Target>(_: &T) -> &'static [LabelDescriptor] {
    T::LABELS
}

/// Refuses an open label of a family that does not say how many series it may have.
///
/// # Panics
/// In const evaluation, if the label is open.
#[doc(hidden)]
#[track_caller]
pub const fn assert_closed(labels: &[LabelDescriptor], place: usize) {
    assert!(
        labels[place].values.is_some(),
        "this label can have any value: say how many series there may be, with `max_series = ...`, or use a label enum"
    );
}

/// Refuses the latency of an objective that no bucket counts the calls within.
///
/// # Panics
/// In const evaluation, if it is not one of the bounds.
#[doc(hidden)]
#[track_caller]
pub const fn assert_bound(bounds: Option<&[f64]>, seconds: f64) {
    if let Some(bounds) = bounds {
        let mut i = 0;
        while i < bounds.len() {
            if bounds[i] == seconds {
                return;
            }
            i += 1;
        }
    }
    panic!(
        "no bucket ends here, so the calls within this latency are not counted: write one of the bounds, or add this one to `buckets`"
    );
}

/// What `into` takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`into` takes a histogram or a summary, and this is `{Self}`",
    label = "neither histogram nor summary",
    note = "a counter goes behind `calls`, and a gauge behind `in_flight`"
)]
pub trait IntoTarget: Copy {
    /// Records the time of a call.
    fn observe_nanos(self, nanos: u64);
}

impl<V: Observation> IntoTarget for Histogram<V> {
    #[inline(always)]
    fn observe_nanos(self, nanos: u64) {
        self.observe_elapsed(nanos);
    }
}

#[cfg(feature = "summary")]
impl<V: Observation> IntoTarget for Summary<V> {
    #[inline(always)]
    fn observe_nanos(self, nanos: u64) {
        self.observe_elapsed(nanos);
    }
}

/// What `calls` takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`calls` takes a counter, and this is `{Self}`",
    label = "not a counter",
    note = "a histogram or a summary goes behind `into`, and a gauge behind `in_flight`"
)]
pub trait CallsTarget: Copy {
    /// Counts a call.
    fn count(self);
}

impl<N: CounterValue> CallsTarget for Counter<N> {
    #[inline(always)]
    fn count(self) {
        self.inc();
    }
}

/// What `in_flight` takes.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`in_flight` takes a gauge, and this is `{Self}`",
    label = "not a gauge",
    note = "write `UpDownGauge` or `Gauge` in the metric set"
)]
pub trait InFlightTarget: Copy {
    /// A call begins.
    fn enter(self);
    /// A call has ended.
    fn leave(self);
}

/// No gauge.
impl InFlightTarget for () {
    #[inline(always)]
    fn enter(self) {}
    #[inline(always)]
    fn leave(self) {}
}

impl<N: GaugeValue> InFlightTarget for Gauge<N> {
    #[inline(always)]
    fn enter(self) {
        self.inc();
    }
    #[inline(always)]
    fn leave(self) {
        self.dec();
    }
}

impl InFlightTarget for UpDownGauge {
    #[inline(always)]
    fn enter(self) {
        self.inc();
    }
    #[inline(always)]
    fn leave(self) {
        self.dec();
    }
}
