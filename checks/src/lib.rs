//! Alert rules, dashboards and changes, held against a catalogue of metrics.
//!
//! Here live the PromQL checks, the lints of a whole catalogue and the comparison of two catalogues. It is the engine of
//! `cargo metricset` and of assertions in tests. What deliberately does not live here: reading binaries, the network, and how
//! findings are shown.

mod allow;
mod catalog;
mod check;
mod dashboards;
mod data_source;
mod document;
mod finding;
mod grafana;
mod index;
mod nearest;
mod promql;
mod query;
mod rules;
pub mod scrape;
mod source;
mod template;
mod variable_query;

pub use catalog::series::{most_series, most_series_of_all};
pub use catalog::{CatalogSettings, Lock, LockError, check_catalog, compare};
pub use dashboards::check_dashboards;
pub use document::DocumentError;
pub use finding::{Check, Finding, Fix, Severity};
pub use index::{Index, Settings, glob};
pub use rules::{check_rule_file, check_rules, record_rules};
pub use source::{Place, Source};

/// All checks, by name.
pub fn checks() -> impl Iterator<Item = &'static Check> {
    check::EXPRESSION
        .iter()
        .flat_map(|(checks, _)| checks.iter().copied())
        .chain([
            &check::SYNTAX,
            &check::UNKNOWN_CHECK,
            &dashboards::UNUSED_VARIABLE,
            &dashboards::UNDEFINED_VARIABLE,
            &catalog::clashes::DUPLICATE_FAMILY,
            &catalog::clashes::SAMPLE_CLASH,
            &catalog::clashes::OPENMETRICS_CLASH,
            &catalog::conventions::WORD_REPEATED,
            &catalog::conventions::LABEL_NAME_INCONSISTENT,
            &catalog::conventions::HELP_LABELS,
            &catalog::conventions::ELAPSED_COUNTER,
            &catalog::conventions::OUTSIDE_PREFIX,
            &catalog::series::SERIES_BUDGET,
            &catalog::change::BREAKING_CHANGE,
            &catalog::change::COMPATIBLE_CHANGE,
            &catalog::change::HELP_CHANGE,
        ])
        .chain(scrape::ALL.iter().copied())
        .chain(&catalog::lints::CHECKS)
}
