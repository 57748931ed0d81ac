//! Panels: does the title promise what the query gives?

use std::sync::LazyLock;

use regex::Regex;

use crate::finding::{Check, Severity};
use crate::promql::tree::{Kind, Node};
use crate::query::{Query, Report, Role};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (&[&TITLE_LABEL, &TITLE_NOT_AGGREGATED], run);

static TITLE_LABEL: Check = Check {
    name: "title_label",
    severity: Severity::Error,
    summary: "the title says \"by\" a label that the result does not have",
    explanation: "The reader looks for a split that is not there: the wrong metric, or a label that an aggregation dropped.\n\nFound: \"Request \
rate by endpoint\" for a metric without `endpoint`\nAccepted: \"Request rate by method\" for one that has `method`\n",
};

static TITLE_NOT_AGGREGATED: Check = Check {
    name: "title_not_aggregated",
    severity: Severity::Note,
    summary: "the title promises one value and the query returns one for each label set",
    explanation: "Nothing in the title or the legend says what tells the lines apart. A title that names the window of the rate describes the \
expression itself and promises no total.\n\nFound: \"Disconnect rate\" for `rate(disconnects_total[5m])` by `reason`\nAccepted: \
\"Disconnect rate by reason\", or `sum(rate(disconnects_total[5m]))`, or a legend `{{reason}}`\n",
};

static SPLIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:by|per)\s+([a-z_][a-z0-9_]*(?:(?:\s*,\s*(?:and\s+)?|\s+and\s+)[a-z_][a-z0-9_]*)*)")
        .expect("a constant pattern")
});
static WINDOW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b\d+[- ]?(?:s|m|h|d|sec|second|min|minute|hour|day)s?\b")
        .expect("a constant pattern")
});
/// Words that announce a number.
const QUANTITIES: &[&str] = &[
    "rate",
    "count",
    "total",
    "number",
    "average",
    "mean",
    "percentile",
    "latency",
    "duration",
    "time",
    "throughput",
    "size",
    "usage",
    "utilization",
    "ratio",
    "percentage",
    "depth",
];
/// Divisions of time, not of series: "requests per second".
const TIMES: &[&str] = &[
    "second", "sec", "s", "minute", "min", "hour", "day", "week", "month", "interval",
];

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    let Role::Panel {
        title,
        title_span,
        legend,
    } = &query.role
    else {
        return;
    };
    let result = &query.root.shape.labels;
    if result.open && result.known.is_empty() {
        return;
    }
    let promised: Vec<String> = SPLIT
        .captures_iter(title)
        .flat_map(|found| {
            let words = found[1].replace(',', " ");
            words
                .split_whitespace()
                .map(str::to_lowercase)
                .collect::<Vec<_>>()
        })
        .filter(|word| word != "and" && !TIMES.contains(&word.as_str()))
        .collect();
    for word in &promised {
        let given = result.open
            || result.known.keys().any(|label| spells(label, word))
            || metric_says(query, word);
        if !given {
            let message =
                format!("the title \"{title}\" says by `{word}`, and the result has no such label");
            let finding = match title_span {
                Some(span) => report.at(
                    &TITLE_LABEL,
                    query.source,
                    &query.item,
                    span.clone(),
                    title,
                    message,
                ),
                None => report.on(&TITLE_LABEL, query, &query.root.span, message),
            };
            let with: Vec<_> = query
                .index
                .all()
                .filter(|known| {
                    known
                        .family
                        .labels
                        .iter()
                        .any(|label| spells(&label.name, word))
                })
                .map(|known| format!("`{}`", known.family.name))
                .take(3)
                .collect();
            finding.advise(if with.is_empty() {
                "no metric has it: change the title".to_owned()
            } else {
                format!("{} has it", with.join(", "))
            });
        }
    }
    let apart: Vec<_> = result
        .splitting()
        .filter(|(name, label)| {
            !label.asked_for
                && !promised.iter().any(|word| spells(name, word))
                && !legend.contains(&format!("{{{{{name}}}}}"))
                && !legend.contains(&format!("{{{{ {name} }}}}"))
        })
        .map(|(name, _)| name.as_str())
        .collect();
    if !apart.is_empty() && promises_a_value(title, &query.root) && legend != "{{__name__}}" {
        let message = format!(
            "\"{title}\" promises one value, and the query returns one for each {}",
            apart
                .iter()
                .map(|label| format!("`{label}`"))
                .collect::<Vec<_>>()
                .join(" and ")
        );
        report
            .on(&TITLE_NOT_AGGREGATED, query, &query.root.span, message)
            .advise(format!(
                "aggregate them away, or say \"by {}\"",
                apart.join(", ")
            ));
    }
}

/// `type` spells `error_type`, `app` spells `app_id`.
fn spells(label: &str, word: &str) -> bool {
    let singular = word.strip_suffix('s').unwrap_or(word);
    label == word
        || label
            .split('_')
            .any(|part| part == word || part == singular)
}

/// "Connections per app" may be a metric of that name.
fn metric_says(query: &Query<'_>, word: &str) -> bool {
    query.root.selectors().iter().any(|(_, selector)| {
        selector
            .name
            .as_deref()
            .is_some_and(|name| name.ends_with(&format!("_per_{word}")))
    })
}

fn promises_a_value(title: &str, root: &Node) -> bool {
    if WINDOW.is_match(title) {
        return false;
    }
    if let Kind::Aggregate { op, .. } = &root.bare().kind
        && matches!(op.as_str(), "topk" | "bottomk")
    {
        return false;
    }
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| stem(&word.to_lowercase()))
        .collect();
    let of_metric = root.selectors().iter().any(|(_, selector)| {
        selector.name.as_deref().is_some_and(|name| {
            name.split('_')
                .any(|part| part.len() > 2 && words.contains(&stem(part)))
        })
    });
    of_metric || words.iter().any(|word| QUANTITIES.contains(&word.as_str()))
}

fn stem(word: &str) -> String {
    word.strip_suffix('s').unwrap_or(word).to_owned()
}
