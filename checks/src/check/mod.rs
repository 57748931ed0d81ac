//! The checks on expressions: one small function each, with its name, its explanation and its severity beside it.

mod absence;
mod alerts;
mod counters;
mod labels;
mod matching;
mod names;
mod quantiles;
mod recording;
mod thresholds;
mod titles;
mod windows;

pub(crate) use labels::UNKNOWN_LABEL;

use crate::finding::{Check, Severity};
use crate::query::{Query, Report};

pub(crate) type Run = fn(&Query<'_>, &mut Report<'_>);

/// Every check on expressions with the function that runs it. A function may serve several checks.
pub(crate) const EXPRESSION: &[(&[&Check], Run)] = &[
    names::GROUP,
    labels::GROUP,
    counters::GROUP,
    quantiles::GROUP,
    thresholds::GROUP,
    matching::GROUP,
    windows::GROUP,
    absence::GROUP,
    alerts::GROUP,
    titles::GROUP,
    recording::GROUP,
];

/// Those of them that are about what is selected, whatever is made of it.
pub(crate) const SELECTION: &[(&[&Check], Run)] = &[names::GROUP, labels::GROUP];

pub(crate) static SYNTAX: Check = Check {
    name: "syntax",
    severity: Severity::Error,
    summary: "the expression is not PromQL",
    explanation: "Prometheus refuses the whole file if one expression does not parse, or if a function gets an argument of \
the wrong kind.\n\nFound: `rate(requests_total)` (an instant vector where a range is needed)\nAccepted: \
`rate(requests_total[5m])`\n",
};

pub(crate) static UNKNOWN_CHECK: Check = Check {
    name: "unknown_check",
    severity: Severity::Error,
    summary: "an `allow` comment names a check that does not exist",
    explanation: "A misspelt name in `# metricset: allow(...)` would silence nothing.\n\nFound: `# metricset: allow(unknwon_metric)`\n\
Accepted: `# metricset: allow(unknown_metric)`\n",
};
