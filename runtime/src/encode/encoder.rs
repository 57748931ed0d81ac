//! The sink that writes expositions.

use std::fmt::{Error, Result};

use super::Format;
use super::out::Out;
use super::samples::Samples;
use crate::Size;
use crate::collect::{Batch, FamilyHead, Number, SeriesLabels, Sink, Value};

/// Writes an exposition into any [`Write`](std::fmt::Write), a piece at a time.
///
/// ```
/// use metricset::Registry;
/// use metricset::encode::{Encoder, Format};
///
/// let mut encoder = Encoder::new(Format::OpenMetrics, String::new());
/// Registry::new().collect(&mut encoder);
/// assert_eq!(encoder.finish()?, "# EOF\n");
/// # Ok::<(), std::fmt::Error>(())
/// ```
pub struct Encoder<W> {
    samples: Samples<W>,
    /// What the writer said; nothing is written to it after it failed.
    result: Result,
}

impl<W: Out> Encoder<W> {
    /// Nothing is written yet.
    pub fn new(format: Format, out: W) -> Self {
        Self {
            samples: Samples::new(format, out),
            result: Ok(()),
        }
    }

    /// The writer, with the complete exposition.
    ///
    /// # Errors
    /// If the writer failed; nothing was written since.
    pub fn finish(self) -> std::result::Result<W, Error> {
        Ok(self.end()?.0)
    }

    pub(super) fn end(self) -> std::result::Result<(W, Size), Error> {
        self.result?;
        self.samples.finish()
    }
}

impl<W: Out> Sink for Encoder<W> {
    fn family(&mut self, head: &FamilyHead<'_>) {
        if self.result.is_ok() {
            self.result = self.samples.family(head);
        }
    }

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        if self.result.is_ok() {
            self.result = match value {
                Value::Counter(value) | Value::Gauge(value) => self.samples.single(labels, value),
                Value::Info => self.samples.single(labels, Number::U64(1)),
                Value::Histogram(value) => self.samples.histogram(labels, value),
                #[cfg(feature = "summary")]
                Value::Summary(value) => self.samples.summary(labels, value),
                // Nothing makes one without the feature.
                #[cfg(not(feature = "summary"))]
                Value::Summary(_) => Ok(()),
                Value::StateSet(value) => self.samples.states(labels, value),
            };
        }
    }

    fn batch(&mut self, batch: Batch<'_>) {
        if self.result.is_ok() {
            match self.samples.batch(batch) {
                Some(result) => self.result = result,
                None => batch.each(&mut |labels, value| self.series(labels, value)),
            }
        }
    }
}
