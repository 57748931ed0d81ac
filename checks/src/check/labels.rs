//! Labels and their values, in selectors and in clauses.

use std::ops::Range;

use promql_parser::label::MatchOp;

use crate::finding::{Check, Severity};
use crate::grafana::ANYTHING;
use crate::nearest::nearest;
use crate::promql::alternatives;
use crate::promql::shape::Labels;
use crate::promql::tree::{Kind, Matcher, Selector};
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[&UNKNOWN_LABEL, &UNKNOWN_LABEL_VALUE, &UNKNOWN_GROUP_LABEL],
    run,
);

pub(crate) static UNKNOWN_LABEL: Check = Check {
    name: "unknown_label",
    severity: Severity::Error,
    summary: "the metric has no such label",
    explanation: "A matcher on a label that no series has selects nothing, or everything. The labels are those of the declaration, and \
those that the scrape adds: `job`, `instance`, and what `--label` names.\n\nFound: `requests_total{code=\"500\"}` where the label \
is `status`\nAccepted: `requests_total{status=\"500\"}`\n",
};

static UNKNOWN_LABEL_VALUE: Check = Check {
    name: "unknown_label_value",
    severity: Severity::Error,
    summary: "the label never has such a value",
    explanation: "The label is closed: the program knows all its values. A matcher that accepts none of them selects nothing, and one that \
accepts all of them filters nothing.\n\nFound: `connections_total{transport=\"tcp\"}` where `transport` is `quic`, `h2` or \
`ws`\nAccepted: `connections_total{transport=~\"quic|h2\"}`\n",
};

static UNKNOWN_GROUP_LABEL: Check = Check {
    name: "unknown_group_label",
    severity: Severity::Error,
    summary: "a clause names a label that the series do not have",
    explanation: "Grouping `by` a label that does not exist puts everything into one group, `without` one changes nothing, and matching `on` \
one matches series that should not match.\n\nFound: `sum by (endpoint) (rate(requests_total[5m]))` without a label \
`endpoint`\nAccepted: `sum by (method) (rate(requests_total[5m]))`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    query.root.walk(&mut |node, _| match &node.kind {
        Kind::Selector(selector) => matchers(query, selector, report),
        Kind::Aggregate {
            grouping: Some(grouping),
            arg,
            ..
        } => {
            let clause = if grouping.by { "by" } else { "without" };
            clause_labels(
                query,
                report,
                clause,
                &grouping.labels,
                &[&arg.shape.labels],
            );
        }
        Kind::Binary {
            lhs, rhs, matching, ..
        } => {
            let sides = [&lhs.shape.labels, &rhs.shape.labels];
            for (clause, labels) in [("on", &matching.on), ("ignoring", &matching.ignoring)] {
                let labels = labels.as_deref().unwrap_or_default();
                clause_labels(query, report, clause, labels, &sides);
            }
            let (clause, one) = if matching.group_right {
                ("group_right", sides[0])
            } else {
                ("group_left", sides[1])
            };
            clause_labels(query, report, clause, &matching.copied, &[one]);
        }
        _ => {}
    });
}

fn matchers(query: &Query<'_>, selector: &Selector, report: &mut Report<'_>) {
    let Some((known, part)) =
        selector
            .name
            .as_deref()
            .and_then(|name| match query.index.resolve(name) {
                crate::index::Resolved::Sample(known, part) => Some((known, part)),
                _ => None,
            })
    else {
        return;
    };
    let labels = query.index.shape(known, part).labels;
    for matcher in &selector.matchers {
        if matcher.label == "__name__" || matcher.label.contains(ANYTHING) {
            continue;
        }
        match labels.known.get(&matcher.label) {
            None => unknown(query, selector, matcher, &labels, report),
            Some(label) => {
                if let Some(values) = &label.values {
                    value(query, matcher, values, report);
                }
            }
        }
    }
}

fn unknown(
    query: &Query<'_>,
    selector: &Selector,
    matcher: &Matcher,
    labels: &Labels,
    report: &mut Report<'_>,
) {
    let metric = selector.name.as_deref().unwrap_or_default();
    let label = &matcher.label;
    let message = format!("`{metric}` has no label `{label}`");
    let finding = report.on(&UNKNOWN_LABEL, query, &matcher.label_span, message);
    suggest(finding, label, labels);
}

