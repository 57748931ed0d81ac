//! Counters want `rate`, gauges do not.

use metricset_model::MetricType;

use crate::finding::{Check, Severity};
use crate::index::{Part, Resolved};
use crate::promql::RATES;
use crate::promql::shape::Nature;
use crate::promql::tree::{Kind, Node};
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[
        &RATE_OF_GAUGE,
        &GAUGE_FUNCTION_OF_COUNTER,
        &COUNTER_WITHOUT_RATE,
    ],
    run,
);

static RATE_OF_GAUGE: Check = Check {
    name: "rate_of_gauge",
    severity: Severity::Error,
    summary: "`rate`, `irate`, `increase` or `resets` of something that is not a counter",
    explanation: "These take every decrease for a restart from zero, so a gauge that goes down gives a large positive rate.\n\nFound: \
`rate(connections_active[5m])`\nAccepted: `deriv(connections_active[5m])` or `delta(connections_active[5m])`\n",
};

static GAUGE_FUNCTION_OF_COUNTER: Check = Check {
    name: "gauge_function_of_counter",
    severity: Severity::Error,
    summary: "`delta`, `idelta`, `deriv` or `predict_linear` of a counter",
    explanation: "These do not know that a counter starts at zero again when the program restarts, and give a large negative value \
then.\n\nFound: `delta(requests_total[5m])`\nAccepted: `increase(requests_total[5m])`\n",
};

static COUNTER_WITHOUT_RATE: Check = Check {
    name: "counter_without_rate",
    severity: Severity::Warning,
    summary: "a counter is used by its value instead of its growth",
    explanation: "The value of a counter depends on when the program was started. A threshold on it is reached sooner or later, and a restart \
clears it.\n\nFound: `errors_total > 100`\nAccepted: `increase(errors_total[1h]) > 100`\n",
};

const GAUGE_FUNCTIONS: &[&str] = &[
    "delta",
    "idelta",
    "deriv",
    "predict_linear",
    "double_exponential_smoothing",
];
/// What is right for a counter besides `rate`: these ask whether or how often, not how much.
const COUNTER_FUNCTIONS: &[&str] = &[
    "rate",
    "irate",
    "increase",
    "resets",
    "changes",
    "absent",
    "absent_over_time",
    "present_over_time",
    "count_over_time",
    "timestamp",
    "info",
];

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    query.root.walk(&mut |node, above| {
        if let Kind::Call { name, args } = &node.kind {
            functions(query, name, args, report);
        }
        if let Kind::Selector(selector) = &node.kind {
            let name = selector.name.as_deref().unwrap_or_default();
            // What is recorded of buckets is their rate.
            let buckets = matches!(node.shape.nature, Nature::Buckets(_))
                && selector.range.is_none()
                && !query.index.is_recorded(name);
            let raw = node.shape.nature == Nature::Cumulative || buckets;
            if raw && !asks_whether(node, above) {
                let message = format!(
                    "the value of the counter `{name}` depends on when the program was started"
                );
                let finding = report.on(&COUNTER_WITHOUT_RATE, query, &node.span, message);
                if selector.range.is_none() {
                    let text = query.raw(node);
                    finding.replace("use its growth", format!("rate({text}[5m])"));
                } else {
                    finding.advise("use `rate` or `increase`");
                }
            }
        }
    });
}

fn functions(query: &Query<'_>, name: &str, args: &[Node], report: &mut Report<'_>) {
    for arg in args {
        let (inner, selector) = match &arg.bare().kind {
            Kind::Selector(selector) => (arg, selector),
            Kind::Subquery { arg, .. } => match arg.as_selector() {
                Some(selector) => (arg.as_ref(), selector),
                None => continue,
            },
            _ => continue,
        };
        let Some(metric) = &selector.name else {
            continue;
        };
        let Resolved::Sample(known, part) = query.index.resolve(metric) else {
            continue;
        };
        let grows = inner.shape.nature != Nature::Other;
        if (RATES.contains(&name) || name == "resets") && !grows {
            let what = if part == Part::Value {
                known.family.metric_type.as_str()
            } else {
                "time of creation"
            };
            let message = format!("`{name}` needs a counter, and `{metric}` is a {what}");
            let better = if name == "increase" { "delta" } else { "deriv" };
            report
                .on(&RATE_OF_GAUGE, query, &selector.name_span, message)
                .advise(format!("use `{better}`, or its value as it is"));
        }
        if GAUGE_FUNCTIONS.contains(&name) && grows {
            let better = if name == "deriv" { "rate" } else { "increase" };
            let what = match known.family.metric_type {
                MetricType::Counter => "a counter",
                _ => "cumulative",
            };
            let message = format!("`{name}` is for gauges, and `{metric}` is {what}");
            report
                .on(
                    &GAUGE_FUNCTION_OF_COUNTER,
                    query,
                    &selector.name_span,
                    message,
                )
                .advise(format!("use `{better}`, which knows about restarts"));
        }
    }
}

/// Whether both select one metric, at two times.
fn is_earlier(a: &Node, b: &Node) -> bool {
    match (a.as_selector(), b.as_selector()) {
        (Some(a), Some(b)) => a.name == b.name && a.shift != b.shift,
        _ => false,
    }
}

/// Whether something above the counter takes its growth or only asks whether it is there.
fn asks_whether(node: &Node, above: &[&Node]) -> bool {
    let mut below = node;
    let mut added_up = false;
    for parent in above.iter().rev() {
        let asks = match &parent.kind {
            // The restart of one of them is no restart of their sum.
            Kind::Call { name, .. } if added_up && RATES.contains(&name.as_str()) => false,
            // Judged by `functions`.
            Kind::Call { name, .. } => {
                COUNTER_FUNCTIONS.contains(&name.as_str())
                    || GAUGE_FUNCTIONS.contains(&name.as_str())
            }
            Kind::Aggregate { op, .. } => {
                added_up = true;
                matches!(op.as_str(), "count" | "group")
            }
            Kind::Binary { op, lhs, rhs, .. } => {
                let on_the_right = std::ptr::eq(rhs.as_ref(), below);
                // `x unless x offset 10m` are the new series.
                matches!(op.as_str(), "and" | "unless") && on_the_right
                    || op == "unless" && is_earlier(rhs, lhs)
            }
            _ => false,
        };
        if asks {
            return true;
        }
        below = parent;
    }
    false
}
