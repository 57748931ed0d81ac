//! Reads what prometheus-client writes: OpenMetrics with its liberties.
//!
//! Its only way out is text, so text is what a mounted registry is read from. Reading it back into families, instead of
//! passing it on, is what lets both formats of ours serve it, with our escaping, and what keeps a name or help that it does
//! not check from forging lines of ours.

use std::collections::HashSet;
use std::fmt::Write;

use metricset_model::MetricType;

use super::sample::{Labels, Sample, is_name, unescape};
use crate::collect::{
    FamilyHead, HistogramValue, LabelValues, Number, OpenMetricsName, SeriesLabels, Sink,
    Value as Collected,
};

/// Takes the exposition from prometheus-client.
///
/// Help, names and units arrive unescaped, each in one piece; a line that ends is the end of a piece. So a line feed inside
/// a piece belongs to a text and is escaped here.
#[derive(Default)]
pub(super) struct Capture(pub(super) String);

impl Write for Capture {
    fn write_str(&mut self, piece: &str) -> std::fmt::Result {
        let (text, end) = match piece.strip_suffix('\n') {
            Some(text) => (text, "\n"),
            None => (piece, ""),
        };
        for (at, line) in text.split('\n').enumerate() {
            self.0.push_str(if at == 0 { "" } else { r"\n" });
            self.0.push_str(line);
        }
        self.0.push_str(end);
        Ok(())
    }
}

/// One family.
#[derive(Debug)]
pub(super) struct Family {
    /// As OpenMetrics names it, without `_total` and `_info`.
    pub(super) name: String,
    /// As text 0.0.4 names it.
    full_name: String,
    /// `None` for `unknown`.
    metric_type: Option<MetricType>,
    unit: Option<String>,
    help: String,
    series: Vec<Series>,
    /// Series that no format takes: a negative counter, buckets out of order, labels that an earlier series has.
    pub(super) skipped: u64,
}

#[derive(Debug)]
struct Series {
    labels: Labels,
    value: Value,
}

#[derive(Debug)]
enum Value {
    /// 1 for an info.
    Number(Number),
    /// As in [`HistogramValue`].
    Histogram {
        bounds: Vec<f64>,
        counts: Vec<u64>,
        sum: f64,
    },
}

/// A family that breaks the format: a name that is none, a sample of another type, a line that cannot be read.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) family: String,
    pub(super) line: String,
}

impl Family {
    pub(super) fn head(&self) -> FamilyHead<'_> {
        FamilyHead::new(
            &self.full_name,
            OpenMetricsName::new(&self.name, self.metric_type),
            self.metric_type,
            &self.help,
            self.unit.as_deref(),
        )
    }

    /// Hands the family to a sink.
    pub(super) fn collect(&self, sink: &mut dyn Sink) {
        sink.family(&self.head());
        for series in &self.series {
            let value = match (&series.value, self.metric_type) {
                (
                    Value::Histogram {
                        bounds,
                        counts,
                        sum,
                    },
                    _,
                ) => Collected::Histogram(HistogramValue::new(bounds, counts, *sum)),
                (Value::Number(value), Some(MetricType::Counter)) => Collected::Counter(*value),
                (Value::Number(_), Some(MetricType::Info)) => Collected::Info,
                (Value::Number(value), _) => Collected::Gauge(*value),
            };
            sink.series(
                SeriesLabels::new(&series.labels, &[], LabelValues::Given(&[]), None),
                value,
            );
        }
    }
}

/// The families of an exposition, one after the other.
pub(super) fn families(text: &str) -> impl Iterator<Item = Result<Family, Malformed>> {
    // Each begins with its help. Whatever else begins like that has a name that is none.
    let families = text.split("\n# HELP ");
    families
        .map(|family| family.strip_prefix("# HELP ").unwrap_or(family))
        .filter(|family| !family.is_empty())
        .map(family)
}

fn family(text: &str) -> Result<Family, Malformed> {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let (name, help) = first.split_once(' ').unwrap_or((first, ""));
    let malformed = |line: &str| Malformed {
        family: name.to_owned(),
        line: line.to_owned(),
    };
    if !is_name(name) {
        return Err(malformed(first));
    }
    let mut metric_type = Err(malformed(first));
    let mut unit = None;
    let mut series = SeriesReader::default();
    for line in lines.filter(|line| !line.is_empty()) {
        let is_read = if let Some(rest) = metadata(line, "# TYPE ", name) {
            metric_type = type_of(rest).ok_or_else(|| malformed(line));
            metric_type.is_ok()
        } else if let Some(rest) = metadata(line, "# UNIT ", name) {
            unit = Some(rest.to_owned());
            true
        } else {
            match &metric_type {
                Ok(metric_type) => series.read(name, *metric_type, line).is_some(),
                Err(_) => false,
            }
        };
        if !is_read {
            return Err(malformed(line));
        }
    }
    let metric_type = metric_type?;
    let (series, skipped) = series.finish();
    Ok(Family {
        name: name.to_owned(),
        full_name: match metric_type {
            Some(MetricType::Counter) => format!("{name}_total"),
            Some(MetricType::Info) => format!("{name}_info"),
            _ => name.to_owned(),
        },
        metric_type,
        unit,
        help: unescape(help),
        series,
        skipped,
    })
}

