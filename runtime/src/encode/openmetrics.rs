//! OpenMetrics text, version 1.0.0.
//!
//! Families stand under the name and type that [`OpenMetricsName`](crate::collect::OpenMetricsName) gives them.
//!
//! Left out, as the specification allows:
//! - `_created`: a timestamp for every series costs memory in each of them and a line in every scrape, and Prometheus only
//!   uses it behind a feature flag; resets are found by the value going down.
//! - Sum and count of a histogram with a negative bound, or with a negative sum ("Histogram": the sum would not be a
//!   counter). A bucket's count is there in any case.
//! - Sum and count of a summary with a negative sum, and quantiles with a negative value ("Summary").

use std::fmt::{Result, Write};

use metricset_model::MetricType;

use super::out::Out;
use super::samples::Samples;
use crate::Size;
use crate::collect::{Batch, FamilyHead, HistogramValue, Number, SeriesLabels, Sink, Value};
use crate::escape;

/// Writes OpenMetrics into any [`Write`](std::fmt::Write), a piece at a time.
pub struct OpenMetrics<W> {
    samples: Samples<W>,
    result: Result,
}

impl<W: Out> OpenMetrics<W> {
    /// Nothing is written yet.
    pub fn new(out: W) -> Self {
        Self {
            samples: Samples::new(out),
            result: Ok(()),
        }
    }

    /// The writer, with the complete exposition: writes its end, `# EOF`.
    ///
    /// # Errors
    /// If the writer failed; nothing was written since.
    pub fn finish(self) -> std::result::Result<W, std::fmt::Error> {
        Ok(self.end()?.0)
    }

    pub(super) fn end(mut self) -> std::result::Result<(W, Size), std::fmt::Error> {
        self.result?;
        self.samples.block().write_str("# EOF\n")?;
        self.samples.finish()
    }

    fn head(&mut self, head: &FamilyHead<'_>) -> Result {
        let name = head.openmetrics.family;
        let metric_type = head.openmetrics.metric_type;
        let suffix = match metric_type {
            Some(MetricType::Counter) => "_total",
            Some(MetricType::Info) => "_info",
            _ => "",
        };
        let is_declared = head.name.strip_suffix(suffix) == Some(name);
        self.samples.begin(name, suffix, is_declared);
        let out = self.samples.block();
        let type_name = metric_type.map_or("unknown", MetricType::as_str);
        for part in ["# TYPE ", name, " ", type_name, "\n"] {
            out.write_str(part)?;
        }
        if let Some(unit) = head.unit
            && !matches!(metric_type, Some(MetricType::Info | MetricType::StateSet))
            && name
                .strip_suffix(unit)
                .is_some_and(|stem| stem.ends_with('_'))
        {
            for part in ["# UNIT ", name, " ", unit, "\n"] {
                out.write_str(part)?;
            }
        }
        if !head.help.is_empty() {
            for part in ["# HELP ", name, " "] {
                out.write_str(part)?;
            }
            escape::quoted(out, head.help)?;
            out.write_str("\n")?;
        }
        Ok(())
    }
}

impl<W: Out> Sink for OpenMetrics<W> {
    fn family(&mut self, head: &FamilyHead<'_>) {
        if self.result.is_ok() {
            self.result = self.head(head);
        }
    }

    #[inline(always)]
    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        if self.result.is_ok() {
            self.result = match value {
                Value::Counter(value) | Value::Gauge(value) => self.samples.single(labels, value),
                Value::Info => self.samples.single(labels, Number::U64(1)),
                Value::Histogram(value) => {
                    self.samples.histogram(labels, value, sum_is_counter(value))
                }
                // "Summary": sum and count are counters, and no quantile has a negative value.
                Value::Summary(value) => {
                    let is_exposed = |value: f64| value.is_nan() || value >= 0.0;
                    self.samples
                        .summary(labels, value, value.sum >= 0.0, is_exposed)
                }
                Value::StateSet(value) => self.samples.states(labels, value),
            };
        }
    }

    fn batch(&mut self, batch: Batch<'_>) {
        if self.result.is_ok() {
            match self.samples.batch(batch, sum_is_counter) {
                Some(result) => self.result = result,
                None => batch.each(&mut |labels, value| self.series(labels, value)),
            }
        }
    }
}

fn sum_is_counter(value: HistogramValue<'_>) -> bool {
    value.bounds.iter().all(|bound| *bound >= 0.0) && value.sum >= 0.0
}
