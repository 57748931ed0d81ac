//! Expositions: a registry as text.
//!
//! [`encode`] appends a whole exposition to a string, [`encode_to`] writes it piece by piece. [`Text`] and [`OpenMetrics`]
//! are the [`Sink`]s behind both.

mod negotiate;
mod number;
mod openmetrics;
mod samples;
mod text;

pub use openmetrics::OpenMetrics;
pub use text::Text;

use std::fmt::Write;

use crate::collect::{FamilyHead, SeriesLabels, Sink, Value};
use crate::{Registry, Size};

/// An exposition format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Prometheus text, version 0.0.4.
    PrometheusText,
    /// OpenMetrics text, version 1.0.0.
    OpenMetrics,
}

impl Format {
    /// The media type, as `Content-Type` says it.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::PrometheusText => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }

    /// The format to answer a request in, from the value of its `Accept` header.
    ///
    /// The format with the highest `q` wins. Of two with the same, one that was asked for by name wins over one that a
    /// wildcard allows, then the richer one. Text 0.0.4 is the answer to everything else, a missing header included.
    ///
    /// ```
    /// use metricset::encode::Format;
    ///
    /// let prometheus = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    /// assert_eq!(Format::negotiate(Some(prometheus)), Format::OpenMetrics);
    /// assert_eq!(Format::negotiate(Some("text/html, */*;q=0.8")), Format::PrometheusText);
    /// assert_eq!(Format::negotiate(None), Format::PrometheusText);
    /// ```
    #[must_use]
    pub fn negotiate(accept: Option<&str>) -> Self {
        negotiate::negotiate(accept.unwrap_or(""))
    }
}

/// Appends the exposition of a registry to `out`, and says how much it holds.
///
/// ```
/// use metricset::Registry;
/// use metricset::encode::{Format, encode};
///
/// let mut exposition = String::new();
/// let size = encode(&Registry::new(), Format::OpenMetrics, &mut exposition);
/// assert_eq!(exposition, "# EOF\n");
/// assert_eq!(size.series, 0);
/// ```
pub fn encode(registry: &Registry, format: Format, out: &mut String) -> Size {
    let written = encode_to(registry, format, out);
    debug_assert!(written.is_ok(), "writing to a string does not fail");
    written.unwrap_or_default()
}

/// Writes the exposition of a registry to anything that takes text, and says how much it holds.
///
/// # Errors
/// If the writer fails; nothing is written to it after that.
pub fn encode_to(
    registry: &Registry,
    format: Format,
    out: impl Write,
) -> Result<Size, std::fmt::Error> {
    match format {
        Format::PrometheusText => {
            let mut encoder = Counted::new(Text::new(out));
            registry.collect(&mut encoder);
            encoder.sink.finish()?;
            Ok(encoder.size)
        }
        Format::OpenMetrics => {
            let mut encoder = Counted::new(OpenMetrics::new(out));
            registry.collect(&mut encoder);
            encoder.sink.finish()?;
            Ok(encoder.size)
        }
    }
}

/// Counts what goes to a sink.
struct Counted<S> {
    sink: S,
    size: Size,
}

impl<S> Counted<S> {
    fn new(sink: S) -> Self {
        Self {
            sink,
            size: Size::default(),
        }
    }
}

impl<S: Sink> Sink for Counted<S> {
    fn family(&mut self, head: &FamilyHead<'_>) {
        self.size.family(head);
        self.sink.family(head);
    }

    #[inline(always)]
    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        self.size.series(labels, value);
        self.sink.series(labels, value);
    }
}
