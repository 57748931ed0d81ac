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

use super::parts::Parts;
use crate::collect::{FamilyHead, HistogramValue};
use crate::escape;

/// What an exposition ends with.
pub(super) const END: &[u8] = b"# EOF\n";

/// Begins a family: writes what is said of it.
pub(super) fn head(parts: &mut Parts, head: &FamilyHead<'_>) -> Result {
    let name = head.openmetrics.family;
    let metric_type = head.openmetrics.metric_type;
    let suffix = match metric_type {
        Some(MetricType::Counter) => "_total",
        Some(MetricType::Info) => "_info",
        _ => "",
    };
    let is_declared = head.name.strip_suffix(suffix) == Some(name);
    let out = parts.begin(name, suffix, is_declared);
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

/// Whether sum and count of a histogram are exposed.
pub(super) fn has_sum(value: HistogramValue<'_>) -> bool {
    value.bounds.iter().all(|bound| *bound >= 0.0) && is_counter(value.sum)
}

/// Whether a sum may be called one.
pub(super) fn is_counter(sum: f64) -> bool {
    sum >= 0.0
}

/// Whether a summary may have this value at a quantile.
#[cfg(feature = "summary")]
pub(super) fn is_quantile(value: f64) -> bool {
    value.is_nan() || value >= 0.0
}
