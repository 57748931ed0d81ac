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
    let name = check.name;
    wrapped(&format!(
        "{name} ({}): {}\n\n{}\nSilence it with a comment: `# metricset: allow({name})`, or with `--allow {name}`.\n",
        check.severity, check.summary, check.explanation
    ))
}

/// Lines of at most 80 columns where words allow it; what stands in backticks is one.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        let mut column = 0;
        let mut in_code = false;
        let words = line.split_inclusive(|c| {
            in_code ^= c == '`';
            c == ' ' && !in_code
        });
        for word in words {
            let length = word.trim_end().chars().count();
            if column > 0 && column + length > 80 {
                out.truncate(out.trim_end().len());
                out.push('\n');
                column = 0;
            }
            out.push_str(word);
            column += word.chars().count();
        }
    }
    out
}

fn all() -> String {
    let mut all: Vec<_> = checks().collect();
    all.sort_by_key(|check| check.name);
    // On two lines, so that 80 columns are enough.
    all.iter()
        .map(|check| {
            format!(
                "{} ({})\n    {}\n",
                check.name, check.severity, check.summary
            )
        })
        .collect()
}
