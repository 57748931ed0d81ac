//! `list`: every family of a program.

use std::io::Write;

use metricset_checks::most_series;
use metricset_model::Unit;
use metricset_model::catalog::{Catalog, Family, Label, Set};
use metricset_model::number::canonical;

use crate::args::{ListArgs, ListFormat};
use crate::{Outcome, catalog_source};

pub(super) fn run(args: &ListArgs) -> anyhow::Result<Outcome> {
    let mut catalog = catalog_source::load(&args.catalog)?;
    for set in &mut catalog.sets {
        let of_crate = args
            .crate_name
            .as_ref()
            .is_none_or(|name| *name == set.crate_name);
        set.families.retain(|family| {
            of_crate
                && args
                    .pattern
                    .as_ref()
                    .is_none_or(|pattern| pattern.is_match(&family.name))
                && args
                    .metric_type
                    .is_none_or(|kind| kind == family.metric_type)
        });
    }
    catalog.sets.retain(|set| !set.families.is_empty());
    let mut out = anstream::stdout().lock();
    match args.format {
        ListFormat::Table => table(&mut out, &catalog)?,
        ListFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &catalog)?;
            writeln!(out)?;
        }
        ListFormat::Csv => csv(&mut out, &catalog)?,
    }
    out.flush()?;
    Ok(Outcome::Clean)
}

/// A line for each family, and below it where it is declared and one for each label, so that 80 columns are enough.
fn table(out: &mut impl Write, catalog: &Catalog) -> anyhow::Result<()> {
    let name_width = width(catalog, |family| family.name.len()).max("NAME".len());
    let type_width = width(catalog, |family| family.metric_type.as_str().len()).max("TYPE".len());
    let bold = anstyle::Style::new().bold();
    let dim = anstyle::Style::new().dimmed();
    writeln!(
        out,
        "{bold}{:name_width$}  {:type_width$}  {:7}  {:>6}{bold:#}",
        "NAME", "TYPE", "UNIT", "SERIES"
    )?;
    for (set, family) in catalog.families() {
        writeln!(
            out,
            "{:name_width$}  {:type_width$}  {:7}  {:>6}",
            family.name,
            family.metric_type.as_str(),
            unit(family),
            series(family)
        )?;
        writeln!(out, "    {dim}{}:{}{dim:#}", family.file, family.line)?;
        if set.optional {
            writeln!(out, "    {dim}only while its set is switched on{dim:#}")?;
        }
        for label in &family.labels {
            writeln!(out, "    {dim}{}{dim:#}", shown(label))?;
        }
        let bounds = family.buckets.as_deref().unwrap_or_default();
        for (label, values) in [("le", bounds), ("quantile", &family.quantiles)] {
            if !values.is_empty() {
                let values: Vec<String> = values.iter().copied().map(canonical).collect();
                writeln!(out, "    {dim}{label}: {}{dim:#}", cut(&values.join(", ")))?;
            }
        }
    }
    Ok(())
}

fn width(catalog: &Catalog, of: impl Fn(&Family) -> usize) -> usize {
    catalog
        .families()
        .map(|(_, family)| of(family))
        .max()
        .unwrap_or(0)
}

fn unit(family: &Family) -> &'static str {
    family.unit.map_or("", Unit::as_str)
}

/// A family without a limit has nothing to show.
fn series(family: &Family) -> String {
    most_series(family).map_or_else(String::new, |series| series.to_string())
}

fn shown(label: &Label) -> String {
    match &label.values {
        Some(values) => format!("{}: {}", label.name, cut(&values.join(", "))),
        None => format!("{}: any value", label.name),
    }
}

/// As much as fits into a line of 80 behind its indentation.
fn cut(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn csv(out: &mut impl Write, catalog: &Catalog) -> anyhow::Result<()> {
    writeln!(out, "name,type,unit,labels,series,crate,set,file,line,help")?;
    for (set, family) in catalog.families() {
        let fields = row(set, family);
        let quoted: Vec<String> = fields.iter().map(|field| quote(field)).collect();
        writeln!(out, "{}", quoted.join(","))?;
    }
    Ok(())
}

fn row(set: &Set, family: &Family) -> [String; 10] {
    let labels: Vec<String> = family
        .labels
        .iter()
        .map(|label| match &label.values {
            Some(values) => format!("{}={}", label.name, values.join("|")),
            None => label.name.clone(),
        })
        .collect();
    [
        family.name.clone(),
        family.metric_type.to_string(),
        unit(family).to_owned(),
        labels.join(";"),
        series(family),
        set.crate_name.clone(),
        set.name.clone(),
        family.file.clone(),
        family.line.to_string(),
        family.help.clone(),
    ]
}

/// RFC 4180.
fn quote(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
