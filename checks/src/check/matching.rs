//! Which series of two vectors meet.

use std::collections::BTreeSet;

use crate::finding::{Check, Severity};
use crate::grafana::ANYTHING;
use crate::promql::COMPARISONS;
use crate::promql::tree::{Kind, Matching, Node, aggregates};
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[&MATCHING_LABELS_DIFFER, &RATIO_OF_SELF, &UNMATCHED_SERIES],
    run,
);

static MATCHING_LABELS_DIFFER: Check = Check {
    name: "matching_labels_differ",
    severity: Severity::Error,
    summary: "the two sides have no labels in common that could match",
    explanation: "Series of two vectors meet where all labels that matching uses are equal. If one side has a label that the other never \
has, or their values never coincide, the result is empty.\n\nFound: `rate(errors_total[5m]) / rate(requests_total[5m])` where only \
`errors_total` has `reason`\nAccepted: `sum without (reason) (rate(errors_total[5m])) / rate(requests_total[5m])`\n",
};

static RATIO_OF_SELF: Check = Check {
    name: "ratio_of_self",
    severity: Severity::Error,
    summary: "each series is divided by itself",
    explanation: "Series meet where all labels are equal. A selection divided by a wider selection of the same metric therefore divides \
each selected series by itself, and the result is 1.\n\nFound: `rate(requests_total{status=~\"5..\"}[5m]) / \
rate(requests_total[5m])`\nAccepted: `sum(rate(requests_total{status=~\"5..\"}[5m])) / sum(rate(requests_total[5m]))`\n",
};

static UNMATCHED_SERIES: Check = Check {
    name: "unmatched_series",
    severity: Severity::Note,
    summary: "series of two metrics that appear independently are combined one by one",
    explanation: "A series of an open label exists once it was touched. Where one side has it and the other does not yet, the result has \
nothing, although one of them counts.\n\nFound: `rate(hits_total[5m]) + rate(misses_total[5m])` by an open label\nAccepted: \
`sum(rate(hits_total[5m])) + sum(rate(misses_total[5m]))`\n",
};

const ARITHMETIC: &[&str] = &["+", "-", "*", "/"];

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    query.root.walk(&mut |node, _| {
        let Kind::Binary {
            op,
            lhs,
            rhs,
            matching,
            ..
        } = &node.kind
        else {
            return;
        };
        if op == "or" || lhs.shape.is_scalar() || rhs.shape.is_scalar() {
            return;
        }
        if let Some(message) = mismatch(lhs, rhs, matching) {
            report
                .on(&MATCHING_LABELS_DIFFER, query, &node.span, message)
                .advise("aggregate the label away, or match `on` the labels that both sides have");
        } else if op == "/" && is_ratio_of_self(lhs, rhs, matching) {
            let sum = |side: &Node| format!("sum({})", query.raw(side));
            let message = "each series is divided by itself, so the result is always 1";
            report
                .on(&RATIO_OF_SELF, query, &node.span, message)
                .replace(
                    "aggregate both sides",
                    format!("{} / {}", sum(lhs), sum(rhs)),
                );
        } else if !matching.group_left
            && !matching.group_right
            && (ARITHMETIC.contains(&op.as_str()) || COMPARISONS.contains(&op.as_str()))
        {
            unmatched(query, node, lhs, rhs, report);
        }
    });
}

fn is_ratio_of_self(lhs: &Node, rhs: &Node, matching: &Matching) -> bool {
    if matching.group_left || matching.group_right || !same_but_matchers(lhs, rhs) {
        return false;
    }
    let (left, right) = (lhs.selectors(), rhs.selectors());
    // What differs is in labels that both results keep and that matching uses: then equal labels mean the same series.
    left.iter().zip(&right).all(|((_, a), (_, b))| {
        let differing =
            a.matchers
                .iter()
                .filter(|matcher| !b.matchers.iter().any(|other| same_matcher(matcher, other)))
                .chain(b.matchers.iter().filter(|matcher| {
                    !a.matchers.iter().any(|other| same_matcher(matcher, other))
                }));
        differing.into_iter().all(|matcher| {
            matching.uses(&matcher.label)
                && lhs.shape.labels.may_have(&matcher.label)
                && (rhs.shape.labels.may_have(&matcher.label) || !aggregates(rhs))
        })
    })
}

fn same_matcher(a: &crate::promql::tree::Matcher, b: &crate::promql::tree::Matcher) -> bool {
    a.label == b.label && a.op == b.op && a.value == b.value
}

