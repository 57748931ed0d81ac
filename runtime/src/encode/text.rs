//! Prometheus text, version 0.0.4.
//!
//! The format knows neither info nor state sets: they are exposed as gauges, with the samples that they have in OpenMetrics.
//! Every family stands under the name that it was declared with.

use std::fmt::{Result, Write};

use metricset_model::MetricType;

use super::parts::Parts;
use crate::collect::FamilyHead;
use crate::escape;

/// Begins a family: writes what is said of it.
pub(super) fn head(parts: &mut Parts, head: &FamilyHead<'_>) -> Result {
    let out = parts.begin(head.name, "", true);
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
