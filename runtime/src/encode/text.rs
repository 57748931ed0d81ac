//! Prometheus text, version 0.0.4.
//!
//! The format knows neither info nor state sets: they are exposed as gauges, with the samples that they have in OpenMetrics.
//! Every family stands under the name that it was declared with.

use std::fmt::{Result, Write};

use metricset_model::MetricType;

use super::out::Out;
use super::samples::Samples;
use crate::Size;
use crate::collect::{Batch, FamilyHead, Number, SeriesLabels, Sink, Value};
use crate::escape;

/// Writes text 0.0.4 into any [`Write`](std::fmt::Write), a piece at a time.
pub struct Text<W> {
    samples: Samples<W>,
    result: Result,
}

impl<W: Out> Text<W> {
    /// Nothing is written yet.
    pub fn new(out: W) -> Self {
        Self {
            samples: Samples::new(out),
            result: Ok(()),
        }
    }

    /// The writer, with the complete exposition.
    ///
    /// # Errors
    /// If the writer failed; nothing was written since.
    pub fn finish(self) -> std::result::Result<W, std::fmt::Error> {
        Ok(self.end()?.0)
    }

    pub(super) fn end(self) -> std::result::Result<(W, Size), std::fmt::Error> {
        self.result?;
        self.samples.finish()
    }

    fn head(&mut self, head: &FamilyHead<'_>) -> Result {
        self.samples.begin(head.name, "", true);
        let out = self.samples.block();
        if !head.help.is_empty() {
            for part in ["# HELP ", head.name, " "] {
                out.write_str(part)?;
            }
            escape::unquoted(out, head.help)?;
            out.write_str("\n")?;
        }
        let metric_type = match head.metric_type {
            Some(MetricType::Info | MetricType::StateSet) => MetricType::Gauge.as_str(),
            Some(metric_type) => metric_type.as_str(),
            None => "untyped",
        };
        for part in ["# TYPE ", head.name, " ", metric_type, "\n"] {
            out.write_str(part)?;
        }
        Ok(())
    }
}

impl<W: Out> Sink for Text<W> {
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
                Value::Histogram(value) => self.samples.histogram(labels, value, true),
                Value::Summary(value) => self.samples.summary(labels, value, true, |_| true),
                Value::StateSet(value) => self.samples.states(labels, value),
            };
        }
    }

    fn batch(&mut self, batch: Batch<'_>) {
        if self.result.is_ok() {
            match self.samples.batch(batch, |_| true) {
                Some(result) => self.result = result,
                None => batch.each(&mut |labels, value| self.series(labels, value)),
            }
        }
    }
}
