//! Grafana dashboards and Grafana's own alert rules: every query in them, wherever it stands.

use std::collections::BTreeMap;

use crate::allow::Allowances;
use crate::check::{EXPRESSION, Run, SELECTION, SYNTAX, UNKNOWN_LABEL};
use crate::data_source::DataSources;
use crate::document::{self, DocumentError, Node, Value};
use crate::finding::{Check, Finding, Severity};
use crate::grafana::{self, ANYTHING, Guess, Substituted, Variables};
use crate::index::Index;
use crate::nearest::nearest;
use crate::promql::{self, shape::Labels, tree::Node as Expr};
use crate::query::{Query, Report, Role, Text, Written, in_file};
use crate::rules::one_line;
use crate::source::Source;
use crate::variable_query::{self, VariableQuery};

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
        if root
            .str_at("apiVersion")
            .is_some_and(|version| version.contains("/v2"))
        {
            let message = "dashboards of schema v2 are not read: export it as classic JSON, or as a resource of v1";
            return Err(document::error(source, root.span.start, message));
        }
        // As the HTTP API gives it, as a resource, or by itself.
        let board = root
            .get("dashboard")
            .or_else(|| root.get("spec"))
            .unwrap_or(&root);
        let list = board.get("templating").and_then(|all| all.get("list"));
        let mut dashboard = Dashboard {
            source,
            index,
            variables: Variables::new(index.settings.scrape_interval),
            data_sources: DataSources::of(board, list.map(Node::items).unwrap_or_default()),
            queries: 0,
            findings: &mut findings,
            allowances,
        };
        dashboard.define(&root, list, variables);
        for variable in list.into_iter().flat_map(Node::items) {
            dashboard.fill(variable);
        }
        dashboard.visit(&root, &Holder::default());
        if dashboard.queries == 0 {
            let message = "no query of Prometheus found: not a dashboard or an alert rule of Grafana, or one without queries";
            return Err(document::error(source, root.span.start, message));
        }
    }
    Ok(findings)
}