/// What follows the family's name in a line of metadata.
fn metadata<'a>(line: &'a str, kind: &str, name: &str) -> Option<&'a str> {
    line.strip_prefix(kind)?
        .strip_prefix(name)?
        .strip_prefix(' ')
}

fn type_of(text: &str) -> Option<Option<MetricType>> {
    match text {
        "counter" => Some(Some(MetricType::Counter)),
        "gauge" => Some(Some(MetricType::Gauge)),
        "histogram" => Some(Some(MetricType::Histogram)),
        "info" => Some(Some(MetricType::Info)),
        "unknown" => Some(None),
        _ => None,
    }
}

/// Puts sample lines together to series.
#[derive(Default)]
struct SeriesReader {
    series: Vec<Series>,
    seen: HashSet<Labels>,
    skipped: u64,
    histogram: Option<HistogramReader>,
}

impl SeriesReader {
    /// `None` if the line cannot be read, or has no place in a family of this type.
    fn read(&mut self, family: &str, metric_type: Option<MetricType>, line: &str) -> Option<()> {
        let sample = Sample::parse(line)?;
        let suffix = sample.name.strip_prefix(family)?;
        match (metric_type, suffix) {
            // Left out as in our own encoder.
            (Some(MetricType::Counter | MetricType::Histogram), "_created") => {}
            (Some(MetricType::Counter), "_total") => {
                let value = sample.number()?;
                let is_counter = match value {
                    Number::I64(value) => value >= 0,
                    Number::F64(value) => value >= 0.0,
                    Number::U64(_) => true,
                };
                self.push(sample.labels, is_counter.then_some(Value::Number(value)));
            }
            (Some(MetricType::Info), "_info") => {
                self.push(sample.labels, Some(Value::Number(Number::U64(1))));
            }
            (Some(MetricType::Gauge) | None, "") => {
                let value = sample.number()?;
                self.push(sample.labels, Some(Value::Number(value)));
            }
            (Some(MetricType::Histogram), _) => self.read_histogram(sample, suffix)?,
            _ => return None,
        }
        Some(())
    }

    fn read_histogram(&mut self, mut sample: Sample<'_>, suffix: &str) -> Option<()> {
        let bound = match suffix {
            "_bucket" => {
                let le = sample.labels.iter().position(|(name, _)| name == "le")?;
                Some(sample.labels.remove(le).1.parse::<f64>().ok()?)
            }
            "_sum" | "_count" => None,
            _ => return None,
        };
        // A series begins with its sum.
        if suffix == "_sum" {
            self.finish_histogram();
            self.histogram = Some(HistogramReader {
                labels: sample.labels,
                sum: sample.value.parse().ok()?,
                buckets: Vec::new(),
            });
            return Some(());
        }
        let histogram = self.histogram.as_mut()?;
        if histogram.labels != sample.labels {
            return None;
        }
        if let Some(bound) = bound {
            histogram.buckets.push((bound, sample.value.parse().ok()?));
        }
        Some(())
    }

    fn finish_histogram(&mut self) {
        if let Some(histogram) = self.histogram.take() {
            let value = histogram.value();
            self.push(histogram.labels, value);
        }
    }

    /// Adds a series, unless it has no value that could be served.
    fn push(&mut self, labels: Labels, value: Option<Value>) {
        let mut sorted = labels.clone();
        sorted.sort_unstable();
        match value {
            Some(value) if self.seen.insert(sorted) => self.series.push(Series { labels, value }),
            _ => self.skipped += 1,
        }
    }

    fn finish(mut self) -> (Vec<Series>, u64) {
        self.finish_histogram();
        (self.series, self.skipped)
    }
}

struct HistogramReader {
    labels: Labels,
    sum: f64,
    /// Upper bounds and cumulative counts.
    buckets: Vec<(f64, u64)>,
}

impl HistogramReader {
    fn value(&self) -> Option<Value> {
        let ((last, _), finite) = self.buckets.split_last()?;
        let is_sorted = self.buckets.is_sorted_by(|a, b| a.0 < b.0 && a.1 <= b.1);
        if *last != f64::INFINITY || !is_sorted {
            return None;
        }
        let mut below = 0;
        let counts = self.buckets.iter().map(|(_, count)| {
            let count = count - below;
            below += count;
            count
        });
        Some(Value::Histogram {
            counts: counts.collect(),
            bounds: finite.iter().map(|(bound, _)| *bound).collect(),
            sum: self.sum,
        })
    }
}
