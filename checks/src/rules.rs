//! Prometheus rule files.

use std::collections::HashMap;
use std::ops::Range;

use crate::allow::Allowances;
use crate::check::{EXPRESSION, SYNTAX};
use crate::document::{self, DocumentError, Node, Value};
use crate::finding::Finding;
use crate::index::Index;
use crate::promql::{
    self,
    shape::{Label, Shape},
};
use crate::query::{Query, Report, Role, Text, Written, in_file};
use crate::source::Source;

/// Holds rule files against a catalogue. What one file records is known in all of them.
///
/// # Errors
/// The first file that is not YAML, or not rules.
pub fn check_rules(sources: &[Source], index: &mut Index) -> Result<Vec<Finding>, DocumentError> {
    record_rules(sources, index)?;
    let mut findings = Vec::new();
    for source in sources {
        findings.append(&mut check_rule_file(source, index)?);
    }
    Ok(findings)
}

/// Takes in what rule files record, so that expressions may use it: those of [`check_rule_file`] and of dashboards.
///
/// # Errors
/// The first file that is not YAML, or not rules.
pub fn record_rules(sources: &[Source], index: &mut Index) -> Result<(), DocumentError> {
    let mut records = Vec::new();
    for source in sources {
        let rules = rules(source, &document::yaml(source)?)?;
        records.extend(rules.into_iter().filter(|rule| !rule.alerts));
    }
    let names = records.iter().map(|rule| rule.name.clone());
    index.record(names.map(|name| (name, Shape::unknown())).collect());
    // A rule may use what a later one records: as often as a chain may be long, at most.
    for _ in 0..records.len() {
        let mut recorded: HashMap<String, Shape> = HashMap::new();
        for rule in &records {
            let shape = rule.shape(index);
            // Several rules may record one name, each with labels of its own.
            let shape = match recorded.remove(&rule.name) {
                Some(others) => others.either(&shape),
                None => shape,
            };
            recorded.insert(rule.name.clone(), shape);
        }
        if !index.record(recorded) {
            break;
        }
    }
    Ok(())
}

/// Holds one rule file against a catalogue, and against what [`record_rules`] took in.
///
/// # Errors
/// If it is not YAML, or not rules.
pub fn check_rule_file(source: &Source, index: &Index) -> Result<Vec<Finding>, DocumentError> {
    let root = document::yaml(source)?;
    let mut findings = Vec::new();
    let allowances = Allowances::read(
        source,
        root.span.start,
        &mut Report {
            findings: &mut findings,
        },
    );
    for rule in rules(source, &root)? {
        let mut own = Vec::new();
        let span = rule.span.clone();
        rule.check(source, index, &mut Report { findings: &mut own });
        own.retain(|finding| !allowances.cover(source, &span, finding));
        findings.append(&mut own);
    }
    Ok(findings)
}

struct Rule {
    alerts: bool,
    name: String,
    name_span: Range<usize>,
    expr: String,
    origin: Vec<usize>,
    labels: Vec<(String, String)>,
    texts: Vec<Text>,
    span: Range<usize>,
}

fn rules(source: &Source, root: &Node) -> Result<Vec<Rule>, DocumentError> {
    // The operator of Kubernetes has the file inside a resource.
    let spec = root.get("spec").unwrap_or(root);
    let Some(groups) = spec.get("groups") else {
        let message = "not a rule file: there is no `groups`";
        return Err(document::error(source, root.span.start, message));
    };
    if !matches!(groups.value, Value::Sequence(_)) {
        return Err(document::error(
            source,
            groups.span.start,
            "`groups` must be a list",
        ));
    }
    let mut found = Vec::new();
    for group in groups.items() {
        let Some(rules) = group.get("rules") else {
            let message = "not a rule group: there is no `rules`";
            return Err(document::error(source, group.span.start, message));
        };
        for rule in rules.items() {
            found.push(read(source, rule)?);
        }
    }
    Ok(found)
}

fn read(source: &Source, node: &Node) -> Result<Rule, DocumentError> {
    let fail = |message: &str| Err(document::error(source, node.span.start, message));
    let (alerts, name) = match (node.get("alert"), node.get("record")) {
        (Some(alert), None) => (true, alert),
        (None, Some(record)) => (false, record),
        (Some(_), Some(_)) => return fail("a rule is either `alert` or `record`, not both"),
        (None, None) => return fail("not a rule: there is neither `alert` nor `record`"),
    };
    let Some(expr) = node.get("expr") else {
        return fail("not a rule: there is no `expr`");
    };
    if expr.as_str().is_none() {
        let message = "`expr` must be a text";
        return Err(document::error(source, expr.span.start, message));
    }
    let mut labels = Vec::new();
    let mut texts = Vec::new();
    for section in ["labels", "annotations"] {
        for (key, value) in node.get(section).into_iter().flat_map(Node::entries) {
            let text = value.as_str().unwrap_or_default();
            if section == "labels" {
                labels.push((key.as_str().unwrap_or_default().to_owned(), text.to_owned()));
            }
            texts.push(Text {
                value: text.to_owned(),
                origin: value.origin(source),
            });
        }
    }
    Ok(Rule {
        alerts,
        name: name.as_str().unwrap_or_default().to_owned(),
        name_span: name.span.clone(),
        expr: expr.as_str().unwrap_or_default().to_owned(),
        origin: expr.origin(source),
        labels,
        texts,
        span: node.span.start..last_byte(node, source),
    })
}

/// The end of the last scalar: a block's own span reaches to whatever comes next.
fn last_byte(node: &Node, source: &Source) -> usize {
    match &node.value {
        Value::Mapping(entries) => entries
            .last()
            .map_or(node.span.end, |(_, value)| last_byte(value, source)),
        Value::Sequence(items) => items
            .last()
            .map_or(node.span.end, |item| last_byte(item, source)),
        Value::Scalar(_) => {
            let end = source.text[..node.span.end].trim_end().len();
            // To the end of the line: a comment there belongs to it.
            source.text[end..]
                .find('\n')
                .map_or(source.text.len(), |at| end + at)
        }
    }
}

impl Rule {
    /// What it records.
    fn shape(&self, index: &Index) -> Shape {
        let Ok(root) = promql::parse(&self.expr, index) else {
            return Shape::unknown();
        };
        let mut shape = root.shape;
        for (name, value) in &self.labels {
            let label = Label::new(Some(vec![value.clone()]), false);
            shape.labels.known.insert(name.clone(), label);
        }
        shape
    }

    fn check(self, source: &Source, index: &Index, report: &mut Report<'_>) {
        let kind = if self.alerts { "alert" } else { "record" };
        let item = format!("{kind} `{}`", self.name);
        let root = match promql::parse(&self.expr, index) {
            Ok(root) => root,
            Err(message) => {
                let span = in_file(&self.origin, &(0..self.expr.len()));
                report.at(&SYNTAX, source, &item, span, &self.expr, one_line(&message));
                return;
            }
        };
        let role = if self.alerts {
            Role::Alert {
                name: self.name,
                template_labels: Vec::new(),
                rule_labels: self.labels.into_iter().map(|(name, _)| name).collect(),
                texts: self.texts,
            }
        } else {
            Role::Record {
                name: self.name,
                name_span: self.name_span,
            }
        };
        let query = Query {
            index,
            source,
            written: Written::plain(self.expr, self.origin),
            item,
            root,
            role,
        };
        for (_, run) in EXPRESSION {
            run(&query, report);
        }
    }
}

pub(crate) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}
