//! Summaries that a closure gives.

use metricset_model::FamilyDescriptor;

use super::Observable;
use super::reading::{ObservedMetric, Skip, finite};
use crate::collect::{SummaryValue, Value};
use crate::dropped::SkippedSeries;
use crate::metrics::{Observation, Summary};

/// What a closure gives for an [`Observed`](crate::Observed) summary.
///
/// ```
/// use metricset::{MetricSet, Observed, Registry, Summary, SummaryReading};
///
/// /// The garbage collector of a runtime.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "gc", register = false)]
/// struct Collector {
///     /// Pauses.
///     #[metric(quantiles = [0, 0.5, 1])]
///     duration_seconds: Observed<Summary>,
/// }
///
/// let gc: Collector = Registry::new().register()?;
/// gc.duration_seconds.read_with(|| SummaryReading {
///     quantiles: vec![4.7e-5, 3.8e-4, 2.0e-3],
///     sum: 9.6e-3,
///     count: 22,
/// });
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct SummaryReading {
    /// The value at each declared quantile, NaN if there is none.
    pub quantiles: Vec<f64>,
    /// Sum of the observations.
    pub sum: f64,
    /// Number of the observations.
    pub count: u64,
}

impl<V: Observation> ObservedMetric for Summary<V> {
    type Reading = SummaryReading;

    fn check<'a>(
        reading: &'a SummaryReading,
        family: &'static FamilyDescriptor,
        bits: &'a mut Vec<u64>,
    ) -> Result<Value<'a>, Skip> {
        let quantiles = family.quantiles.unwrap_or(&[]);
        if reading.quantiles.len() != quantiles.len() {
            return Err(Skip(SkippedSeries::WrongLength));
        }
        bits.extend(reading.quantiles.iter().map(|value| value.to_bits()));
        let sum = finite(reading.sum)?;
        Ok(Value::Summary(SummaryValue::new(
            quantiles,
            bits,
            sum,
            reading.count,
        )))
    }
}

impl<V: Observation> Observable for Summary<V> {
    type Labels = ();
    type Metric = Self;
}
