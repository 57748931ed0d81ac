//! Expositions: a registry as text.
//!
//! [`encode`] appends a whole exposition to a string, [`encode_to`] and [`write_to`] write it piece by piece. [`Encoder`] is the
//! [`Sink`](crate::collect::Sink) behind all of them.

mod block;
mod bounds;
mod encoder;
mod line;
mod negotiate;
mod number;
mod openmetrics;
mod out;
mod parts;
mod samples;
mod text;

pub use encoder::Encoder;

use std::fmt::Write;
use std::io;

use crate::{Registry, Size};
use out::{Bytes, Out};

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
    #[inline]
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
    put(registry, format, out)
}

/// Writes the exposition of a registry as bytes, and says how much it holds. Does not check that text is text, so this is the
/// fastest way.
///
/// # Errors
/// If the writer fails; nothing is written to it after that.
///
/// ```
/// use metricset::Registry;
/// use metricset::encode::{Format, write_to};
///
/// let mut exposition = Vec::new();
/// write_to(&Registry::new(), Format::OpenMetrics, &mut exposition)?;
/// assert_eq!(exposition, b"# EOF\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn write_to(registry: &Registry, format: Format, out: impl io::Write) -> io::Result<Size> {
    let mut out = Bytes::new(out);
    match put(registry, format, &mut out) {
        Ok(size) => Ok(size),
        Err(error) => out.failed().and(Err(io::Error::other(error))),
    }
}

fn put(registry: &Registry, format: Format, out: impl Out) -> Result<Size, std::fmt::Error> {
    let mut encoder = Encoder::new(format, out);
    registry.collect(&mut encoder);
    Ok(encoder.end()?.1)
}
