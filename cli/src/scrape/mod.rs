//! `scrape`: what a live endpoint serves, against the formats and against the catalogue.

mod compare;
mod exposition;
mod fetch;
mod lint;

use metricset_checks::{Finding, Place, Source};

use crate::args::ScrapeArgs;
use crate::{Outcome, catalog_source, output};

pub(crate) fn run(args: &ScrapeArgs) -> anyhow::Result<Outcome> {
    let catalog = catalog_source::load_if_named(args)?;
    // There without `--explain`, which never comes here.
    let url = args.url.as_deref().unwrap_or_default();
    output::status("Scraping", url);
    let text = fetch::fetch(url, args.timeout)?;
    let served = exposition::parse(&text);
    if served.families.is_empty() {
        anyhow::bail!("`{url}` serves no metrics");
    }
    let mut found = Findings {
        source: Source::new(url.to_owned(), text),
        found: Vec::new(),
    };
    lint::run(&served, &mut found);
    if let Some(catalog) = &catalog {
        compare::run(&served, catalog, &args.external, &mut found);
    }
    let samples: usize = served
        .families
        .values()
        .map(|family| family.samples.len())
        .sum();
    let families = output::counted(served.families.len(), "family", "families");
    let samples = output::counted(samples, "sample", "samples");
    let what = format!("{families}, {samples}");
    output::findings(found.found, &[found.source], &args.findings, &what)
}

/// Findings on lines of the exposition.
struct Findings {
    source: Source,
    found: Vec<Finding>,
}

impl Findings {
    /// `line` 0 stands for the exposition as a whole.
    fn add(
        &mut self,
        check: &'static metricset_checks::Check,
        line: u32,
        name: &str,
        message: String,
    ) {
        let mut start = 0;
        let mut end = 0;
        for (number, content) in self.source.text.split_inclusive('\n').enumerate() {
            if number + 1 == line as usize {
                end = start + content.trim_end().len();
                break;
            }
            start += content.len();
        }
        self.found.push(Finding {
            check,
            message,
            place: Place {
                path: self.source.path.clone(),
                line: line.max(1),
                column: 1,
                span: (line > 0).then_some(start..end),
                piece: name.to_owned(),
                item: format!("family `{name}`"),
            },
            fix: None,
        });
    }
}
