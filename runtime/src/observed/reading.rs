//! What closures give, and what of it can be exposed.

use metricset_model::FamilyDescriptor;

use crate::collect::{HistogramValue, Number, Value};
use crate::dropped::SkippedSeries;
use crate::metrics::{
    Counter, CounterValue, Gauge, GaugeValue, Histogram, Observation, SeriesMetric,
};

/// What each series of an [`Observed`](crate::Observed) may be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be observed at scrape time",
    label = "not a metric that `Observed` takes",
    note = "`Observed` takes `Counter`, `Gauge`, `Histogram`, `Summary`, or a `Family` of label set and one of them",
    note = "in place of `UpDownGauge` write `Gauge`; a `StateSet` or an `Info` is set by the refresh hook of its set"
)]
pub trait ObservedMetric: SeriesMetric {
    /// What a closure gives for one series.
    type Reading: 'static;

    /// The reading as a value of this family. `bits` is room for what a value borrows.
    #[doc(hidden)]
    fn check<'a>(
        reading: &'a Self::Reading,
        family: &'static FamilyDescriptor,
        bits: &'a mut Vec<u64>,
    ) -> Result<Value<'a>, Skip>;
}

/// Why a value is left out.
#[doc(hidden)]
pub struct Skip(pub(crate) SkippedSeries);

impl<N: CounterValue> ObservedMetric for Counter<N> {
    type Reading = N;

    fn check<'a>(
        reading: &'a N,
        _: &'static FamilyDescriptor,
        _: &'a mut Vec<u64>,
    ) -> Result<Value<'a>, Skip> {
        match reading.number() {
            Number::F64(value) => positive(value).map(|value| Value::Counter(Number::F64(value))),
            integer => Ok(Value::Counter(integer)),
        }
    }
}

impl<N: GaugeValue> ObservedMetric for Gauge<N> {
    type Reading = N;

    fn check<'a>(
        reading: &'a N,
        _: &'static FamilyDescriptor,
        _: &'a mut Vec<u64>,
    ) -> Result<Value<'a>, Skip> {
        Ok(Value::Gauge(reading.number()))
    }
}

/// What a closure gives for an [`Observed`](crate::Observed) histogram.
///
/// ```
/// use metricset::{Histogram, HistogramReading, MetricSet, Observed, Registry};
///
/// /// The scheduler of another library.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "scheduler", register = false)]
/// struct Scheduler {
///     /// Time that tasks ran.
///     #[metric(buckets = [0.001, 0.1])]
///     task_run_seconds: Observed<Histogram>,
/// }
///
/// let scheduler: Scheduler = Registry::new().register()?;
/// scheduler.task_run_seconds.read_with(|| HistogramReading { counts: vec![40, 2, 0], sum: 0.07 });
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct HistogramReading {
    /// Observations in each declared bucket, *not* cumulative; one more than there are bounds, for `+Inf`.
    pub counts: Vec<u64>,
    /// Sum of the observations, in the unit of the bounds.
    pub sum: f64,
}

impl<V: Observation> ObservedMetric for Histogram<V> {
    type Reading = HistogramReading;

    fn check<'a>(
        reading: &'a HistogramReading,
        family: &'static FamilyDescriptor,
        _: &'a mut Vec<u64>,
    ) -> Result<Value<'a>, Skip> {
        let bounds = family.buckets.unwrap_or(&[]);
        if reading.counts.len() != bounds.len() + 1 {
            return Err(Skip(SkippedSeries::WrongLength));
        }
        let sum = match bounds.first() {
            Some(first) if *first < 0.0 => finite(reading.sum)?,
            _ => positive(reading.sum)?,
        };
        Ok(Value::Histogram(HistogramValue::new(
            bounds,
            &reading.counts,
            sum,
        )))
    }
}

/// What only goes up has no sign, not even that of zero.
#[inline]
fn positive(value: f64) -> Result<f64, Skip> {
    match finite(value)? {
        value if value < 0.0 => Err(Skip(SkippedSeries::Negative)),
        value => Ok(value.abs()),
    }
}

pub(super) fn finite(value: f64) -> Result<f64, Skip> {
    match value.is_finite() {
        true => Ok(value),
        false => Err(Skip(SkippedSeries::NotFinite)),
    }
}

/// How far a series has come of which something only goes up.
pub(super) enum Progress {
    Number(Number),
    /// Of each bucket.
    Counts(Box<[u64]>),
}

impl Progress {
    pub(super) fn of(value: &Value<'_>) -> Option<Self> {
        match value {
            Value::Counter(number) => Some(Self::Number(*number)),
            Value::Histogram(histogram) => Some(Self::Counts(histogram.counts.into())),
            Value::Summary(summary) => Some(Self::Number(Number::U64(summary.count))),
            _ => None,
        }
    }

    #[inline]
    pub(super) fn is_behind(&self, before: &Self) -> bool {
        match (self, before) {
            (Self::Number(Number::U64(now)), Self::Number(Number::U64(before))) => now < before,
            (Self::Number(Number::F64(now)), Self::Number(Number::F64(before))) => now < before,
            (Self::Counts(now), Self::Counts(before)) => {
                now.iter().zip(before).any(|(now, before)| now < before)
            }
            _ => false,
        }
    }
}
