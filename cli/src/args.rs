//! Every flag, once: help, completions and the manual page come from here.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use regex::Regex;

/// The metrics of a built program as a contract.
///
/// Reads the catalogue of metrics out of a built binary, without running it, and holds alert rules, dashboards, documents and
/// a lock file against it.
///
/// Exit status: 0 if all is well, 1 if there are findings, 2 if the command could not run.
#[derive(Debug, Parser)]
#[command(
    name = "cargo-metricset",
    bin_name = "cargo metricset",
    version,
    max_term_width = 100
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// When to use colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    Auto,
    /// Even in a pipe
    Always,
    /// Nowhere
    Never,
}

impl Color {
    pub(crate) fn apply(self) {
        let choice = match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List every metric family of a program
    List(ListArgs),
    /// Lint the metrics of a program and compare them with a lock file
    Check(CheckArgs),
    /// Check alert and recording rules of Prometheus
    Rules(RulesArgs),
    /// Check the queries of Grafana dashboards and Grafana alert rules
    Dashboards(DashboardsArgs),
    /// Write the reference of a program's metrics as Markdown
    Docs(DocsArgs),
    /// Write starter alert rules or a Grafana dashboard
    #[command(subcommand)]
    Generate(GenerateCommand),
    /// Read a live endpoint, lint it and compare it with the catalogue
    Scrape(ScrapeArgs),
    /// Explain a check, or list all of them
    Explain(ExplainArgs),
    /// Write shell completions
    Completions(CompletionsArgs),
    /// Write the manual page
    Man,
}

/// Where the catalogue comes from.
#[derive(Debug, Args)]
#[group(required = true, multiple = false, id = "source")]
pub(crate) struct SourceArgs {
    /// Build this binary of the workspace, its package alone, and read it
    #[arg(long, value_name = "NAME", help_heading = "Catalogue")]
    pub(crate) bin: Option<String>,
    /// Read a built binary
    #[arg(long, value_name = "PATH", help_heading = "Catalogue")]
    pub(crate) binary: Option<PathBuf>,
    /// Read a file that `list --format json` wrote
    #[arg(long, value_name = "FILE", help_heading = "Catalogue")]
    pub(crate) catalog: Option<PathBuf>,
}

/// The catalogue of a program.
#[derive(Debug, Args)]
pub(crate) struct CatalogArgs {
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
    /// The program runs under this prefix instead: `OLD=NEW`; repeatable
    #[arg(long, value_name = "OLD=NEW", help_heading = "Catalogue", value_parser = pair)]
    pub(crate) rename_prefix: Vec<(String, String)>,
}

/// What `--bin` tells cargo besides.
#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// The package of `--bin`, where several have a binary of that name
    #[arg(
        long,
        value_name = "PACKAGE",
        help_heading = "Catalogue",
        requires = "bin",
        // What is required is not, to clap, beside something that it conflicts with.
        conflicts_with_all = ["binary", "catalog"]
    )]
    pub(crate) package: Option<String>,
    /// Build with this profile
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Catalogue",
        requires = "bin",
        // What is required is not, to clap, beside something that it conflicts with.
        conflicts_with_all = ["binary", "catalog"]
    )]
    pub(crate) profile: Option<String>,
    /// Build with these features, separated by commas
    #[arg(
        long,
        value_name = "FEATURES",
        help_heading = "Catalogue",
        requires = "bin",
        // What is required is not, to clap, beside something that it conflicts with.
        conflicts_with_all = ["binary", "catalog"]
    )]
    pub(crate) features: Option<String>,
}

