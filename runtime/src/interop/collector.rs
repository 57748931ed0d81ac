//! A registry of ours as a collector of prometheus-client.

use std::fmt::Result;

use metricset_model::MetricType;
use metricset_model::number::canonical;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{
    DescriptorEncoder, EncodeLabel, EncodeLabelSet, LabelSetEncoder, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType as ForeignType;
use prometheus_client::registry::Unit;

use crate::Registry;
use crate::collect::{FamilyHead, Number, SeriesLabels, Sink, Value};
use crate::escape;
use crate::lanes;

/// Serves the families of this registry, but not those of registries that are mounted in it, through a registry of
/// prometheus-client, under their OpenMetrics names.
///
/// A state set becomes a gauge with the same samples, a type that prometheus-client has. A summary `x` becomes three families of
/// unknown type, `x`, `x_sum` and `x_count`, whose samples are those of the summary. Of a histogram with negative bounds
/// it writes a sum, which OpenMetrics forbids and our own encoder leaves out.
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
/// }
///
/// let ours = Registry::new();
/// let http: Http = ours.register()?;
/// http.requests_total.inc();
///
/// let mut theirs = prometheus_client::registry::Registry::default();
/// theirs.register_collector(Box::new(ours));
/// let mut exposition = String::new();
/// prometheus_client::encoding::text::encode(&mut exposition, &theirs)?;
/// assert!(exposition.contains("http_requests_total 1\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl Collector for Registry {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result {
        let families = self.families();
        let readings = self.read(&families);
        let lanes = lanes::view();
        for (head, family) in families.heads() {
            if !family.is_exposed(&readings) {
                continue;
            }
            // It writes help as it comes, line feeds included.
            let mut help = String::with_capacity(head.help.len());
            escape::unquoted(&mut help, head.help)?;
            let (stem, unit) = split_unit(&head);
            let metric_type = head.openmetrics.metric_type;
            let mut encode = |name: &str, unit: Option<&Unit>, part| {
                let mut series = SeriesEncoder {
                    metric: encoder.encode_descriptor(
                        name,
                        &help,
                        unit,
                        foreign_type(metric_type),
                    )?,
                    name: head.openmetrics.family,
                    is_unknown: metric_type.is_none(),
                    part,
                    result: Ok(()),
                };
                family.collect_series(&readings, &lanes, &mut series);
                series.result
            };
            encode(stem, unit.as_ref(), Part::Family)?;
            if metric_type == Some(MetricType::Summary) {
                let name = head.openmetrics.family;
                encode(&format!("{name}_sum"), None, Part::Sum)?;
                encode(&format!("{name}_count"), None, Part::Count)?;
            }
        }
        Ok(())
    }
}

/// The family's name as prometheus-client wants it: without the unit, which it adds.
fn split_unit<'a>(head: &FamilyHead<'a>) -> (&'a str, Option<Unit>) {
    let name = head.openmetrics.family;
    let split = |unit| Some((name.strip_suffix(unit)?.strip_suffix('_')?, unit));
    match head.unit.and_then(split) {
        Some((stem, unit)) => (stem, Some(Unit::Other(unit.to_owned()))),
        None => (name, None),
    }
}

fn foreign_type(metric_type: Option<MetricType>) -> ForeignType {
    match metric_type {
        Some(MetricType::Counter) => ForeignType::Counter,
        Some(MetricType::Histogram) => ForeignType::Histogram,
        Some(MetricType::Info) => ForeignType::Info,
        Some(MetricType::Gauge | MetricType::StateSet) => ForeignType::Gauge,
        _ => ForeignType::Unknown,
    }
}

/// What of a series a family of prometheus-client has: it knows no summaries, of which three families are made.
#[derive(Clone, Copy)]
enum Part {
    Family,
    Sum,
    Count,
}

