//! Grafana dashboards and Grafana's own alert rules: every query in them, wherever it stands.

use std::collections::BTreeMap;

use crate::allow::Allowances;
use crate::check::{EXPRESSION, SYNTAX};
use crate::document::{self, DocumentError, Node, Value};
use crate::finding::{Check, Finding, Severity};
use crate::grafana::{self, Variables};
use crate::index::{Index, nearest};
use crate::promql;
use crate::query::{Query, Report, Role, Text, in_file};
use crate::rules::one_line;
use crate::source::Source;

pub(crate) static UNUSED_VARIABLE: Check = Check {
    name: "unused_variable",
    severity: Severity::Note,
    summary: "a dashboard variable that nothing uses",
    explanation: "The reader changes it and nothing happens.\n\nFound: a variable `instance` and only queries like `peers_connected`\n\
Accepted: `peers_connected{instance=~\"$instance\"}`\n",
};

pub(crate) static UNDEFINED_VARIABLE: Check = Check {
    name: "undefined_variable",
    severity: Severity::Error,
    summary: "a query uses a variable that the dashboard does not define",
    explanation: "Grafana leaves an unknown variable as it stands, and the query is not PromQL.\n\nFound: \
`rate(requests_total{job=\"$jb\"}[5m])` where the variable is `job`\nAccepted: `$job`; or a value with `--variable jb=app`\n",
};

/// Holds dashboards against a catalogue. `variables` are values for variables, before those in the file.
///
/// # Errors
/// The first file that is not JSON, or holds no query.
pub fn check_dashboards(
    sources: &[Source],
    index: &Index,
    variables: &BTreeMap<String, String>,
) -> Result<Vec<Finding>, DocumentError> {
    let mut findings = Vec::new();
    for source in sources {
        let root = document::json(source)?;
        let allowances = Allowances::read(
            source,
            0,
            &mut Report {
                findings: &mut findings,
            },
        );
        let mut dashboard = Dashboard {
            source,
            index,
            variables: Variables::new(index.settings.scrape_interval),
            queries: 0,
            findings: &mut findings,
            allowances,
        };
        dashboard.define(&root, variables);
        dashboard.visit(&root, &Holder::default());
        if dashboard.queries == 0 {
            let message = "no query found: not a dashboard or an alert rule of Grafana, or one without queries";
            return Err(document::error(source, root.span.start, message));
        }
    }
    Ok(findings)
}

struct Dashboard<'a> {
    source: &'a Source,
    index: &'a Index,
    variables: Variables,
    queries: usize,
    findings: &'a mut Vec<Finding>,
    allowances: Allowances,
}

/// The panel or alert rule around a query.
#[derive(Clone, Copy, Default)]
struct Holder<'a> {
    node: Option<&'a Node>,
    title: Option<&'a Node>,
}

impl<'a> Dashboard<'a> {
    /// Takes in the variables of the dashboard and reports those that nothing uses.
    fn define(&mut self, root: &Node, given: &BTreeMap<String, String>) {
        let templating = root
            .get("templating")
            .or_else(|| root.get("dashboard")?.get("templating"));
        let list = templating.and_then(|templating| templating.get("list"));
        let all_uses = uses(root, list);
        for variable in list.into_iter().flat_map(Node::items) {
            let Some(name) = variable.get("name") else {
                continue;
            };
            let text = name.as_str().unwrap_or_default();
            self.variables.define(text, fixed_value(variable));
            let used_by_others = list.into_iter().flat_map(Node::items).any(|other| {
                !std::ptr::eq(other, variable) && uses(other, None).iter().any(|used| used == text)
            });
            // The data source is used in a field that is not a query.
            if !used_by_others && !all_uses.iter().any(|used| used == text) {
                let item = format!("variable `{text}`");
                let message = format!("nothing uses the variable `{text}`");
                let mut own = Vec::new();
                Report { findings: &mut own }
                    .at(
                        &UNUSED_VARIABLE,
                        self.source,
                        &item,
                        name.span.clone(),
                        text,
                        message,
                    )
                    .advise(format!("select by it, `{text}=~\"${text}\"`, or remove it"));
                self.keep(own, variable);
            }
        }
        for (name, value) in given {
            self.variables.define(name, Some(value.clone()));
        }
    }

    fn keep(&mut self, mut own: Vec<Finding>, holder: &Node) {
        own.retain(|finding| !self.allowances.cover(self.source, &holder.span, finding));
        self.findings.append(&mut own);
    }

    fn visit(&mut self, node: &'a Node, holder: &Holder<'a>) {
        let mut holder = *holder;
        if let Some(title) = node.get("title")
            && (node.get("targets").is_some() || node.get("data").is_some())
        {
            holder = Holder {
                node: Some(node),
                title: Some(title),
            };
        }
        if let Some(expr) = node.get("expr")
            && expr.as_str().is_some_and(|text| !text.trim().is_empty())
            && is_prometheus(node, holder.node)
        {
            self.queries += 1;
            let mut own = Vec::new();
            self.query(node, expr, &holder, &mut Report { findings: &mut own });
            self.keep(own, holder.node.unwrap_or(node));
        }
        match &node.value {
            Value::Mapping(entries) => {
                for (_, value) in entries {
                    self.visit(value, &holder);
                }
            }
            Value::Sequence(items) => {
                for item in items {
                    self.visit(item, &holder);
                }
            }
            Value::Scalar(_) => {}
        }
    }

