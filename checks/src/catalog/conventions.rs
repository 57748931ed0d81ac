//! Conventions that only show when one looks at a whole catalogue.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use metricset_model::MetricType;
use metricset_model::catalog::{Catalog, Family};
use regex::Regex;

use super::{CatalogSettings, declared};
use crate::finding::{Check, Finding, Severity};

pub(crate) static WORD_REPEATED: Check = Check {
    name: "word_repeated",
    severity: Severity::Note,
    summary: "a name that says a word twice",
    explanation: "Singular and plural count as one word.\n\nFound: `app_site_active_sites`\nAccepted: `app_active_sites`\n",
};

pub(crate) static LABEL_NAME_INCONSISTENT: Check = Check {
    name: "label_name_inconsistent",
    severity: Severity::Note,
    summary: "one kind of label under several names",
    explanation: "Whoever writes a query over two metrics has to look up both. Two cases are recognised: a bare `type` beside names such as \
`frame_type`, and closed labels for the cause of a failure that are called `reason` here and `error_type` there.\n\nFound: \
`errors_total{error_type}` beside `drops_total{reason}`\nAccepted: `reason` on both\n",
};

pub(crate) static HELP_LABELS: Check = Check {
    name: "help_labels",
    severity: Severity::Warning,
    summary: "the help says \"by\" something that is not a label",
    explanation: "The reader looks for the label under the name that the help gives it.\n\nFound: \"Errors by type\" without a label, \
\"events by event type\" with the label `event_type`\nAccepted: \"events by event_type\"\n",
};

pub(crate) static ELAPSED_COUNTER: Check = Check {
    name: "elapsed_counter",
    severity: Severity::Warning,
    summary: "a counter that reports elapsed time",
    explanation: "Uptime is a reading, not a count: `rate()` of it is 1 for ever. Expose the time of the start as a gauge and subtract it from \
`time()`.\n\nFound: counter `uptime_seconds_total`\nAccepted: gauge `start_time_seconds`\n",
};

pub(crate) static OUTSIDE_PREFIX: Check = Check {
    name: "outside_prefix",
    severity: Severity::Note,
    summary: "a name without the program's prefix",
    explanation: "Checked with `--prefix` only. Two programs that serve one name are told apart by `job` and `instance` alone.\n\nFound: \
`go_goroutines` where every name should start with `app_`\nAccepted: `app_goroutines`\n",
};

static BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[Bb]y ([a-z_]+(?: [a-z_]+)?)(?:, (?:and )?| and |$)(.*)$")
        .expect("a constant pattern")
});

/// Names of labels that hold why something failed.
const CAUSES: &[&str] = &["reason", "cause", "error", "error_type", "error_kind"];
/// Words of counters that count failures.
const FAILURES: &[&str] = &[
    "errors",
    "failures",
    "drops",
    "disconnects",
    "rejects",
    "rejections",
];

pub(super) fn run(catalog: &Catalog, settings: &CatalogSettings, findings: &mut Vec<Finding>) {
    for (set, family) in catalog.families() {
        word_repeated(&set.prefix, family, findings);
        help_labels(family, findings);
        let words: Vec<_> = family.name.split('_').collect();
        if family.metric_type == MetricType::Counter && words.contains(&"uptime") {
            let message = format!("`{}` is a counter of elapsed time", family.name);
            declared(findings, &ELAPSED_COUNTER, family, message)
                .advise("make it a gauge, or expose the time of the start");
        }
        if let Some(prefix) = &settings.prefix
            && !family.name.starts_with(&format!("{prefix}_"))
        {
            let message = format!("`{}` does not start with `{prefix}_`", family.name);
            declared(findings, &OUTSIDE_PREFIX, family, message)
                .advise("set the prefix of its metric set");
        }
    }
    label_names(catalog, findings);
}

fn word_repeated(prefix: &str, family: &Family, findings: &mut Vec<Finding>) {
    let singular = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let mut seen: Vec<String> = Vec::new();
    for (at, word) in family.name.split('_').enumerate() {
        let stem = singular(word);
        let in_prefix = at < prefix.split('_').count();
        if word.len() > 2 && !in_prefix && seen.contains(&stem) {
            let message = format!("`{}` says `{word}` twice", family.name);
            declared(findings, &WORD_REPEATED, family, message).advise("leave one of them out");
            return;
        }
        seen.push(stem);
    }
}

fn help_labels(family: &Family, findings: &mut Vec<Finding>) {
    let mut rest = family.help.trim_end_matches('.').to_owned();
    let mut first = true;
    while let Some(found) = BY.captures(&rest) {
        let item = found[1].to_owned();
        let joined = item.replace(' ', "_");
        let bare = family.labels.is_empty() && family.labels_complete;
        let message = if bare && first && !item.contains(' ') {
            Some(format!(
                "the help of `{}` says by `{item}`, and it has no labels",
                family.name
            ))
        } else if item.contains(' ') && family.label(&joined).is_some() {
            Some(format!(
                "the help of `{}` says by `{item}`, and the label is `{joined}`",
                family.name
            ))
        } else {
            None
        };
        if let Some(message) = message {
            declared(findings, &HELP_LABELS, family, message)
                .advise("name the labels in the help as they are, or add what is missing");
            return;
        }
        first = false;
        rest = match &found[2] {
            "" => return,
            rest => format!("by {rest}"),
        };
    }
}

fn label_names(catalog: &Catalog, findings: &mut Vec<Finding>) {
    for set in by_prefix(catalog).values() {
        let compound = set
            .iter()
            .flat_map(|family| &family.labels)
            .find(|label| label.name.ends_with("_type"));
        let bare = set.iter().filter(|family| family.label("type").is_some());
        if let Some(compound) = compound {
            for family in bare {
                let message = format!(
                    "the label `type` of `{}` stands beside names like `{}`",
                    family.name, compound.name
                );
                declared(findings, &LABEL_NAME_INCONSISTENT, family, message)
                    .advise("say what it is the type of");
            }
        }
        let mut causes: BTreeMap<&str, Vec<&Family>> = BTreeMap::new();
        for family in set {
            let fails = family.name.split('_').any(|word| FAILURES.contains(&word));
            for label in &family.labels {
                if fails && label.values.is_some() && CAUSES.contains(&label.name.as_str()) {
                    causes.entry(&label.name).or_default().push(family);
                }
            }
        }
        let most = causes.values().map(Vec::len).max().unwrap_or(0);
        let usual = causes
            .iter()
            .find(|(_, families)| families.len() == most)
            .map(|(name, _)| *name);
        for (label, families) in causes.iter().filter(|(label, _)| Some(**label) != usual) {
            let usual = usual.unwrap_or_default();
            for family in families {
                let message = format!(
                    "the cause is the label `{label}` on `{}` and `{usual}` elsewhere",
                    family.name
                );
                declared(findings, &LABEL_NAME_INCONSISTENT, family, message)
                    .advise(format!("call it `{usual}` here too"));
            }
        }
    }
}

/// Families of one program part: sets under one prefix are meant to read alike.
fn by_prefix(catalog: &Catalog) -> BTreeMap<&str, Vec<&Family>> {
    let mut groups: BTreeMap<&str, Vec<&Family>> = BTreeMap::new();
    for (set, family) in catalog.families() {
        groups.entry(&set.prefix).or_default().push(family);
    }
    groups
}
