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
    severity: Severity::Warning,
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

const ARTICLES: &[&str] = &["the", "a", "an", "each", "every", "all", "its", "their"];
/// What `instance` is called.
const TARGETS: &[&str] = &[
    "host", "node", "server", "machine", "target", "process", "replica", "pod", "task",
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
        .filter(|word| {
            let word = word.as_str();
            word != "and" && !TIMES.contains(&word) && !ARTICLES.contains(&word)
        })
        .collect();
    let promised = if is_ranking(&query.root) {
        // "Top clients by traffic" is sorted by what the query gives.
        Vec::new()
    } else {
        promised
    };
    for word in &promised {
        let given = result.open
            || result.known.keys().any(|label| spells(label, word))
            || TARGETS.contains(&singular(word)) && result.known.contains_key("instance")
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
    label == word
        || label
            .split('_')
            .any(|part| part == word || part == singular(word))
}

fn singular(word: &str) -> &str {
    word.strip_suffix('s').unwrap_or(word)
}

/// "Bytes per request" may be one metric divided by the other, and "Connections per app" a metric of that name.
fn metric_says(query: &Query<'_>, word: &str) -> bool {
    let selectors = query.root.selectors();
    let names = selectors
        .iter()
        .filter_map(|(_, selector)| selector.name.as_deref());
    let divides = selectors.len() > 1;
    names.into_iter().any(|name| {
        name.ends_with(&format!("_per_{word}"))
            || divides && name.split('_').any(|part| singular(part) == singular(word))
    })
}

fn is_ranking(root: &Node) -> bool {
    match &root.bare().kind {
        Kind::Aggregate { op, .. } => matches!(op.as_str(), "topk" | "bottomk"),
        Kind::Call { name, .. } => name.starts_with("sort"),
        _ => false,
    }
}

fn promises_a_value(title: &str, root: &Node) -> bool {
    if WINDOW.is_match(title) {
        return false;
    }
    if is_ranking(root) {
        return false;
    }
    let words: Vec<String> = title
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| singular(&word.to_lowercase()).to_owned())
        .collect();
    let of_metric = root.selectors().iter().any(|(_, selector)| {
        selector.name.as_deref().is_some_and(|name| {
            name.split('_')
                .any(|part| part.len() > 2 && words.iter().any(|word| word == singular(part)))
        })
    });
    of_metric || words.iter().any(|word| QUANTITIES.contains(&word.as_str()))
}