    fn query(&self, target: &Node, expr: &Node, holder: &Holder<'_>, report: &mut Report<'_>) {
        let source = self.source;
        let title = holder.title.and_then(Node::as_str).unwrap_or_default();
        let alert = holder.node.filter(|node| node.get("annotations").is_some());
        let item = match (title, alert) {
            ("", _) => "query".to_owned(),
            (title, Some(_)) => format!("alert `{title}`"),
            (title, None) => format!("panel `{title}`"),
        };
        let text = expr.as_str().unwrap_or_default();
        let origin = expr.origin(source);
        let substituted = self.variables.substitute(text, &origin);
        for (name, at) in &substituted.undefined {
            let span = in_file(&origin, &(*at..*at + name.len() + 1));
            let message = format!("the dashboard does not define the variable `{name}`");
            let finding = report.at(&UNDEFINED_VARIABLE, source, &item, span, name, message);
            match nearest(name, self.variables.names()) {
                Some(near) => finding.advise(format!("the nearest is `${near}`")),
                None => finding.advise(format!(
                    "define it, or give its value with `--variable {name}=…`"
                )),
            }
        }
        let root = match promql::parse(&substituted.text, self.index) {
            Ok(root) => root,
            Err(message) => {
                let span = in_file(&origin, &(0..text.len()));
                report.at(&SYNTAX, source, &item, span, text, one_line(&message));
                return;
            }
        };
        let role = match alert {
            Some(alert) => alert_role(source, alert, title),
            None => Role::Panel {
                title: title.to_owned(),
                title_span: holder.title.map(|title| title.span.clone()),
                legend: target.str_at("legendFormat").unwrap_or_default().to_owned(),
            },
        };
        let query = Query {
            index: self.index,
            source,
            text: substituted.text,
            origin: substituted.origin,
            item,
            root,
            role,
        };
        for (_, run) in EXPRESSION {
            run(&query, report);
        }
    }
}

fn alert_role(source: &Source, alert: &Node, title: &str) -> Role {
    let entries = |section: &str| {
        alert
            .get(section)
            .into_iter()
            .flat_map(Node::entries)
            .collect::<Vec<_>>()
    };
    let labels = entries("labels");
    let annotations = entries("annotations");
    let texts = labels.iter().chain(&annotations).map(|(_, value)| Text {
        value: value.as_str().unwrap_or_default().to_owned(),
        origin: value.origin(source),
    });
    let rule_labels = labels
        .iter()
        .filter_map(|(name, _)| name.as_str().map(str::to_owned))
        .collect();
    Role::Alert {
        name: title.to_owned(),
        texts: texts.collect(),
        template_labels: vec!["alertname".to_owned(), "grafana_folder".to_owned()],
        rule_labels,
    }
}

/// Data sources of other kinds have an `expr` too.
fn is_prometheus(target: &Node, holder: Option<&Node>) -> bool {
    let kind = |node: &Node| {
        node.get("datasource")
            .and_then(|source| source.str_at("type"))
            .map(str::to_owned)
    };
    let kind = kind(target).or_else(|| kind(holder?));
    kind.is_none_or(|kind| kind == "prometheus" || kind.starts_with('$') || kind == "null")
}

/// The value of a variable that does not depend on who looks.
fn fixed_value(variable: &Node) -> Option<String> {
    let text = match variable.str_at("type")? {
        "constant" | "textbox" => variable.str_at("query"),
        "custom" | "interval" => variable
            .get("current")
            .and_then(|current| current.str_at("value"))
            .or_else(|| variable.str_at("query")?.split(',').next()),
        _ => None,
    };
    text.map(str::trim)
        .filter(|text| !text.is_empty() && !text.starts_with('$'))
        .map(str::to_owned)
}

/// Every variable that a string below `node` uses, leaving out `except`.
fn uses(node: &Node, except: Option<&Node>) -> Vec<String> {
    if except.is_some_and(|except| std::ptr::eq(except, node)) {
        return Vec::new();
    }
    match &node.value {
        Value::Scalar(text) => grafana::used(text).map(str::to_owned).collect(),
        Value::Sequence(items) => items.iter().flat_map(|item| uses(item, except)).collect(),
        // Repeating panels and rows name the variable without `$`.
        Value::Mapping(entries) => entries
            .iter()
            .flat_map(|(key, value)| match (key.as_str(), value.as_str()) {
                (Some("repeat"), Some(name)) => vec![name.to_owned()],
                _ => uses(value, except),
            })
            .collect(),
    }
}
