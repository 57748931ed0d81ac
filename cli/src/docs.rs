//! `docs`: the reference of a program's metrics, as Markdown.

use std::fmt::Write;

use metricset_model::catalog::{Catalog, Family, Set};
use metricset_model::number::canonical;
use metricset_model::{MetricType, Unit};

/// The document.
pub(crate) fn markdown(catalog: &Catalog, title: &str, targets: &[String]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    write_document(&mut text, catalog, title, targets).ok();
    text
}

fn write_document(
    out: &mut String,
    catalog: &Catalog,
    title: &str,
    targets: &[String],
) -> std::fmt::Result {
    writeln!(
        out,
        "<!-- Written by `cargo metricset docs`. Change the declarations, not this file. -->\n"
    )?;
    writeln!(out, "# {title}\n")?;
    let families = catalog.families().count();
    writeln!(
        out,
        "{families} metric families. Names, types, labels and buckets are those that the program was built with.\n"
    )?;
    writeln!(out, "## Scrape configuration\n")?;
    let job = catalog
        .sets
        .first()
        .map_or("app", |set| set.crate_name.as_str());
    let targets: Vec<_> = targets
        .iter()
        .map(|target| format!("\"{target}\""))
        .collect();
    let targets = targets.join(", ");
    writeln!(
        out,
        "```yaml\nscrape_configs:\n  - job_name: {job}\n    scrape_interval: 15s\n    static_configs:\n      - targets: [{targets}]\n```\n"
    )?;
    for set in catalog.sets.iter().filter(|set| !set.families.is_empty()) {
        section(out, set)?;
    }
    // One newline at the end of the file.
    out.truncate(out.trim_end().len());
    writeln!(out)
}

fn section(out: &mut String, set: &Set) -> std::fmt::Result {
    writeln!(out, "## {}\n", set.name)?;
    if !set.doc.is_empty() {
        writeln!(out, "{}\n", set.doc)?;
    }
    if set.optional {
        writeln!(out, "Served only while it is switched on.\n")?;
    }
    writeln!(
        out,
        "| Metric | Type | Unit | Labels | Description |\n|---|---|---|---|---|"
    )?;
    for family in &set.families {
        let labels: Vec<String> = family
            .labels
            .iter()
            .map(|label| format!("`{}`", label.name))
            .collect();
        writeln!(
            out,
            "| `{}` | {} | {} | {} | {} |",
            family.name,
            family.metric_type,
            family.unit.map_or("", Unit::as_str),
            labels.join(", "),
            cell(&family.help)
        )?;
    }
    writeln!(out)?;
    details(out, set)?;
    writeln!(out, "### Example queries for {}\n\n```promql", set.name)?;
    for family in &set.families {
        writeln!(out, "# {}", comment(&family.help))?;
        for query in queries(family) {
            writeln!(out, "{query}")?;
        }
    }
    writeln!(out, "```\n")
}

/// Label values, buckets and quantiles, for the families that have them.
fn details(out: &mut String, set: &Set) -> std::fmt::Result {
    let mut any = false;
    for family in &set.families {
        let mut lines = Vec::new();
        for label in &family.labels {
            let values = match &label.values {
                Some(values) => values
                    .iter()
                    .map(|value| format!("`{value}`"))
                    .collect::<Vec<_>>()
                    .join(", "),
                None => "any value".to_owned(),
            };
            lines.push(format!("`{}`: {values}", label.name));
        }
        if let Some(bounds) = &family.buckets {
            lines.push(format!("buckets: {}", numbers(bounds)));
        }
        if !family.quantiles.is_empty() {
            lines.push(format!("quantiles: {}", numbers(&family.quantiles)));
        }
        if lines.is_empty() {
            continue;
        }
        any = true;
        writeln!(out, "- `{}`", family.name)?;
        for line in lines {
            writeln!(out, "  - {line}")?;
        }
    }
    if any { writeln!(out) } else { Ok(()) }
}

fn numbers(values: &[f64]) -> String {
    values
        .iter()
        .map(f64::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

fn queries(family: &Family) -> Vec<String> {
    let name = &family.name;
    match family.metric_type {
        MetricType::Counter => {
            let by: Vec<&str> = family
                .labels
                .iter()
                .map(|label| label.name.as_str())
                .collect();
            let mut queries = vec![format!("sum(rate({name}[5m]))")];
            if !by.is_empty() {
                queries.push(format!("sum by ({}) (rate({name}[5m]))", by.join(", ")));
            }
            queries
        }
        MetricType::Histogram => vec![
            format!("histogram_quantile(0.99, sum by (le) (rate({name}_bucket[5m])))"),
            format!("sum(rate({name}_sum[5m])) / sum(rate({name}_count[5m]))"),
        ],
        MetricType::Summary => {
            let worst = family.quantiles.last();
            let worst = worst.map(|q| format!("max({name}{{quantile=\"{}\"}})", canonical(*q)));
            let mean = format!("sum(rate({name}_sum[5m])) / sum(rate({name}_count[5m]))");
            worst.into_iter().chain([mean]).collect()
        }
        MetricType::StateSet => vec![format!("{name} == 1")],
        _ => vec![name.clone()],
    }
}

/// A table's cell holds one line without bars.
fn cell(text: &str) -> String {
    comment(text).replace('|', "\\|")
}

fn comment(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
