//! How many series a program can expose, before it runs.

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

/// The most series, as Prometheus counts them, that a family can expose.
#[must_use]
pub fn most_series(family: &Family) -> u64 {
    let label_sets = family
        .closed_series()
        .or(family.max_series)
        .unwrap_or(DEFAULT_MAX_SERIES);
    label_sets.saturating_mul(family.samples_per_series())
}

pub(super) fn run(catalog: &Catalog, settings: &CatalogSettings, findings: &mut Vec<Finding>) {
    let Some(budget) = settings.max_series else {
        return;
    };
    let total = catalog.families().fold(0_u64, |total, (_, family)| {
        total.saturating_add(most_series(family))
    });
    let largest = catalog
        .families()
        .max_by_key(|(_, family)| most_series(family));
    if let Some((_, largest)) = largest.filter(|_| total > budget) {
        let message = format!("the program can expose {total} series, and the budget is {budget}");
        declared(findings, &SERIES_BUDGET, largest, message).advise(format!(
            "the largest family is `{}` with {}: drop a label, or lower its `max_series`",
            largest.name,
            most_series(largest)
        ));
    }
}