/// Whether two expressions are the same but for the matchers of their selectors.
fn same_but_matchers(a: &Node, b: &Node) -> bool {
    match (&a.bare().kind, &b.bare().kind) {
        (Kind::Selector(a), Kind::Selector(b)) => {
            a.name.is_some()
                && a.name == b.name
                && a.range.as_ref().map(|range| range.0) == b.range.as_ref().map(|range| range.0)
                && a.shift == b.shift
        }
        (Kind::Number(a), Kind::Number(b)) => a == b,
        (Kind::Text(a), Kind::Text(b)) => a == b,
        (
            Kind::Call { name: a, args },
            Kind::Call {
                name: b,
                args: others,
            },
        ) => a == b && args.len() == others.len() && pairwise(args, others),
        (
            Kind::Aggregate {
                op: a,
                grouping,
                param,
                arg,
            },
            Kind::Aggregate {
                op: b,
                grouping: other_grouping,
                param: other_param,
                arg: other_arg,
            },
        ) => {
            let names = |grouping: &Option<crate::promql::tree::Grouping>| {
                grouping.as_ref().map(|grouping| {
                    let labels: BTreeSet<_> = grouping
                        .labels
                        .iter()
                        .map(|(name, _)| name.clone())
                        .collect();
                    (grouping.by, labels)
                })
            };
            let same_param = match (param, other_param) {
                (Some(param), Some(other)) => same_but_matchers(param, other),
                (None, None) => true,
                _ => false,
            };
            a == b
                && same_param
                && names(grouping) == names(other_grouping)
                && same_but_matchers(arg, other_arg)
        }
        _ => false,
    }
}

fn pairwise(a: &[Node], b: &[Node]) -> bool {
    a.iter().zip(b).all(|(a, b)| same_but_matchers(a, b))
}

/// Why the two sides can never match.
fn mismatch(lhs: &Node, rhs: &Node, matching: &Matching) -> Option<String> {
    let (left, right) = (&lhs.shape.labels, &rhs.shape.labels);
    if left.open || right.open {
        return None;
    }
    let names: BTreeSet<&String> = left.known.keys().chain(right.known.keys()).collect();
    for name in names.into_iter().filter(|name| matching.uses(name)) {
        match (left.known.get(name), right.known.get(name)) {
            (Some(label), None) | (None, Some(label)) if label.sometimes => {}
            (Some(_), None) => {
                return Some(format!(
                    "only the left side has the label `{name}`, so nothing ever matches"
                ));
            }
            (None, Some(_)) => {
                return Some(format!(
                    "only the right side has the label `{name}`, so nothing ever matches"
                ));
            }
            (Some(a), Some(b)) => {
                if let (Some(a), Some(b)) = (&a.values, &b.values)
                    && !a.iter().any(|value| b.contains(value))
                    && !a.iter().chain(b).any(|value| value.contains(ANYTHING))
                {
                    return Some(format!(
                        "no value of `{name}` is on both sides, so nothing ever matches"
                    ));
                }
            }
            (None, None) => {}
        }
    }
    None
}

fn unmatched(query: &Query<'_>, node: &Node, lhs: &Node, rhs: &Node, report: &mut Report<'_>) {
    if aggregates(lhs) || aggregates(rhs) {
        return;
    }
    let metric = |side: &Node| {
        let mut names: Vec<_> = side
            .selectors()
            .iter()
            .filter_map(|(_, selector)| selector.name.clone())
            .collect();
        names.dedup();
        (names.len() == 1).then(|| names.remove(0))
    };
    let (Some(left), Some(right)) = (metric(lhs), metric(rhs)) else {
        return;
    };
    let family = |name: &str| match query.index.resolve(name) {
        crate::index::Resolved::Sample(known, _) => Some(&known.family),
        _ => None,
    };
    let (Some(left), Some(right)) = (family(&left), family(&right)) else {
        return;
    };
    let independent = |family: &metricset_model::catalog::Family| {
        family.sparse || family.closed_series().is_none()
    };
    if left.name == right.name || !(independent(left) || independent(right)) {
        return;
    }
    let message = format!(
        "`{}` and `{}` are combined series by series, and where only one of them has a series there is no result",
        left.name, right.name
    );
    report
        .on(&UNMATCHED_SERIES, query, &node.span, message)
        .advise("aggregate both sides first");
}
