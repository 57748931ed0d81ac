//! The catalogues of five documented systems with their own queries and alerts: what is wrong in them is known, entry by entry.
//!
//! Every discrepancy that a program could find and that concerns a query, an alert, a dashboard variable or a name has to be found,
//! and nothing else may be raised.
#![allow(missing_docs, clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};

use metricset_checks::{
    CatalogSettings, Finding, Index, Settings, Source, check_catalog, check_dashboards, check_rules,
};
use metricset_model::catalog::{Catalog, Family, Label, Set, VERSION};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
struct System {
    prefix: String,
    #[serde(default)]
    prefix_configurable: bool,
    endpoint: Endpoint,
    metric: Vec<Metric>,
    #[serde(default)]
    query: Vec<Query>,
    #[serde(default)]
    alert: Vec<Alert>,
    #[serde(default)]
    variable: Vec<Variable>,
    discrepancy: Vec<Discrepancy>,
}

#[derive(Deserialize)]
struct Endpoint {
    #[serde(default)]
    scrape_job: Vec<Job>,
}

#[derive(Deserialize)]
struct Job {
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Metric {
    name: String,
    #[serde(rename = "type")]
    metric_type: String,
    help: String,
    labels: Vec<MetricLabel>,
    labels_source: String,
    buckets: Option<Vec<f64>>,
    #[serde(default)]
    quantiles: Vec<f64>,
    condition: Option<String>,
}

#[derive(Deserialize)]
struct MetricLabel {
    name: String,
    values: Option<Vec<String>>,
    #[serde(default)]
    open: bool,
}

#[derive(Deserialize)]
struct Query {
    title: String,
    expr: String,
}

#[derive(Deserialize)]
struct Alert {
    alert: String,
    expr: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    description: String,
}

#[derive(Deserialize)]
struct Variable {
    name: String,
}

#[derive(Deserialize)]
struct Discrepancy {
    id: String,
    kind: String,
    found_by: String,
    mechanical: bool,
    #[serde(default)]
    metrics: Vec<String>,
    r#where: String,
}

/// Kinds that are about the name of a metric or of a label.
const NAME_KINDS: &[(&str, &str)] = &[
    ("counter-of-elapsed-time", "elapsed_counter"),
    ("counter-without-total", "counter_without_total"),
    ("gauge-named-total", "total_on_non_counter"),
    ("gauge-used-as-info", "reserved_suffix"),
    ("label-implied-by-help", "help_labels"),
    ("label-name-inconsistent", "label_name_inconsistent"),
    ("label-name-unclear", "label_name_inconsistent"),
    ("label-name-unclear", "help_labels"),
    ("name-stutter", "word_repeated"),
    ("openmetrics-family-clash", "openmetrics_clash"),
    ("prefix-inconsistent", "outside_prefix"),
    ("reserved-suffix", "reserved_suffix"),
    ("unit-not-base", "non_base_unit"),
];

/// Kinds that are about a query, an alert or a dashboard variable.
const EXPRESSION_KINDS: &[(&str, &str)] = &[
    ("annotation-inconsistent", "alert_without_instance"),
    ("conditional-metrics", "optional_metric"),
    ("dashboard-variable-unused", "unused_variable"),
    ("label-undeclared", "unknown_label"),
    ("prefix-hard-coded", "hard_coded_prefix"),
    ("ratio-needs-same-labels", "unmatched_series"),
    ("ratio-of-self", "ratio_of_self"),
    ("threshold-depends-on-buckets", "threshold_without_buckets"),
    ("threshold-per-series", "per_series_threshold"),
    ("threshold-unreachable", "threshold_unreachable"),
    ("title-mismatch", "title_label"),
    ("title-not-aggregated", "title_not_aggregated"),
    // An alert has no title but its text.
    ("title-not-aggregated", "per_series_threshold"),
];

/// Mechanical and about a label's name or its help, but not from what a catalogue holds.
const OUT_OF_REACH: &[(&str, &str)] = &[
    ("PG-09", "\"outcomes\" promises a label without naming one"),
    (
        "PG-10",
        "\"one number per certificate\" is the reader's knowledge, not in the help",
    ),
];

fn catalog(system: &System) -> Catalog {
    let prefix = system.prefix.trim_end_matches('_');
    let mut sets: BTreeMap<(bool, bool), Set> = BTreeMap::new();
    for (line, metric) in system.metric.iter().enumerate() {
        let own = metric.name.starts_with(&system.prefix);
        let optional = metric.condition.is_some();
        let set = sets.entry((own, optional)).or_insert_with(|| Set {
            name: "Metrics".into(),
            prefix: if own { prefix.into() } else { String::new() },
            optional,
            ..Set::default()
        });
        set.families.push(Family {
            name: metric.name.clone(),
            metric_type: serde_json::from_value(json!(metric.metric_type)).unwrap(),
            help: metric.help.clone(),
            unit: None,
            labels: metric
                .labels
                .iter()
                .map(|label| Label {
                    name: label.name.clone(),
                    values: label.values.clone().filter(|_| !label.open),
                })
                .collect(),
            labels_complete: metric.labels_source != "silent",
            buckets: metric.buckets.clone(),
            quantiles: metric.quantiles.clone(),
            sparse: false,
            max_series: None,
            idle_timeout_ms: None,
            allowed: Vec::new(),
            file: "catalogue".into(),
            line: line as u32 + 1,
        });
    }
    Catalog {
        version: VERSION,
        functions: Vec::new(),
        sets: sets.into_values().collect(),
    }
}

fn rules(system: &System) -> Source {
    let rules: Vec<_> = system
        .alert
        .iter()
        .map(|alert| {
            json!({
                "alert": alert.alert,
                "expr": alert.expr,
                "annotations": { "summary": alert.summary, "description": alert.description },
            })
        })
        .collect();
    // JSON is YAML.
    let groups = json!({ "groups": [{ "name": "documented", "rules": rules }] });
    Source::new("alerts.yml", groups.to_string())
}

fn dashboard(system: &System) -> Source {
    let panels: Vec<_> = system
        .query
        .iter()
        .map(|query| json!({ "title": query.title, "targets": [{ "expr": query.expr }] }))
        .collect();
    let variables: Vec<_> = system
        .variable
        .iter()
        .map(|variable| json!({ "name": variable.name.trim_start_matches('$'), "type": "query" }))
        .collect();
    let board = json!({ "panels": panels, "templating": { "list": variables } });
    Source::new("dashboard.json", board.to_string())
}

fn findings(system: &System) -> Vec<Finding> {
    let catalog = catalog(system);
    let mut settings = Settings::default();
    settings.configurable_prefix = system.prefix_configurable;
    settings.target_labels = system
        .endpoint
        .scrape_job
        .iter()
        .flat_map(|job| job.labels.keys().cloned())
        .collect();
    let mut of_catalog = CatalogSettings::default();
    of_catalog.prefix = Some(system.prefix.trim_end_matches('_').to_owned());
    let mut index = Index::new(&catalog, settings);
    let mut found = check_catalog(&catalog, &of_catalog);
    if !system.alert.is_empty() {
        found.extend(check_rules(&[rules(system)], &mut index).unwrap());
    }
    if !system.query.is_empty() {
        found.extend(check_dashboards(&[dashboard(system)], &index, &BTreeMap::new()).unwrap());
    }
    found
}

/// Whether a discrepancy is what a finding is about.
fn explains(discrepancy: &Discrepancy, finding: &Finding, system: &System) -> bool {
    let check = finding.check.name;
    let kinds = NAME_KINDS.iter().chain(EXPRESSION_KINDS);
    if !kinds
        .into_iter()
        .any(|pair| *pair == (discrepancy.kind.as_str(), check))
    {
        return false;
    }
    let item = &finding.place.item;
    let named = item.split('`').nth(1).unwrap_or_default();
    if discrepancy.where_names_it(named) || discrepancy.metrics.iter().any(|metric| metric == named)
    {
        return true;
    }
    // "all queries and alerts": then the expression has to be about one of the metrics.
    let expr = system
        .query
        .iter()
        .map(|query| (&query.title, &query.expr))
        .chain(system.alert.iter().map(|alert| (&alert.alert, &alert.expr)))
        .find(|(title, _)| *title == named);
    let vague = [
        "all queries",
        "Alerting Rules",
        "example queries",
        "Queue Metrics",
    ];
    vague
        .iter()
        .any(|words| discrepancy.r#where.contains(words))
        && expr.is_some_and(|(_, expr)| {
            discrepancy
                .metrics
                .iter()
                .any(|metric| expr.contains(metric.as_str()))
        })
}

impl Discrepancy {
    fn where_names_it(&self, name: &str) -> bool {
        !name.is_empty()
            && (self.r#where.contains(name)
                || (self.kind == "dashboard-variable-unused"
                    && self.r#where == "Dashboard Variables"))
    }
}

#[test]
fn every_mechanical_discrepancy_and_nothing_else() {
    let (mut wanted, mut found_ids, mut unexplained) =
        (BTreeSet::new(), BTreeSet::new(), Vec::new());
    let mut expressions = 0;
    for (name, text) in [
        ("connmix", include_str!("catalogues/connmix.toml")),
        ("masque-vpn", include_str!("catalogues/masque-vpn.toml")),
        ("muti-metroo", include_str!("catalogues/muti-metroo.toml")),
        ("pangolin", include_str!("catalogues/pangolin.toml")),
        ("sockudo", include_str!("catalogues/sockudo.toml")),
    ] {
        let system: System = toml::from_str(text).unwrap();
        expressions += system.query.len() + system.alert.len();
        for discrepancy in &system.discrepancy {
            let kind = discrepancy.kind.as_str();
            let about = NAME_KINDS.iter().any(|(name, _)| *name == kind)
                || matches!(discrepancy.found_by.as_str(), "query" | "alert")
                || EXPRESSION_KINDS.iter().any(|(name, _)| *name == kind);
            let reachable = !OUT_OF_REACH.iter().any(|(id, _)| *id == discrepancy.id);
            if discrepancy.mechanical && about && reachable {
                wanted.insert(discrepancy.id.clone());
            }
        }
        for finding in findings(&system) {
            let mut explained = false;
            for discrepancy in &system.discrepancy {
                if explains(discrepancy, &finding, &system) {
                    found_ids.insert(discrepancy.id.clone());
                    explained = true;
                }
            }
            if !explained {
                unexplained.push(format!(
                    "{name}: {} on {}: {}",
                    finding.check.name, finding.place.item, finding.message
                ));
            }
        }
    }
    let missed: Vec<_> = wanted.difference(&found_ids).collect();
    assert!(
        missed.is_empty(),
        "missed: {missed:?}; unexplained: {unexplained:#?}"
    );
    assert!(
        unexplained.is_empty(),
        "raised on the rest: {unexplained:#?}"
    );
    assert_eq!(expressions, 49, "37 queries and 12 alerts");
    assert_eq!(
        wanted.len(),
        40,
        "discrepancies that have to be found, and are"
    );
}
