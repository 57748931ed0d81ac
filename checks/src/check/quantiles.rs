//! Quantiles, and the histograms and summaries they come from.

use metricset_model::MetricType;

use crate::finding::{Check, Severity};
use crate::index::{Part, Resolved};
use crate::promql::shape::Nature;
use crate::promql::tree::{Grouping, Kind, Node};
use crate::query::{Query, Report};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[
        &QUANTILE_WITHOUT_LE,
        &QUANTILE_OF_NON_HISTOGRAM,
        &QUANTILE_RANGE,
        &SUMMARY_QUANTILE_AGGREGATED,
    ],
    run,
);

static QUANTILE_WITHOUT_LE: Check = Check {
    name: "histogram_quantile_without_le",
    severity: Severity::Error,
    summary: "`histogram_quantile` over an aggregation that drops `le`",
    explanation: "The bucket bounds are in the label `le`. Without it there are no buckets, and the result is empty.\n\nFound: \
`histogram_quantile(0.9, sum by (job) (rate(latency_seconds_bucket[5m])))`\nAccepted: `histogram_quantile(0.9, sum by (job, le) \
(rate(latency_seconds_bucket[5m])))`\n",
};

static QUANTILE_OF_NON_HISTOGRAM: Check = Check {
    name: "histogram_quantile_of_non_histogram",
    severity: Severity::Error,
    summary: "`histogram_quantile` of something that has no buckets",
    explanation: "Only `_bucket` series have the label `le` that the quantile is computed from.\n\nFound: `histogram_quantile(0.9, \
rate(latency_seconds_sum[5m]))`\nAccepted: `histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))`\n",
};

static QUANTILE_RANGE: Check = Check {
    name: "quantile_range",
    severity: Severity::Error,
    summary: "a quantile outside 0 to 1",
    explanation: "Below 0 the result is `-Inf`, above 1 it is `+Inf`.\n\nFound: `histogram_quantile(95, \
rate(latency_seconds_bucket[5m]))`\nAccepted: `histogram_quantile(0.95, rate(latency_seconds_bucket[5m]))`\n",
};

static SUMMARY_QUANTILE_AGGREGATED: Check = Check {
    name: "summary_quantile_aggregated",
    severity: Severity::Warning,
    summary: "quantiles of a summary are averaged or added up",
    explanation: "Each process computes the quantiles of its own observations. What a quantile of all of them is, those of the processes \
do not tell: neither their mean nor their sum means anything. The worst of them does, and so do sum and count.\n\nFound: \
`avg(latency_seconds{quantile=\"0.99\"})`\nAccepted: `max(latency_seconds{quantile=\"0.99\"})`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    query.root.walk(&mut |node, _| match &node.kind {
        Kind::Call { name, args } if name == "histogram_quantile" => {
            if let [q, arg] = args.as_slice() {
                range(query, q, report);
                buckets(query, arg, report);
            }
        }
        Kind::Call { name, args } if name == "quantile_over_time" => {
            if let Some(q) = args.first() {
                range(query, q, report);
            }
        }
        Kind::Aggregate {
            op,
            param: Some(param),
            ..
        } if op == "quantile" => range(query, param, report),
        Kind::Aggregate { op, arg, .. } if matches!(op.as_str(), "avg" | "sum") => {
            of_summary(query, op, arg, report);
        }
        _ => {}
    });
}

fn range(query: &Query<'_>, q: &Node, report: &mut Report<'_>) {
    let Some(value) = q.number().filter(|value| !(0.0..=1.0).contains(value)) else {
        return;
    };
    let message = format!("a quantile is between 0 and 1, and this is {value}");
    let finding = report.on(&QUANTILE_RANGE, query, &q.span, message);
    if value > 1.0 && value <= 100.0 {
        finding.replace("write it as a fraction", (value / 100.0).to_string());
    } else {
        finding.advise("write it as a fraction");
    }
}

fn of_summary(query: &Query<'_>, op: &str, arg: &Node, report: &mut Report<'_>) {
    let selector = match &arg.bare().kind {
        Kind::Call { name, args } if name.ends_with("_over_time") => args.last(),
        _ => Some(arg),
    };
    let metric = selector
        .and_then(Node::as_selector)
        .and_then(|selector| selector.name.as_deref());
    if let Some(metric) = metric
        && let Resolved::Sample(known, Part::Value) = query.index.resolve(metric)
        && known.family.metric_type == MetricType::Summary
    {
        let message = format!("`{op}` of the quantiles of `{metric}` is a quantile of nothing");
        report
            .on(&SUMMARY_QUANTILE_AGGREGATED, query, &arg.span, message)
            .advise("take the `max`, or divide the rates of `_sum` and `_count` for the mean");
    }
}

fn buckets(query: &Query<'_>, arg: &Node, report: &mut Report<'_>) {
    if matches!(arg.shape.nature, Nature::Buckets(_)) || arg.shape.labels.may_have("le") {
        return;
    }
    if let Some((aggregate, grouping)) = dropping_le(arg) {
        let message = "this aggregation drops `le`, which `histogram_quantile` computes from";
        let finding = report.on(&QUANTILE_WITHOUT_LE, query, &aggregate.span, message);
        match grouping {
            Some(Grouping { by: true, labels }) => {
                let names: Vec<_> = labels
                    .iter()
                    .map(|(_, span)| query.written.piece(span))
                    .chain(["le"])
                    .collect();
                finding.advise(format!("write `by ({})`", names.join(", ")));
            }
            Some(_) => finding.advise("leave `le` out of `without`"),
            None => finding.advise("write `by (le)`"),
        }
        return;
    }
    // An unknown name is reported as such.
    let message = "`histogram_quantile` needs `_bucket` series, and these have no `le`";
    let finding = report.on(&QUANTILE_OF_NON_HISTOGRAM, query, &arg.span, message);
    finding.advise("select the `_bucket` samples of a histogram");
}

/// The aggregation below which buckets were still buckets.
fn dropping_le(node: &Node) -> Option<(&Node, Option<&Grouping>)> {
    let mut found = None;
    node.walk(&mut |node, _| {
        if let Kind::Aggregate { grouping, arg, .. } = &node.kind
            && matches!(arg.shape.nature, Nature::Buckets(_))
            && !matches!(node.shape.nature, Nature::Buckets(_))
        {
            found = Some((node, grouping.as_ref()));
        }
    });
    found
}
