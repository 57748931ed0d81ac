//! What each command does.

mod check;
mod explain;
mod list;
mod man;
mod written;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::slice;

use anyhow::{Context, bail};
use clap::CommandFactory;
use metricset_checks::{
    DocumentError, Finding, Index, Settings, Source, check_dashboards, check_rule_file,
    record_rules,
};

use crate::args::{Cli, Command, DashboardsArgs, GenerateCommand, RulesArgs, WorldArgs};
use crate::output::progress::Progress;
use crate::{Outcome, catalog_source, docs, generate, output, scrape};

pub(crate) fn run(command: Command) -> anyhow::Result<Outcome> {
    match command {
        Command::List(args) => list::run(&args),
        Command::Check(args) => explained(&args.findings, || check::run(&args)),
        Command::Rules(args) => explained(&args.findings, || rules(&args)),
        Command::Dashboards(args) => explained(&args.findings, || dashboards(&args)),
        Command::Docs(args) => {
            let catalog = catalog_source::load(&args.catalog)?;
            let text = docs::markdown(&catalog, &args.title, &args.target);
            written::put(&text, args.output.as_deref(), args.check.as_deref())
        }
        Command::Generate(command) => {
            let (args, make): (_, generate::Make) = match &command {
                GenerateCommand::Rules(args) => (args, generate::rules),
                GenerateCommand::Dashboard(args) => (args, generate::dashboard),
            };
            let catalog = catalog_source::load(&args.catalog)?;
            let text = make(&catalog, &args.job)?;
            written::put(&text, args.output.as_deref(), args.check.as_deref())
        }
        Command::Scrape(args) => explained(&args.findings, || scrape::run(&args)),
        Command::Explain(args) => explain::run(args.check.as_deref()),
        Command::Completions(args) => {
            let mut text = Vec::new();
            clap_complete::generate(
                args.shell,
                &mut Cli::command(),
                "cargo-metricset",
                &mut text,
            );
            print(&text)
        }
        Command::Man => print(&man::page()?),
    }
}

/// `--explain` takes the place of a run.
fn explained(
    args: &crate::args::FindingArgs,
    run: impl FnOnce() -> anyhow::Result<Outcome>,
) -> anyhow::Result<Outcome> {
    match &args.explain {
        Some(check) => explain::run(Some(check)),
        None => run(),
    }
}

fn print(text: &[u8]) -> anyhow::Result<Outcome> {
    let mut out = anstream::stdout().lock();
    out.write_all(text)?;
    out.flush()?;
    Ok(Outcome::Clean)
}

fn rules(args: &RulesArgs) -> anyhow::Result<Outcome> {
    let sources = read(&args.files)?;
    let catalog = catalog_source::load(&args.catalog)?;
    let mut index = Index::new(&catalog, settings(&args.world));
    record_rules(&sources, &mut index)?;
    let found = each(&sources, |source| check_rule_file(source, &index))?;
    let what = output::counted(sources.len(), "rule file", "rule files");
    output::findings(found, &sources, &args.findings, &what)
}

fn dashboards(args: &DashboardsArgs) -> anyhow::Result<Outcome> {
    let sources = read(&args.files)?;
    let catalog = catalog_source::load(&args.catalog)?;
    let mut index = Index::new(&catalog, settings(&args.world));
    record_rules(&read(&args.rules)?, &mut index)?;
    let variables: BTreeMap<String, String> = args.variable.iter().cloned().collect();
    let found = each(&sources, |source| {
        check_dashboards(slice::from_ref(source), &index, &variables)
    })?;
    let what = output::counted(sources.len(), "Grafana file", "Grafana files");
    output::findings(found, &sources, &args.findings, &what)
}

/// What is found in each file, one after the other.
fn each(
    sources: &[Source],
    check: impl Fn(&Source) -> Result<Vec<Finding>, DocumentError>,
) -> anyhow::Result<Vec<Finding>> {
    let mut progress = Progress::of(sources.len());
    let mut found = Vec::new();
    for source in sources {
        progress.next("Checking", &source.path);
        found.append(&mut check(source)?);
    }
    Ok(found)
}

fn settings(args: &WorldArgs) -> Settings {
    let mut settings = Settings::default();
    settings.target_labels.clone_from(&args.label);
    settings.external.clone_from(&args.external);
    settings.scrape_interval = args.scrape_interval;
    settings.configurable_prefix = args.configurable_prefix;
    settings
}

fn read(files: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    files
        .iter()
        .map(|path| {
            let shown = path.display();
            let bytes = std::fs::read(path).with_context(|| format!("cannot read `{shown}`"))?;
            match String::from_utf8(bytes) {
                Ok(text) => Ok(Source::new(shown.to_string(), text)),
                Err(_) => bail!("`{shown}` is not UTF-8 text"),
            }
        })
        .collect()
}