/// Receives the series of one family.
struct SeriesEncoder<'a> {
    metric: MetricEncoder<'a>,
    name: &'a str,
    /// Whether counters and infos stand under their full name.
    is_unknown: bool,
    part: Part,
    result: Result,
}

impl SeriesEncoder<'_> {
    fn encode(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) -> Result {
        let metric = &mut self.metric;
        let labels = Labels { labels, last: None };
        match value {
            Value::Counter(value) if !self.is_unknown => {
                labels.write(metric, |metric| encode_counter(metric, value))
            }
            Value::Counter(value) | Value::Gauge(value) => {
                labels.write(metric, |metric| encode_gauge(metric, value))
            }
            Value::Info if !self.is_unknown => metric.encode_info(&labels),
            Value::Info => labels.write(metric, |metric| encode_gauge(metric, Number::U64(1))),
            Value::Histogram(value) => {
                let bounds = value.bounds.iter().copied().chain([f64::INFINITY]);
                let buckets: Vec<_> = bounds.zip(value.counts.iter().copied()).collect();
                labels.write(metric, |metric| {
                    let (sum, count) = (value.sum, value.count());
                    metric.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)
                })
            }
            Value::Summary(value) => match self.part {
                Part::Family => {
                    for (quantile, value) in value.iter() {
                        let quantile = canonical(quantile);
                        let labels = labels.with("quantile", &quantile);
                        labels.write(metric, |metric| metric.encode_gauge(&value))?;
                    }
                    Ok(())
                }
                Part::Sum => labels.write(metric, |metric| metric.encode_gauge(&value.sum)),
                Part::Count => labels.write(metric, |metric| metric.encode_gauge(&value.count)),
            },
            Value::StateSet(value) => {
                for (state, active) in value.iter() {
                    let labels = labels.with(self.name, state);
                    let value = Number::U64(active.into());
                    labels.write(metric, |metric| encode_gauge(metric, value))?;
                }
                Ok(())
            }
        }
    }
}

impl Sink for SeriesEncoder<'_> {
    fn family(&mut self, _: &FamilyHead<'_>) {}

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        if self.result.is_ok() {
            self.result = self.encode(labels, value);
        }
    }
}

fn encode_counter(metric: &mut MetricEncoder<'_>, value: Number) -> Result {
    match value {
        Number::U64(value) => metric.encode_counter::<NoLabelSet, _, f64>(&value, None),
        Number::I64(value) => metric.encode_counter::<NoLabelSet, _, f64>(&(value as f64), None),
        Number::F64(value) => metric.encode_counter::<NoLabelSet, _, f64>(&value, None),
    }
}

fn encode_gauge(metric: &mut MetricEncoder<'_>, value: Number) -> Result {
    match value {
        Number::U64(value) => metric.encode_gauge(&value),
        Number::I64(value) => metric.encode_gauge(&value),
        Number::F64(value) => metric.encode_gauge(&value),
    }
}

/// The labels of one series, and that of a state or quantile.
#[derive(Clone, Copy)]
struct Labels<'a> {
    labels: SeriesLabels<'a>,
    last: Option<(&'a str, &'a str)>,
}

impl<'a> Labels<'a> {
    fn with<'b>(self, name: &'b str, value: &'b str) -> Labels<'b>
    where
        'a: 'b,
    {
        Labels {
            labels: self.labels,
            last: Some((name, value)),
        }
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.labels.iter().chain(self.last)
    }

    /// Writes a value with these labels.
    fn write(
        &self,
        metric: &mut MetricEncoder<'_>,
        value: impl FnOnce(&mut MetricEncoder<'_>) -> Result,
    ) -> Result {
        if self.iter().next().is_none() {
            value(metric)
        } else {
            value(&mut metric.encode_family(self)?)
        }
    }
}

impl EncodeLabelSet for Labels<'_> {
    fn encode(&self, encoder: &mut LabelSetEncoder<'_>) -> Result {
        for label in self.iter() {
            label.encode(encoder.encode_label())?;
        }
        Ok(())
    }
}
