//! A Grafana dashboard: one row for each set, one panel for each family.

use metricset_model::catalog::{Catalog, Family, Set};
use metricset_model::{MetricType, Unit};
use serde_json::{Value, json};

use super::words;

/// A dashboard for a program that is scraped under `job`.
pub(crate) fn dashboard(catalog: &Catalog, job: &str) -> anyhow::Result<String> {
    let mut layout = Layout::default();
    for set in catalog.sets.iter().filter(|set| !set.families.is_empty()) {
        layout.row(set);
        for family in &set.families {
            layout.panel(set, family);
        }
    }
    let board = json!({
        "title": job,
        "schemaVersion": 39,
        "editable": true,
        "time": { "from": "now-1h", "to": "now" },
        "templating": { "list": [
            { "name": "datasource", "type": "datasource", "query": "prometheus" },
            { "name": "job", "type": "constant", "query": job, "hide": 2 },
            {
                "name": "instance",
                "type": "query",
                "datasource": datasource(),
                "query": "label_values(up{job=\"$job\"}, instance)",
                "refresh": 2,
                "multi": true,
                "includeAll": true,
            },
        ]},
        "panels": layout.panels,
    });
    let mut text = serde_json::to_string_pretty(&board)?;
    text.push('\n');
    Ok(text)
}

fn datasource() -> Value {
    json!({ "type": "prometheus", "uid": "$datasource" })
}

/// Places panels two in a row of 24 columns.
#[derive(Default)]
struct Layout {
    panels: Vec<Value>,
    y: u32,
    right: bool,
}

const PANEL_HEIGHT: u32 = 8;

impl Layout {
    fn row(&mut self, set: &Set) {
        if self.right {
            self.y += PANEL_HEIGHT;
            self.right = false;
        }
        self.panels.push(json!({
            "id": self.panels.len() + 1,
            "type": "row",
            "title": set.name,
            "collapsed": false,
            "gridPos": { "x": 0, "y": self.y, "w": 24, "h": 1 },
            "panels": [],
        }));
        self.y += 1;
    }

    fn panel(&mut self, set: &Set, family: &Family) {
        let targets: Vec<Value> = targets(family)
            .into_iter()
            .zip("ABC".chars())
            .map(|((expr, legend), id)| {
                json!({
                    "refId": id.to_string(),
                    "datasource": datasource(),
                    "expr": expr,
                    "legendFormat": legend,
                })
            })
            .collect();
        self.panels.push(json!({
            "id": self.panels.len() + 1,
            "type": "timeseries",
            "title": words(set.local_name(&family.name)),
            "description": family.help,
            "datasource": datasource(),
            "fieldConfig": { "defaults": { "unit": unit(family) }, "overrides": [] },
            "gridPos": { "x": if self.right { 12 } else { 0 }, "y": self.y, "w": 12, "h": PANEL_HEIGHT },
            "targets": targets,
        }));
        if self.right {
            self.y += PANEL_HEIGHT;
        }
        self.right = !self.right;
    }
}

/// Expressions with their legends, three at most.
fn targets(family: &Family) -> Vec<(String, String)> {
    let name = &family.name;
    const TARGET: &str = r#"{job="$job",instance=~"$instance"}"#;
    const WINDOW: &str = "[$__rate_interval]";
    let by: Vec<&str> = family
        .labels
        .iter()
        .map(|label| label.name.as_str())
        .collect();
    let legend = |labels: &[&str]| {
        labels
            .iter()
            .map(|label| format!("{{{{{label}}}}}"))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let open = family.closed_series().is_none();
    // Open labels may have thousands of values; the eye takes ten.
    let largest = |expr: String| {
        if open {
            format!("topk(10, {expr})")
        } else {
            expr
        }
    };
    match family.metric_type {
        MetricType::Counter => {
            let rate = format!("rate({name}{TARGET}{WINDOW})");
            let (expr, legend) = if by.is_empty() {
                (format!("sum by (instance) ({rate})"), legend(&["instance"]))
            } else {
                (format!("sum by ({}) ({rate})", by.join(", ")), legend(&by))
            };
            vec![(largest(expr), legend)]
        }
        MetricType::Histogram => [0.5, 0.95, 0.99]
            .iter()
            .map(|q| {
                let rate = format!("rate({name}_bucket{TARGET}{WINDOW})");
                let expr = format!("histogram_quantile({q}, sum by (le) ({rate}))");
                (expr, format!("p{}", q * 100.0))
            })
            .collect(),
        MetricType::Summary => {
            let rate =
                |part: &str| format!("sum by (instance) (rate({name}_{part}{TARGET}{WINDOW}))");
            vec![(
                format!("{} / {}", rate("sum"), rate("count")),
                legend(&["instance"]),
            )]
        }
        _ => {
            let labels: Vec<&str> = by.iter().copied().chain(["instance"]).collect();
            vec![(largest(format!("{name}{TARGET}")), legend(&labels))]
        }
    }
}

/// Grafana's name of the unit.
fn unit(family: &Family) -> &'static str {
    match (family.unit, family.metric_type) {
        (Some(Unit::Seconds), _) => "s",
        (Some(Unit::Bytes), MetricType::Counter) => "Bps",
        (Some(Unit::Bytes), _) => "bytes",
        (Some(Unit::Ratio), _) => "percentunit",
        (Some(Unit::Celsius), _) => "celsius",
        (Some(Unit::Volts), _) => "volt",
        (Some(Unit::Amperes), _) => "amp",
        (Some(Unit::Hertz), _) => "hertz",
        (Some(Unit::Watts), _) => "watt",
        (Some(Unit::Joules), _) => "joule",
        (Some(Unit::Meters), _) => "lengthm",
        (Some(Unit::Grams), _) => "massg",
        (_, MetricType::Counter) => "ops",
        _ => "short",
    }
}
