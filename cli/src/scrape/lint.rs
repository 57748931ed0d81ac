//! What is wrong with an exposition by itself.

use std::collections::{BTreeMap, HashMap};

use metricset_checks::scrape::{
    EXPOSITION_SYNTAX, HISTOGRAM_INCONSISTENT, LE_NOT_CANONICAL, METADATA_MISSING, SERIES_TWICE,
};

use super::Findings;
use super::exposition::{Exposition, Sample, Served};

pub(super) fn run(served: &Exposition, findings: &mut Findings) {
    for (line, message) in &served.broken {
        findings.add(&EXPOSITION_SYNTAX, *line, "", message.clone());
    }
    for (name, family) in &served.families {
        metadata(name, family, findings);
        twice(name, family, findings);
        if family.metric_type.as_deref() == Some("histogram") {
            histogram(name, family, findings);
        }
    }
}

fn metadata(name: &str, family: &Served, findings: &mut Findings) {
    let missing = match (&family.metric_type, family.has_help) {
        (None, false) => "neither `# TYPE` nor `# HELP`",
        (None, true) => "no `# TYPE`",
        (Some(_), false) => "no `# HELP`",
        (Some(_), true) => return,
    };
    let message = format!("`{name}` has {missing}");
    findings.add(&METADATA_MISSING, family.line, name, message);
}

/// A series by its name and its labels in order of their names.
fn key(sample: &Sample, without: &str) -> (String, Vec<(String, String)>) {
    let mut labels = sample.labels.clone();
    labels.retain(|(label, _)| label != without);
    labels.sort();
    (sample.name.clone(), labels)
}

fn twice(name: &str, family: &Served, findings: &mut Findings) {
    let mut seen = HashMap::new();
    for sample in &family.samples {
        if let Some(first) = seen.insert(key(sample, ""), sample.line) {
            let message = format!("a series of `{name}` stands twice, first on line {first}");
            findings.add(&SERIES_TWICE, sample.line, name, message);
        }
    }
}

fn histogram(name: &str, family: &Served, findings: &mut Findings) {
    let mut series: BTreeMap<Vec<(String, String)>, Vec<&Sample>> = BTreeMap::new();
    let buckets = family
        .samples
        .iter()
        .filter(|sample| sample.name.ends_with("_bucket"));
    let mut canonical = true;
    for sample in buckets {
        let le = sample.label("le").unwrap_or_default();
        if canonical && !le.contains(['.', 'e', 'I']) {
            canonical = false;
            let message = format!("the bound `{le}` of `{name}` is not canonical: write `{le}.0`");
            findings.add(&LE_NOT_CANONICAL, sample.line, name, message);
        }
        series.entry(key(sample, "le").1).or_default().push(sample);
    }
    for (labels, buckets) in &series {
        let problem = if buckets.last().and_then(|bucket| bucket.label("le")) != Some("+Inf") {
            Some("does not end in a bucket `+Inf`".to_owned())
        } else if buckets.windows(2).any(|pair| pair[0].value > pair[1].value) {
            Some("has a bucket that holds less than the one below it".to_owned())
        } else {
            let count = family
                .samples
                .iter()
                .find(|sample| sample.name.ends_with("_count") && key(sample, "").1 == *labels);
            let all = buckets.last().map(|bucket| bucket.value);
            match (count, all) {
                (Some(count), Some(all)) if count.value != all => Some(format!(
                    "counts {} and its bucket `+Inf` holds {all}",
                    count.value
                )),
                (None, _) => Some("has no `_count`".to_owned()),
                _ => None,
            }
        };
        if let (Some(problem), Some(first)) = (problem, buckets.first()) {
            let message = format!("histogram `{name}` {problem}");
            findings.add(&HISTOGRAM_INCONSISTENT, first.line, name, message);
        }
    }
}
