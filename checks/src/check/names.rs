//! Metric names: do they exist, under this suffix, in every configuration?

use crate::finding::{Check, Severity};
use crate::index::Resolved;
use crate::promql::tree::Kind;
use crate::query::{Query, Report, Role};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[
        &UNKNOWN_METRIC,
        &HISTOGRAM_SUFFIX,
        &BARE_HISTOGRAM,
        &HARD_CODED_PREFIX,
        &OPTIONAL_METRIC,
    ],
    run,
);

static UNKNOWN_METRIC: Check = Check {
    name: "unknown_metric",
    severity: Severity::Error,
    summary: "no metric of this name is declared",
    explanation: "The selector matches nothing, so an alert on it never fires and a panel stays empty. Names of other programs are \
accepted with `--external 'node_*'`.\n\nFound: `rate(request_total[5m])` where the catalogue has `requests_total`\nAccepted: \
`rate(requests_total[5m])`\n",
};

static HISTOGRAM_SUFFIX: Check = Check {
    name: "histogram_suffix",
    severity: Severity::Error,
    summary: "`_bucket`, `_sum` or `_count` of a metric that has none",
    explanation: "Only histograms are exposed as `_bucket`, `_sum` and `_count`, and summaries as `_sum` and `_count`.\n\nFound: \
`requests_total_count` of a counter\nAccepted: `requests_total`\n",
};

static BARE_HISTOGRAM: Check = Check {
    name: "bare_histogram",
    severity: Severity::Error,
    summary: "a histogram has no samples under its own name",
    explanation: "A histogram is exposed as `_bucket`, `_sum` and `_count`. Only a native histogram has samples under the bare name; if \
Prometheus scrapes those, allow this check.\n\nFound: `rate(latency_seconds[5m])`\nAccepted: \
`rate(latency_seconds_bucket[5m])`\n",
};

static HARD_CODED_PREFIX: Check = Check {
    name: "hard_coded_prefix",
    severity: Severity::Warning,
    summary: "the prefix is configurable and the expression writes it out",
    explanation: "Checked with `--configurable-prefix` only. Where the prefix of all names is chosen at run time, an expression that is \
written for one prefix selects nothing under another, and an alert on nothing never fires.\n\nFound: `app_requests_total` where \
`app` is a default\nAccepted: `${prefix}_requests_total` in a dashboard; for rules, one file per prefix\n",
};

static OPTIONAL_METRIC: Check = Check {
    name: "optional_metric",
    severity: Severity::Warning,
    summary: "the alert depends on a metric that exists only when it is switched on",
    explanation: "The set is optional. While it is switched off the alert is silent, and nothing tells that from all being well.\n\nFound: \
`queue_depth > 1000` where the queue's set is optional\nAccepted: the same with a comment that allows it, once the reader of the \
alert knows\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    let mut prefix_reported = false;
    query.root.walk(&mut |node, _| {
        let Kind::Selector(selector) = &node.kind else {
            return;
        };
        let Some(name) = &selector.name else {
            return;
        };
        let span = &selector.name_span;
        match query.index.resolve(name) {
            Resolved::Unknown => {
                let message = format!("no metric `{name}` is declared");
                let finding = report.on(&UNKNOWN_METRIC, query, span, message);
                match query.index.nearest(name) {
                    None if name.contains(':') => finding.advise(
                        "give the rule file that records it too, or name it with `--external`",
                    ),
                    Some(near) => finding.replace(format!("the nearest name is `{near}`"), near),
                    None => finding.advise(
                        "declare it, or name it with `--external` if another program serves it",
                    ),
                }
            }
            Resolved::WrongSuffix(known, suffix) => {
                let family = &known.family;
                let message = format!(
                    "`{}` is a {} and has no `{suffix}` samples",
                    family.name, family.metric_type
                );
                report
                    .on(&HISTOGRAM_SUFFIX, query, span, message)
                    .replace(format!("select `{}`", family.name), &family.name);
            }
            Resolved::BareHistogram(known) => {
                let name = &known.family.name;
                let message =
                    format!("`{name}` is a histogram and has no samples under its own name");
                report
                    .on(&BARE_HISTOGRAM, query, span, message)
                    .replace("select its buckets", format!("{name}_bucket"));
            }
            Resolved::Sample(known, _) => {
                if known.optional && matches!(query.role, Role::Alert { .. }) {
                    let message = format!(
                        "`{name}` exists only when its set is switched on, and this alert is silent when it is not"
                    );
                    report.on(&OPTIONAL_METRIC, query, span, message).advise(
                        "say so in the alert's description and allow this check",
                    );
                }
                let prefix = query.index.prefix_of(name);
                if let (true, false, Some(prefix)) =
                    (query.index.settings.configurable_prefix, prefix_reported, prefix)
                {
                    prefix_reported = true;
                    let message = format!(
                        "the prefix `{prefix}` is configurable, and under another one this selects nothing"
                    );
                    report.on(&HARD_CODED_PREFIX, query, span, message).advise(
                        "use a variable in a dashboard, and generate rules for the prefix that is deployed",
                    );
                }
            }
            Resolved::Given(_) => {}
        }
    });
}
