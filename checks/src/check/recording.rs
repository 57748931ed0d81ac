//! Names of recording rules.

use crate::finding::{Check, Severity};
use crate::promql::RATES;
use crate::promql::tree::{Kind, Node};
use crate::query::{Query, Report, Role};

use super::Run;

pub(super) const GROUP: (&[&Check], Run) = (&[&RECORD_NAME], run);

static RECORD_NAME: Check = Check {
    name: "record_name",
    severity: Severity::Warning,
    summary: "the name of a recording rule is not `level:metric:operations`",
    explanation: "The convention of Prometheus: the labels that are left, the metric without `_total`, the operations with the newest first. A \
name with colons is known to be recorded, and the reader sees how.\n\nFound: `record: requests_rate`\nAccepted: `record: \
job:requests:rate5m`\n",
};

fn run(query: &Query<'_>, report: &mut Report<'_>) {
    let Role::Record { name, name_span } = &query.role else {
        return;
    };
    let parts: Vec<_> = name.split(':').collect();
    let problem = match parts.as_slice() {
        [_, metric, .., operations] if !metric.is_empty() && !operations.is_empty() => {
            if metric.ends_with("_total") && operations.contains("rate") && rates(&query.root) {
                Some(format!(
                    "`{name}` keeps `_total`, which a rate no longer is"
                ))
            } else {
                None
            }
        }
        [_] => Some(format!(
            "`{name}` reads like a metric of the program, and is recorded"
        )),
        _ => Some(format!("`{name}` is not `level:metric:operations`")),
    };
    if let Some(message) = problem {
        let finding = report.at(
            &RECORD_NAME,
            query.source,
            &query.item,
            name_span.clone(),
            name,
            message,
        );
        match proposal(query) {
            Some(better) => finding.replace(format!("name it `{better}`"), better),
            None => {
                finding.advise("name it by the labels that are left, the metric and the operations")
            }
        }
    }
}

fn rates(root: &Node) -> bool {
    let mut found = false;
    root.walk(&mut |node, _| {
        found |= matches!(&node.kind, Kind::Call { name, .. } if RATES.contains(&name.as_str()));
    });
    found
}

fn proposal(query: &Query<'_>) -> Option<String> {
    let root = query.root.bare();
    let selectors = root.selectors();
    let [(_, selector)] = selectors.as_slice() else {
        return None;
    };
    let metric = selector.name.as_deref()?;
    let mut operations = Vec::new();
    root.walk(&mut |node, _| match &node.kind {
        Kind::Aggregate { op, .. } => operations.push(op.clone()),
        Kind::Call { name, args } => {
            let window = args
                .iter()
                .find_map(|arg| arg.as_selector()?.range.as_ref());
            let window = window.map_or("", |(_, span)| {
                query.written.piece(span).trim_matches(['[', ']'])
            });
            operations.push(format!("{name}{window}"));
        }
        _ => {}
    });
    // The convention leaves out a sum over a rate.
    if operations.len() > 1 {
        operations.retain(|operation| operation != "sum");
    }
    if operations.is_empty() {
        return None;
    }
    let metric = if rates(root) {
        metric.strip_suffix("_total").unwrap_or(metric)
    } else {
        metric
    };
    let level: Vec<_> = match &root.kind {
        Kind::Aggregate {
            grouping: Some(grouping),
            ..
        } if grouping.by => grouping
            .labels
            .iter()
            .map(|(name, _)| name.as_str())
            .collect(),
        Kind::Aggregate { grouping: None, .. } => Vec::new(),
        _ => vec!["instance"],
    };
    Some(format!(
        "{}:{metric}:{}",
        level.join("_"),
        operations.join("_")
    ))
}
