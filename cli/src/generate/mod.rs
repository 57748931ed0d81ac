//! `generate`: alert rules and a dashboard to start from.
//!
//! What they say follows from the types: a counter with a label for the outcome has an error ratio, a histogram of seconds has
//! a latency, two gauges of which one limits the other have a saturation.

mod dashboard;
mod rules;

use metricset_model::catalog::{Catalog, Family, Label};

pub(crate) use dashboard::dashboard;
pub(crate) use rules::rules;

/// Makes a document out of a catalogue, for a program that is scraped under a job.
pub(crate) type Make = fn(&Catalog, &str) -> anyhow::Result<String>;

/// Labels that say how something ended.
const OUTCOMES: &[&str] = &["outcome", "result", "status", "code"];
/// Values that say that it ended badly.
const FAILURES: &[&str] = &[
    "error",
    "errors",
    "failed",
    "failure",
    "fail",
    "timeout",
    "panic",
    "rejected",
    "auth_failed",
    "cancelled",
];

/// The label and its values that mean failure, if the family counts outcomes.
fn failures(family: &Family) -> Option<(&Label, Vec<&str>)> {
    family
        .labels
        .iter()
        .filter(|label| OUTCOMES.contains(&label.name.as_str()))
        .find_map(|label| {
            let values: Vec<&str> = label
                .values
                .iter()
                .flatten()
                .map(String::as_str)
                .filter(|value| {
                    let server_error = value.len() == 3 && value.starts_with('5');
                    FAILURES.contains(value) || server_error
                })
                .collect();
            (!values.is_empty()).then_some((label, values))
        })
}

/// `db_queries_total` as `DbQueriesTotal`.
fn camel(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
                .unwrap_or_default()
        })
        .collect()
}

/// `db_queries_total` as `Db queries`, for a title.
fn words(name: &str) -> String {
    let name = name
        .strip_suffix("_total")
        .unwrap_or(name)
        .replace('_', " ");
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}
