//! Comments that silence a check: `# metricset: allow(name)`.
//!
//! A comment above `groups:` serves the whole file, one above or inside a rule serves that rule. JSON has no comments: there it
//! stands in a comment of the expression, or in the description of the panel.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::check::UNKNOWN_CHECK;
use crate::checks;
use crate::finding::Finding;
use crate::nearest::nearest;
use crate::query::Report;
use crate::source::Source;

static ALLOW: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"metricset:\s*allow\(([^)]*)\)").expect("a constant pattern"));

/// What a file silences, and where.
pub(crate) struct Allowances {
    found: Vec<(usize, String)>,
    body_start: usize,
}

impl Allowances {
    /// Reads the comments of a file whose content starts at `body_start`; a name that is no check is a finding.
    pub(crate) fn read(source: &Source, body_start: usize, report: &mut Report<'_>) -> Self {
        let mut found = Vec::new();
        for comment in ALLOW.captures_iter(&source.text) {
            let Some(names) = comment.get(1) else {
                continue;
            };
            let mut at = names.start();
            for part in names.as_str().split(',') {
                let name = part.trim();
                let start = at + (part.len() - part.trim_start().len());
                at += part.len() + 1;
                if checks().any(|check| check.name == name) {
                    found.push((start, name.to_owned()));
                    continue;
                }
                let message = format!("there is no check `{name}`");
                let span = start..start + name.len();
                let finding = report.at(&UNKNOWN_CHECK, source, "comment", span, name, message);
                match nearest(name, checks().map(|check| check.name)) {
                    Some(near) => finding.replace(format!("the nearest is `{near}`"), near),
                    None => finding.advise("`cargo metricset explain` lists all checks"),
                }
            }
        }
        Self { found, body_start }
    }

    /// Whether a finding inside `item` is silenced.
    pub(crate) fn cover(&self, source: &Source, item: &Range<usize>, finding: &Finding) -> bool {
        if self.found.is_empty() {
            return false;
        }
        let start = comment_start(&source.text, item.start);
        self.found.iter().any(|(at, name)| {
            name == finding.check.name && (*at < self.body_start || (start..item.end).contains(at))
        })
    }
}

/// The start of the comment lines that stand directly above.
fn comment_start(text: &str, item: usize) -> usize {
    let mut start = text[..item].rfind('\n').map_or(0, |at| at + 1);
    while start > 0 {
        let above = text[..start - 1].rfind('\n').map_or(0, |at| at + 1);
        if !text[above..start].trim_start().starts_with('#') {
            break;
        }
        start = above;
    }
    // A comment after the last line of the rule still belongs to it: only whole lines count from here.
    start
}