/// How findings are shown.
#[derive(Debug, Args)]
pub(crate) struct FindingArgs {
    /// How to show findings
    #[arg(long, default_value = "human", value_name = "FORMAT")]
    pub(crate) format: Format,
    /// The least severity that fails the run
    #[arg(long, default_value = "warning", value_name = "SEVERITY")]
    pub(crate) fail_on: FailOn,
    /// Leave out this check; repeatable
    #[arg(long, value_name = "CHECK", value_parser = check_name)]
    pub(crate) allow: Vec<String>,
    /// Explain a check instead of running
    // In the group of the catalogue's sources, of which a command asks for one.
    #[arg(long, value_name = "CHECK", value_parser = check_name, exclusive = true, group = "source")]
    pub(crate) explain: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// With the source, as a compiler does
    Human,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Commands of a GitHub workflow, which annotate the change
    Github,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FailOn {
    /// Fail on everything
    Note,
    /// Let notes pass
    Warning,
    /// Let notes and warnings pass
    Error,
}

/// What expressions are told about the world.
#[derive(Debug, Args)]
pub(crate) struct WorldArgs {
    /// A label that the scrape adds besides `job` and `instance`; repeatable
    #[arg(long, value_name = "NAME", help_heading = "Scrape")]
    pub(crate) label: Vec<String>,
    /// How often the program is scraped
    #[arg(long, value_name = "DURATION", default_value = "15s", value_parser = duration, help_heading = "Scrape")]
    pub(crate) scrape_interval: Duration,
    /// Metrics that other programs serve, `*` for anything; repeatable
    #[arg(long, value_name = "PATTERN", value_parser = glob, help_heading = "Scrape")]
    pub(crate) external: Vec<Regex>,
    /// The prefix is chosen at run time: report names that write it out
    #[arg(long, help_heading = "Scrape")]
    pub(crate) configurable_prefix: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    /// Only families whose name matches; `*` stands for anything
    #[arg(value_parser = glob)]
    pub(crate) pattern: Option<Regex>,
    /// Only families of this type
    #[arg(long = "type", value_name = "TYPE", value_parser = metric_type)]
    pub(crate) metric_type: Option<metricset_model::MetricType>,
    /// Only families of this crate
    #[arg(long = "crate", value_name = "NAME")]
    pub(crate) crate_name: Option<String>,
    /// How to show them
    #[arg(long, default_value = "table", value_name = "FORMAT")]
    pub(crate) format: ListFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ListFormat {
    /// Columns
    Table,
    /// A catalogue file
    Json,
    /// One line for each family
    Csv,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    /// Compare with this lock file
    #[arg(long, value_name = "FILE")]
    pub(crate) lock: Option<PathBuf>,
    /// Write the lock file instead of comparing
    #[arg(long, requires = "lock")]
    pub(crate) update: bool,
    /// The most series that the program may expose
    #[arg(long, value_name = "N")]
    pub(crate) max_series: Option<u64>,
    /// What every name has to start with
    #[arg(long, value_name = "PREFIX")]
    pub(crate) prefix: Option<String>,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct RulesArgs {
    /// Rule files
    #[arg(required_unless_present = "explain", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DashboardsArgs {
    /// Dashboards, or exported alert rules, as JSON
    #[arg(required_unless_present = "explain", value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// A rule file whose recorded metrics the queries may use; repeatable
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Vec<PathBuf>,
    /// The value of a dashboard variable: `NAME=VALUE`; repeatable
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) variable: Vec<(String, String)>,
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    #[command(flatten)]
    pub(crate) world: WorldArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

#[derive(Debug, Args)]
pub(crate) struct DocsArgs {
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    /// Title of the document
    #[arg(long, default_value = "Metrics")]
    pub(crate) title: String,
    /// Address that the scrape configuration names; several with commas in between
    #[arg(
        long,
        value_name = "HOST:PORT",
        default_value = "localhost:9464",
        value_delimiter = ','
    )]
    pub(crate) target: Vec<String>,
    /// Fail if this file is not what would be written
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) check: Option<PathBuf>,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GenerateCommand {
    /// Alert rules: errors, latency, absence, saturation
    Rules(GenerateArgs),
    /// A Grafana dashboard, one row for each set
    Dashboard(GenerateArgs),
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    #[command(flatten)]
    pub(crate) catalog: CatalogArgs,
    /// The `job` under which Prometheus scrapes the program
    #[arg(long, value_name = "NAME")]
    pub(crate) job: String,
    /// Write to this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Fail if this file is not what would be written
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    pub(crate) check: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ScrapeArgs {
    /// The endpoint: `http://localhost:9464/metrics`
    #[arg(required_unless_present = "explain")]
    pub(crate) url: Option<String>,
    #[command(flatten)]
    pub(crate) source: OptionalSourceArgs,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
    /// The program runs under this prefix instead: `OLD=NEW`; repeatable
    #[arg(long, value_name = "OLD=NEW", help_heading = "Catalogue", value_parser = pair, requires = "optional_source")]
    pub(crate) rename_prefix: Vec<(String, String)>,
    /// Give up after this long
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = duration)]
    pub(crate) timeout: Duration,
    /// Metrics that something else in the process serves, `*` for anything; repeatable
    #[arg(long, value_name = "PATTERN", value_parser = glob)]
    pub(crate) external: Vec<Regex>,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

/// A catalogue, if there is one to compare with.
#[derive(Debug, Args)]
#[group(multiple = false, id = "optional_source")]
pub(crate) struct OptionalSourceArgs {
    /// Build this binary of the workspace, its package alone, and compare
    #[arg(long, value_name = "NAME", help_heading = "Catalogue")]
    pub(crate) bin: Option<String>,
    /// Compare with a built binary
    #[arg(long, value_name = "PATH", help_heading = "Catalogue")]
    pub(crate) binary: Option<PathBuf>,
    /// Compare with a file that `list --format json` wrote
    #[arg(long, value_name = "FILE", help_heading = "Catalogue")]
    pub(crate) catalog: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// Name of the check
    #[arg(value_parser = check_name)]
    pub(crate) check: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    pub(crate) shell: clap_complete::Shell,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write `NAME=VALUE`".to_owned()),
    }
}

fn glob(text: &str) -> Result<Regex, String> {
    metricset_checks::glob(text).map_err(|error| error.to_string())
}

fn duration(text: &str) -> Result<Duration, String> {
    let split = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("write a number and `ms`, `s`, `m` or `h`".to_owned()),
    };
    let number: f64 = number
        .parse()
        .map_err(|_| "write a number first".to_owned())?;
    Duration::try_from_secs_f64(number * seconds)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| "write a duration above zero".to_owned())
}

fn metric_type(text: &str) -> Result<metricset_model::MetricType, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "write counter, gauge, histogram, summary, info or stateset".to_owned())
}

fn check_name(text: &str) -> Result<String, String> {
    if metricset_checks::checks().any(|check| check.name == text) {
        return Ok(text.to_owned());
    }
    Err("no such check; `cargo metricset explain` lists them".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn durations() {
        assert_eq!(duration("15s"), Ok(Duration::from_secs(15)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        for bad in ["", "15", "s", "0s", "-1s", "1e300h"] {
            assert!(duration(bad).is_err(), "{bad}");
        }
    }
}
