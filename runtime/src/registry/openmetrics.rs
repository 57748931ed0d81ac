//! Under which name and type OpenMetrics knows a family.
//!
//! The rule, in the terms of the specification ("Metric Naming and Namespaces", "Counter", "Info"):
//! 1. A counter that ends in `_total` is the family without the suffix. An info that ends in `_info` likewise.
//! 2. If another family has that name, or a sample of that name, the counter or info stays under its full name, as
//!    `unknown`.
//! 3. A counter that does not end in `_total` stays under its name, as `unknown`.
//! 4. Everything else has the same name and type in both formats.

use metricset_model::MetricType;

use crate::collect::OpenMetricsName;

#[derive(Clone)]
pub(super) struct OwnedName {
    family: String,
    metric_type: Option<MetricType>,
}

impl OwnedName {
    pub(super) fn borrow(&self) -> OpenMetricsName<'_> {
        OpenMetricsName::new(&self.family, self.metric_type)
    }
}

pub(super) fn openmetrics_name(
    name: &str,
    metric_type: MetricType,
    is_taken: impl Fn(&str) -> bool,
) -> OwnedName {
    let suffix = match metric_type {
        MetricType::Counter => "_total",
        MetricType::Info => "_info",
        _ => "",
    };
    match name.strip_suffix(suffix) {
        Some(stem) if suffix.is_empty() || !is_taken(stem) => OwnedName {
            family: stem.to_owned(),
            metric_type: Some(metric_type),
        },
        _ => OwnedName {
            family: name.to_owned(),
            metric_type: None,
        },
    }
}
