//! Checks on a catalogue as a whole, and on how it changed.

pub(crate) mod change;
pub(crate) mod clashes;
pub(crate) mod conventions;
pub(crate) mod lints;
pub(crate) mod series;

use metricset_model::catalog::{Catalog, Family, Set};

use crate::finding::{Check, Finding};
use crate::source::Place;

pub use change::{Lock, LockError, compare};

/// What the checks on a catalogue are told.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct CatalogSettings {
    /// What every name has to start with, without the last `_`.
    pub prefix: Option<String>,
    /// The most series that the program may expose.
    pub max_series: Option<u64>,
}

/// Lints and collisions over all sets of a program.
#[must_use]
pub fn check_catalog(catalog: &Catalog, settings: &CatalogSettings) -> Vec<Finding> {
    let mut findings = Vec::new();
    lints::run(catalog, &mut findings);
    clashes::run(catalog, &mut findings);
    conventions::run(catalog, settings, &mut findings);
    series::run(catalog, settings, &mut findings);
    findings.sort_by(|a, b| (&a.place.path, a.place.line).cmp(&(&b.place.path, b.place.line)));
    findings
}

/// Adds a finding on a declaration.
fn declared<'a>(
    findings: &'a mut Vec<Finding>,
    check: &'static Check,
    family: &Family,
    message: impl Into<String>,
) -> &'a mut Finding {
    findings.push(Finding {
        check,
        message: message.into(),
        place: Place {
            path: family.file.clone(),
            line: family.line,
            column: 1,
            span: None,
            piece: family.name.clone(),
            item: format!("{} `{}`", family.metric_type, family.name),
        },
        fix: None,
    });
    let last = findings.len() - 1;
    &mut findings[last]
}

/// Where a family is declared, for a message about another one.
fn site(set: &Set, family: &Family) -> String {
    format!("{}:{} in `{}`", family.file, family.line, set.crate_name)
}
