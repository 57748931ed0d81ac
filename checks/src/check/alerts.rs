//! Alerts: does the text say what the result holds?

use crate::finding::{Check, Severity};
use crate::nearest::nearest;
use crate::promql::tree::aggregates;
use crate::query::{Query, Report, Role, in_file};
use crate::template::{self, LabelUse};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (
    &[
        &TEMPLATE_LABEL,
        &PER_SERIES_THRESHOLD,
        &ALERT_WITHOUT_INSTANCE,
    ],
    run,
);

static TEMPLATE_LABEL: Check = Check {
    name: "template_label",
    severity: Severity::Error,
    summary: "the alert's text uses a label that the result does not have",
    explanation: "A template of a missing label gives an empty string, so the alert says \"on \" and nothing else. An aggregation drops every \
label that it does not name, and the labels of the rule itself, `alertname` among them, are no labels of the result.\n\nFound: `sum(rate(errors_total[5m])) > 1` with `{{ $labels.instance }}`\nAccepted: `sum by \
(instance) (rate(errors_total[5m])) > 1`\n",
};

static PER_SERIES_THRESHOLD: Check = Check {
    name: "per_series_threshold",
    severity: Severity::Warning,
    summary: "the threshold applies to each series, and the text speaks of the whole",
    explanation: "Without an aggregation the comparison is made for each label set on its own: several values below the limit can \
add up to far more than it, and two alerts that fire together have the same text.\n\nFound: `rate(errors_total[5m]) > 10` where \
`errors_total` has `kind` and the text does not name it\nAccepted: `sum by (instance) (rate(errors_total[5m])) > 10`, or a text \
with `{{ $labels.kind }}`\n",
};

static ALERT_WITHOUT_INSTANCE: Check = Check {
    name: "alert_without_instance",
    severity: Severity::Note,
    summary: "the alert fires for each target and its text does not name the target",
    explanation: "The result keeps `instance`, so the alert fires once for each target, always with the same text.\n\nFound: \
`peers_connected == 0` with the summary `No peers`\nAccepted: `No peers on {{ $labels.instance }}`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    let Role::Alert {
        name,
        template_labels,
        rule_labels,
        texts,
    } = &query.role
    else {
        return;
    };
    let result = &query.root.shape.labels;
    let mut named = Vec::new();
    let mut names_all = false;
    for text in texts {
        for used in template::labels(&text.value) {
            match used {
                LabelUse::All => names_all = true,
                LabelUse::One(label, span) => {
                    let given = result.may_have(&label) || template_labels.contains(&label);
                    if !given {
                        let message =
                            format!("the result of the expression has no label `{label}`");
                        let place = in_file(&text.origin, &span);
                        let finding = report.at(
                            &TEMPLATE_LABEL,
                            query.source,
                            &query.item,
                            place,
                            &label,
                            message,
                        );
                        if rule_labels.contains(&label) || label == "alertname" {
                            finding.advise(
                                "a template sees the labels of the result only, and not those of the rule: write the value out",
                            );
                            continue;
                        }
                        match nearest(&label, result.known.keys().map(String::as_str)) {
                            Some(near) => finding.replace(format!("the nearest is `{near}`"), near),
                            None if aggregates(&query.root) => {
                                finding.advise(format!("keep it: `by ({label})`"));
                            }
                            None if result.known.is_empty() => {
                                finding.advise("the result has no labels at all");
                            }
                            None => {
                                let names: Vec<_> =
                                    result.known.keys().map(String::as_str).collect();
                                finding.advise(format!("its labels are {}", list(&names)));
                            }
                        }
                    }
                    named.push(label);
                }
            }
        }
    }
    if names_all || result.open && result.known.is_empty() {
        return;
    }
    let apart: Vec<_> = result
        .splitting()
        .filter(|(_, label)| !label.asked_for)
        .map(|(name, _)| name.as_str())
        .collect();
    if !apart.is_empty()
        && !apart
            .iter()
            .any(|label| named.iter().any(|name| name == label))
    {
        let message = format!(
            "the threshold applies to each {} on its own, and the text of `{name}` does not say which",
            list(&apart)
        );
        report
            .on(&PER_SERIES_THRESHOLD, query, &query.root.span, message)
            .advise(format!(
                "aggregate with `sum without ({})`, or name `{{{{ $labels.{} }}}}` in the summary",
                apart.join(", "),
                apart[0]
            ));
    }
    let target = |label: &String| {
        query.index.is_target_label(label) && label != "job" || label == "pod" || label == "node"
    };
    let keeps_instance = result
        .known
        .get("instance")
        .is_some_and(|label| label.target && label.splits());
    if keeps_instance && !named.iter().any(target) {
        let message = format!("`{name}` fires for each instance, and its text names none");
        report
            .on(&ALERT_WITHOUT_INSTANCE, query, &query.root.span, message)
            .advise("add `{{ $labels.instance }}` to the summary");
    }
}

fn list(labels: &[&str]) -> String {
    let quoted: Vec<_> = labels.iter().map(|label| format!("`{label}`")).collect();
    quoted.join(" and ")
}
