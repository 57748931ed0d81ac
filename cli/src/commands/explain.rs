//! What a check is about.

use metricset_checks::{Check, checks};

use super::print;
use crate::Outcome;

pub(super) fn run(name: Option<&str>) -> anyhow::Result<Outcome> {
    let text = match name {
        Some(name) => checks()
            .filter(|check| check.name == name)
            .map(one)
            .collect(),
        None => all(),
    };
    print(text.as_bytes())
}

fn one(check: &Check) -> String {
    format!(
        "{} ({}): {}\n\n{}\nSilence it with a comment: `# metricset: allow({})`, or with `--allow {}`.\n",
        check.name, check.severity, check.summary, check.explanation, check.name, check.name
    )
}

fn all() -> String {
    let mut all: Vec<_> = checks().collect();
    all.sort_by_key(|check| check.name);
    let width = all.iter().map(|check| check.name.len()).max().unwrap_or(0);
    all.iter()
        .map(|check| {
            format!(
                "{:width$}  {:7}  {}\n",
                check.name,
                check.severity.as_str(),
                check.summary
            )
        })
        .collect()
}