struct Dashboard<'a> {
    source: &'a Source,
    index: &'a Index,
    variables: Variables,
    data_sources: DataSources,
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
    fn define(&mut self, root: &Node, list: Option<&Node>, given: &BTreeMap<String, String>) {
        let all_uses = uses(root, list);
        let all_here = !is_elsewhere(root);
        for variable in list.into_iter().flat_map(Node::items) {
            let Some(name) = variable.get("name") else {
                continue;
            };
            let text = name.as_str().unwrap_or_default();
            self.variables.define(text, fixed_value(variable));
            let used_by_others = list.into_iter().flat_map(Node::items).any(|other| {
                !std::ptr::eq(other, variable) && uses(other, None).iter().any(|used| used == text)
            });
            // These filter every query without being named.
            let filters = matches!(variable.str_at("type"), Some("adhoc" | "groupby"));
            // The data source is used in a field that is not a query.
            let used = used_by_others || all_uses.iter().any(|used| used == text);
            if !used && !filters && all_here {
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
            && self.data_sources.is_prometheus(node, holder.node)
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

    /// The query that fills a variable.
    fn fill(&mut self, variable: &Node) {
        let query = variable
            .get("query")
            .map(|query| query.get("query").unwrap_or(query));
        let (Some("query"), Some(query)) = (variable.str_at("type"), query) else {
            return;
        };
        if !self.data_sources.is_prometheus(variable, None) {
            return;
        }
        let text = query.as_str().unwrap_or_default();
        let (expr, label, checks) = match variable_query::read(text) {
            Some(VariableQuery::LabelValues(selector, label)) => (selector, Some(label), SELECTION),
            Some(VariableQuery::Result(expr)) => (expr, None, EXPRESSION),
            None => return,
        };
        let item = format!("variable `{}`", variable.str_at("name").unwrap_or_default());
        let origin = query.origin(self.source);
        let mut own = Vec::new();
        let report = &mut Report { findings: &mut own };
        let piece = (&text[expr.clone()], origin[expr.start..=expr.end].to_vec());
        let labels = self.expression(piece, &item, untitled(), checks, report);
        if let (Some(span), Some(labels)) = (label, labels) {
            let label = &text[span.clone()];
            if !label.contains('$') && !labels.may_have(label) {
                let message = format!("the series have no label `{label}` to take values from");
                let span = in_file(&origin, &span);
                let finding = report.at(&UNKNOWN_LABEL, self.source, &item, span, label, message);
                match nearest(label, labels.known.keys().map(String::as_str)) {
                    Some(near) => finding.replace(format!("the nearest is `{near}`"), near),
                    None => finding.advise("name labels that the scrape adds with `--label`"),
                }
            }
        }
        self.queries += 1;
        self.keep(own, variable);
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
        let role = match alert {
            // Which labels the result of several has, an expression of Grafana says.
            Some(alert) if queries(alert) > 1 => untitled(),
            Some(alert) => alert_role(source, alert, title),
            None => Role::Panel {
                title: title.to_owned(),
                title_span: holder.title.map(|title| title.span.clone()),
                legend: target.str_at("legendFormat").unwrap_or_default().to_owned(),
            },
        };
        let piece = (expr.as_str().unwrap_or_default(), expr.origin(source));
        self.expression(piece, &item, role, EXPRESSION, report);
    }

    /// Checks an expression with variables; gives the labels of its result if it is PromQL.
    fn expression(
        &self,
        (text, origin): (&str, Vec<usize>),
        item: &str,
        role: Role,
        checks: &[(&[&Check], Run)],
        report: &mut Report<'_>,
    ) -> Option<Labels> {
        let source = self.source;
        for (name, at) in self.variables.substitute(text, Guess::Names).undefined {
            let span = in_file(&origin, &(at..at + name.len() + 1));
            let message = format!("the dashboard does not define the variable `{name}`");
            let finding = report.at(&UNDEFINED_VARIABLE, source, item, span, &name, message);
            match nearest(&name, self.variables.names()) {
                Some(near) => finding.advise(format!("the nearest is `${near}`")),
                None => finding.advise(format!(
                    "define it, or give its value with `--variable {name}=…`"
                )),
            }
        }
        let (substituted, root) = match self.parse(text) {
            Ok(parsed) => parsed,
            Err(message) => {
                let span = in_file(&origin, &(0..text.len()));
                report.at(&SYNTAX, source, item, span, text, one_line(&message));
                return None;
            }
        };
        let query = Query {
            index: self.index,
            source,
            written: Written {
                text: text.to_owned(),
                origin,
                from: substituted.from,
            },
            item: item.to_owned(),
            root,
            role,
        };
        for (_, run) in checks {
            run(&query, report);
        }
        Some(query.root.shape.labels)
    }

    /// Reads an expression with variables; where one has no value here, as whatever makes it PromQL.
    fn parse(&self, text: &str) -> Result<(Substituted, Expr), String> {
        let mut first = None;
        for guess in Guess::ALL {
            let substituted = self.variables.substitute(text, guess);
            match promql::parse(&substituted.text, self.index) {
                Ok(root) => return Ok((substituted, root)),
                Err(message) => first = first.or(Some(message)),
            }
        }
        Err(first.unwrap_or_default().replace(ANYTHING, "$…"))
    }
}

/// What has nothing for a person to read.
fn untitled() -> Role {
    Role::Panel {
        title: String::new(),
        title_span: None,
        legend: String::new(),
    }
}

/// How many queries an alert rule of Grafana has.
fn queries(alert: &Node) -> usize {
    let data = alert.get("data").map(Node::items).unwrap_or_default();
    data.iter()
        .filter_map(|query| query.get("model")?.get("expr"))
        .count()
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

/// The value of a variable that does not depend on who looks.
fn fixed_value(variable: &Node) -> Option<String> {
    let text = match variable.str_at("type")? {
        "constant" | "textbox" => variable.str_at("query"),
        "custom" | "interval" => chosen(variable).or_else(|| {
            let first = variable.str_at("query")?.split(',').next()?;
            // `text : value`
            Some(first.split_once(" : ").map_or(first, |(_, value)| value))
        }),
        _ => None,
    };
    text.map(str::trim)
        .filter(|text| !text.is_empty() && !text.starts_with('$'))
        .map(str::to_owned)
}

/// What was chosen when the dashboard was saved.
fn chosen(variable: &Node) -> Option<&str> {
    let value = variable.get("current")?.get("value")?;
    value.as_str().or_else(|| value.items().first()?.as_str())
}

/// Whether panels of the dashboard are kept in the library of a Grafana.
fn is_elsewhere(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(entries) => {
            node.get("libraryPanel").is_some() && node.get("targets").is_none()
                || entries.iter().any(|(_, value)| is_elsewhere(value))
        }
        Value::Sequence(items) => items.iter().any(is_elsewhere),
        Value::Scalar(_) => false,
    }
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
