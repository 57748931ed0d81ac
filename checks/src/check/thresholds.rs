//! Comparisons that the types and the buckets already decide.

use crate::finding::{Check, Severity};
use crate::promql::COMPARISONS;
use crate::promql::interval::Interval;
use crate::promql::shape::Nature;
use crate::promql::tree::{Kind, Node};
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[
        &THRESHOLD_UNREACHABLE,
        &THRESHOLD_WITHOUT_BUCKETS,
        &CONSTANT_COMPARISON,
    ],
    run,
);

static THRESHOLD_UNREACHABLE: Check = Check {
    name: "threshold_unreachable",
    severity: Severity::Error,
    summary: "a threshold on a quantile beyond what the buckets can give",
    explanation: "`histogram_quantile` interpolates inside a bucket. It never gives more than the highest finite bound, and never less than \
the quantile times the lowest. A threshold outside is never or always reached.\n\nFound: `histogram_quantile(0.99, \
rate(latency_seconds_bucket[5m])) > 5` with buckets up to 1\nAccepted: the same with a bucket above 5, or `> 0.5`\n",
};

static THRESHOLD_WITHOUT_BUCKETS: Check = Check {
    name: "threshold_without_buckets",
    severity: Severity::Warning,
    summary: "a threshold on a quantile of a histogram whose buckets are not known",
    explanation: "`histogram_quantile` never gives more than the highest finite bound. The catalogue does not say what that is, so nobody \
can tell whether the alert can fire.\n\nFound: `histogram_quantile(0.99, rate(latency_seconds_bucket[5m])) > 5` of a histogram \
without bounds in the catalogue\nAccepted: the same once the catalogue has the bounds\n",
};

static CONSTANT_COMPARISON: Check = Check {
    name: "constant_comparison",
    severity: Severity::Error,
    summary: "a comparison that is always or never true",
    explanation: "The type of a metric limits its values: counters, rates and counts are not negative, `up` and the states of a state set are 0 \
or 1.\n\nFound: `rate(requests_total[5m]) < 0`\nAccepted: `rate(requests_total[5m]) == 0`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    query.root.walk(&mut |node, _| {
        if let Kind::Binary { op, lhs, rhs, .. } = &node.kind
            && COMPARISONS.contains(&op.as_str())
            && !(lhs.shape.is_scalar() && rhs.shape.is_scalar())
        {
            compare(query, node, op, lhs, rhs, report);
        }
    });
}

fn compare(
    query: &Query<'_>,
    node: &Node,
    op: &str,
    lhs: &Node,
    rhs: &Node,
    report: &mut Report<'_>,
) {
    let quantile = [lhs, rhs]
        .into_iter()
        .find_map(|side| match &side.shape.nature {
            Nature::Quantile(family) => Some((side, family)),
            _ => None,
        });
    let decided = lhs.shape.values.compared(op, rhs.shape.values);
    let outcome = |always| if always { "always" } else { "never" };
    match (quantile, decided) {
        (Some((side, family)), Some(always)) => {
            let Interval { low, high } = side.shape.values;
            let message = format!(
                "this is {} true: with the buckets of `{family}` the value lies between {} and {}",
                outcome(always),
                short(low),
                short(high)
            );
            let advice = if always == (op == "<" || op == "<=") {
                format!("add a bucket above the threshold to `{family}`, or lower the threshold")
            } else {
                format!(
                    "add a bucket around the threshold to `{family}`, or move the threshold inside"
                )
            };
            report
                .on(&THRESHOLD_UNREACHABLE, query, &node.span, message)
                .advise(advice);
        }
        (Some((_, family)), None) => {
            let unknown = query
                .index
                .known(family)
                .is_some_and(|known| known.family.buckets.is_none());
            if unknown {
                let message = format!(
                    "whether this can be true depends on the buckets of `{family}`, which the catalogue does not give"
                );
                report
                    .on(&THRESHOLD_WITHOUT_BUCKETS, query, &node.span, message)
                    .advise("declare the buckets");
            }
        }
        (None, Some(true))
            if depends_on_presence(query, lhs) || depends_on_presence(query, rhs) => {}
        (None, Some(always)) => {
            let Interval { low, high } = lhs.shape.values;
            let side = if lhs.shape.is_scalar() { rhs } else { lhs };
            let message = format!(
                "this is {} true: `{}` lies between {} and {}",
                outcome(always),
                query
                    .piece(side)
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" "),
                short(if lhs.shape.is_scalar() {
                    side.shape.values.low
                } else {
                    low
                }),
                short(if lhs.shape.is_scalar() {
                    side.shape.values.high
                } else {
                    high
                }),
            );
            report
                .on(&CONSTANT_COMPARISON, query, &node.span, message)
                .advise("compare with a value inside that range");
        }
        (None, None) => {}
    }
}

/// Whether what is compared may be missing or NaN: then even a comparison that holds for all values says something.
/// `count(up == 0) > 0` asks whether there are any, `a / b >= 0` leaves out `0 / 0`.
fn depends_on_presence(query: &Query<'_>, side: &Node) -> bool {
    let counts = matches!(&side.bare().kind, Kind::Aggregate { op, .. } if matches!(op.as_str(), "count" | "count_values" | "group"));
    let mut found = false;
    side.walk(&mut |node, _| {
        found |= match &node.kind {
            Kind::Binary { op, .. } if matches!(op.as_str(), "and" | "unless") => true,
            Kind::Binary {
                op, returns_bool, ..
            } if COMPARISONS.contains(&op.as_str()) => !returns_bool,
            Kind::Binary { op, rhs, .. } if op == "/" => rhs.number().is_none_or(|by| by == 0.0),
            Kind::Call { name, .. } => matches!(
                name.as_str(),
                "absent" | "absent_over_time" | "present_over_time"
            ),
            Kind::Selector(selector) => {
                let name = selector.name.as_deref().unwrap_or_default();
                query.index.is_recorded(name)
                    || counts
                        && (!selector.matchers.is_empty() || !query.index.is_always_exposed(name))
            }
            _ => false,
        };
    });
    found
}

/// A bound without the noise of binary fractions.
fn short(value: f64) -> String {
    if value == f64::INFINITY {
        "infinity".to_owned()
    } else if value == f64::NEG_INFINITY {
        "minus infinity".to_owned()
    } else {
        let text = format!("{value:.6}");
        let text = text.trim_end_matches('0').trim_end_matches('.');
        if text == "0" && value != 0.0 {
            value.to_string()
        } else {
            text.to_owned()
        }
    }
}