fn suggest(finding: &mut crate::Finding, label: &str, labels: &Labels) {
    match nearest(label, labels.known.keys().map(String::as_str)) {
        Some(near) => finding.replace(format!("the nearest label is `{near}`"), near),
        None => {
            let own: Vec<_> = labels
                .known
                .iter()
                .filter(|(_, label)| !label.target)
                .map(|(name, _)| format!("`{name}`"))
                .collect();
            finding.advise(if own.is_empty() {
                "it has no labels of its own; name labels that the scrape adds with `--label`"
                    .to_owned()
            } else {
                format!("its labels are {}", own.join(", "))
            });
        }
    }
}

fn value(query: &Query<'_>, matcher: &Matcher, values: &[String], report: &mut Report<'_>) {
    if let MatchOp::Re(_) | MatchOp::NotRe(_) = matcher.op
        && let Some(alternatives) = alternatives(&matcher.value)
        && alternatives.len() > 1
    {
        let wrong: Vec<_> = alternatives
            .iter()
            .filter(|value| !value.is_empty() && !values.contains(value))
            .collect();
        // All of them at once is the case below.
        if !wrong.is_empty() && wrong.len() < alternatives.len() {
            let quoted: Vec<_> = wrong.iter().map(|value| format!("`{value}`")).collect();
            let message = format!("`{}` is never {}", matcher.label, quoted.join(" or "));
            report
                .on(
                    &UNKNOWN_LABEL_VALUE,
                    query,
                    &inside(&matcher.value_span),
                    message,
                )
                .advise(all_of(values));
            return;
        }
    }
    let accepted = values.iter().filter(|value| matcher.accepts(value)).count();
    let negative = matches!(matcher.op, MatchOp::NotEqual | MatchOp::NotRe(_));
    let (label, value) = (&matcher.label, &matcher.value);
    // `label=""` and `label!=""` ask whether the label is there at all.
    if value.is_empty()
        || value.contains(ANYTHING)
        || (accepted > 0 && !(negative && accepted == values.len()))
    {
        return;
    }
    let message = match (accepted, negative) {
        (0, true) => format!("`{label}` has no value besides those that `{value}` excludes"),
        (0, false) => format!("`{label}` is never `{value}`"),
        _ => format!("`{label}` is never `{value}`, so this excludes nothing"),
    };
    let near = nearest(value, values.iter().map(String::as_str)).filter(|_| !matcher.is_regex());
    let all = all_of(values);
    let finding = report.on(
        &UNKNOWN_LABEL_VALUE,
        query,
        &inside(&matcher.value_span),
        message,
    );
    match near {
        // What has to be escaped depends on the quotes.
        Some(near) if !near.contains(['"', '\'', '`', '\\', '\n']) => finding.replace(all, near),
        _ => finding.advise(all),
    }
}

/// What stands between the quotes.
fn inside(string: &Range<usize>) -> Range<usize> {
    string.start + 1..string.end.saturating_sub(1).max(string.start + 1)
}

fn all_of(values: &[String]) -> String {
    let quoted: Vec<_> = values
        .iter()
        .take(12)
        .map(|value| format!("`{value}`"))
        .collect();
    let more = if values.len() > 12 { ", …" } else { "" };
    format!("its values are {}{more}", quoted.join(", "))
}

fn clause_labels(
    query: &Query<'_>,
    report: &mut Report<'_>,
    clause: &str,
    labels: &[(String, Range<usize>)],
    sides: &[&Labels],
) {
    for (label, span) in labels {
        if label.contains(ANYTHING) || sides.iter().any(|side| side.may_have(label)) {
            continue;
        }
        let message = format!("`{clause}` names the label `{label}`, which the series do not have");
        let all = sides
            .iter()
            .fold(Labels::default(), |all, side| all.either(side));
        let finding = report.on(&UNKNOWN_GROUP_LABEL, query, span, message);
        suggest(finding, label, &all);
    }
}
