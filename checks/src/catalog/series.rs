//! How many series a program can expose, before it runs.

use metricset_model::MetricType;
use metricset_model::catalog::{Catalog, Family};

use super::{CatalogSettings, declared};
use crate::finding::{Check, Finding, Severity};

/// What a family with an open label may hold if it does not say.
const DEFAULT_MAX_SERIES: u64 = 2_000;

pub(crate) static SERIES_BUDGET: Check = Check {
    name: "series_budget",
    severity: Severity::Error,
    summary: "the program can expose more series than `--max-series` allows",
    explanation: "Closed labels give the product of their values, an open one the family's `max_series`; a histogram serves a line for each \
bound and three more.\n\nFound: 12,000 series under `--max-series 10000`\nAccepted: fewer labels, a lower `max_series`, or a \
higher budget\n",
};

/// The most series, as Prometheus counts them, that a family can expose; `None` if it has no limit.
#[must_use]
pub fn most_series(family: &Family) -> Option<u64> {
    let label_sets = match family.metric_type {
        // Its labels are its value, whatever they are.
        MetricType::Info => 1,
        _ => family
            .closed_series()
            .or(family.max_series)
            .unwrap_or(DEFAULT_MAX_SERIES),
    };
    // `usize::MAX` of the program, which may have 32 bits.
    (label_sets < u64::from(u32::MAX))
        .then(|| label_sets.saturating_mul(family.samples_per_series()))
}

/// The most series that a program can expose, families without a limit left out.
#[must_use]
pub fn most_series_of_all(catalog: &Catalog) -> u64 {
    catalog
        .families()
        .filter_map(|(_, family)| most_series(family))
        .fold(0, u64::saturating_add)
}

pub(super) fn run(catalog: &Catalog, settings: &CatalogSettings, findings: &mut Vec<Finding>) {
    let Some(budget) = settings.max_series else {
        return;
    };
    let total = most_series_of_all(catalog);
    let largest = catalog
        .families()
        .max_by_key(|(_, family)| most_series(family));
    if let Some((_, largest)) = largest.filter(|_| total > budget) {
        let message = format!("the program can expose {total} series, and the budget is {budget}");
        declared(findings, &SERIES_BUDGET, largest, message).advise(format!(
            "the largest family is `{}` with {}: drop a label, or lower its `max_series`",
            largest.name,
            most_series(largest).unwrap_or(0)
        ));
    }
}
