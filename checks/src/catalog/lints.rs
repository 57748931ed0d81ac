//! The lints of declarations, on declarations that were compiled elsewhere or long ago.

use metricset_model::catalog::{Catalog, Family, Set};
use metricset_model::{
    FamilyDescriptor, LabelDescriptor, Lint, LintSet, Location, Message, advice,
};

use super::declared;
use crate::finding::{Check, Finding, Severity};

/// One check for each lint, in the order of [`Lint::ALL`].
pub(crate) static CHECKS: [Check; Lint::ALL.len()] = [
    lint(
        Lint::CounterWithoutTotal,
        "a counter whose name does not end in `_total`",
        "OpenMetrics requires the suffix, and without it the family is served as `unknown` there.\n\nFound: counter \
`requests`\nAccepted: counter `requests_total`\n",
    ),
    lint(
        Lint::TotalOnNonCounter,
        "a name that ends in `_total` on something that is not a counter",
        "The suffix invites `rate()`, which is wrong on a gauge.\n\nFound: gauge `routes_total`\nAccepted: gauge `routes`\n",
    ),
    lint(
        Lint::ReservedSuffix,
        "a name that ends as a sample of another type does",
        "`_bucket`, `_count`, `_sum`, `_created` and `_info` are made by the exposition.\n\nFound: counter \
`restart_count_total`\nAccepted: counter `restarts_total`\n",
    ),
    lint(
        Lint::NonBaseUnit,
        "a unit that is not a base unit, or abbreviated",
        "Base units need no conversion between metrics.\n\nFound: gauge `expiry_days`\nAccepted: gauge `expiry_seconds`\n",
    ),
    lint(
        Lint::UnitMismatch,
        "a unit that the name does not end in",
        "OpenMetrics requires the unit to be the end of the name.\n\nFound: `size` in bytes\nAccepted: `size_bytes` in bytes\n",
    ),
    lint(
        Lint::TypeInName,
        "the metric's type as the last word of its name",
        "The type stands in `# TYPE`.\n\nFound: `requests_counter`\nAccepted: `requests_total`\n",
    ),
    lint(
        Lint::PrefixRepeated,
        "the set's prefix again at the start of the name",
        "The name is exposed behind its prefix.\n\nFound: `db_queries_total` in a set with the prefix `db`\nAccepted: \
`queries_total`\n",
    ),
    lint(
        Lint::MissingHelp,
        "a family without help",
        "The reader of a dashboard has nothing else.\n\nFound: a field without a doc comment\nAccepted: `/// Requests \
answered.`\n",
    ),
    lint(
        Lint::LargeLabelSet,
        "a family with very many combinations of closed label values",
        "Every combination is a series that is stored and scraped.\n\nFound: five labels of six values\nAccepted: the labels that \
somebody queries by\n",
    ),
];

const fn lint(lint: Lint, summary: &'static str, explanation: &'static str) -> Check {
    Check {
        name: lint.name(),
        severity: Severity::Warning,
        summary,
        explanation,
    }
}

pub(super) fn run(catalog: &Catalog, findings: &mut Vec<Finding>) {
    for (set, family) in catalog.families() {
        let prefix = set.prefix.as_str();
        let descriptor = descriptor(set, family);
        let broken = Lint::broken(prefix, &descriptor);
        for (lint, check) in Lint::ALL.iter().zip(&CHECKS) {
            if !broken.contains(*lint) {
                continue;
            }
            let start = Message::new()
                .push(family.metric_type.as_str())
                .push(" `")
                .push(&family.name)
                .push("` ");
            let message = lint.problem(start, prefix, &descriptor);
            let one = LintSet::EMPTY.with(*lint);
            let remedy = advice::remedies(Message::new(), prefix, &descriptor, one);
            declared(findings, check, family, message.as_str())
                .advise(format!("{remedy}, or add `allow({lint})` to the field"));
        }
    }
}

/// The declaration as the lints know it. They are made for constants, so what was read stays in memory: once for each family of a
/// catalogue, which a process reads once.
fn descriptor(set: &Set, family: &Family) -> FamilyDescriptor {
    let labels: Vec<LabelDescriptor> = family
        .labels
        .iter()
        .map(|label| {
            let values = label.values.as_ref().map(|values| {
                let values: Vec<&'static str> = values.iter().map(|value| leak(value)).collect();
                &*values.leak()
            });
            // A label that may be missing from the list is as good as an open one.
            LabelDescriptor::new(leak(&label.name), values.filter(|_| family.labels_complete))
        })
        .collect();
    let location = Location {
        file: "",
        line: family.line,
    };
    let allowed = family
        .allowed
        .iter()
        .filter_map(|name| Lint::parse(name))
        .fold(LintSet::EMPTY, LintSet::with);
    let mut descriptor = FamilyDescriptor::new(
        leak(&family.name),
        leak(set.local_name(&family.name)),
        family.metric_type,
        labels.leak(),
        leak(&family.help),
        location,
    );
    descriptor.unit = family.unit.or(descriptor.unit);
    descriptor.allowed = allowed;
    descriptor
}

fn leak(text: &str) -> &'static str {
    text.to_owned().leak()
}
