//! Assertions for tests: what moved ([`Snapshot`]), what nothing ever updated ([`assert_touched`]), what changed in the catalogue
//! ([`assert_catalog`]), what alert rules would say of it ([`assert_rules`]).
//!
//! The engine of `cargo metricset`, without another binary: a test links the program's sets and asks about them. Add the feature
//! `testing` in `[dev-dependencies]` only; it brings a parser of PromQL.

mod recorded;
mod snapshot;

use std::path::Path;

use metricset_checks::{
    CatalogSettings, Finding, Index, Lock, Settings, Severity, Source, check_catalog, check_rules,
    compare,
};
use metricset_model::catalog::{Catalog, Record, RecordError, assemble, embed};

pub use recorded::{Delta, Recorded};
pub use snapshot::{Snapshot, snapshot};

use crate::Registry;

/// The environment variable that makes [`assert_catalog`] write the lock file.
pub const UPDATE: &str = "METRICSET_UPDATE";

/// The catalogue of the linked sets and instrumented functions, as `cargo metricset` reads it out of the binary.
///
/// # Errors
/// If a declaration cannot be read back, which is a bug of this library.
pub fn catalog() -> Result<Catalog, RecordError> {
    let sets = crate::linked::sets();
    let records = sets.iter().map(|set| embed::text(set.descriptor(), true));
    #[cfg(feature = "instrument")]
    let records = records.chain(
        crate::linked::functions()
            .map(|site| embed::function_text(site.descriptor(), site.is_shared())),
    );
    let records: Result<Vec<Record>, RecordError> = records
        .map(|record| Record::parse(record.trim_end()))
        .collect();
    Ok(assemble(&records?))
}

/// Holds the linked sets against a lock file, and lints them. With `METRICSET_UPDATE=1` in the environment it writes the file.
///
/// The path is relative to the package's folder, where cargo runs tests.
///
/// # Panics
/// If anything changed or a convention is broken, with every finding; if the file cannot be read or written.
///
/// ```no_run
/// #[test]
/// fn the_catalogue_is_the_committed_one() {
///     metricset::testing::assert_catalog("metrics.lock");
/// }
/// ```
#[track_caller]
pub fn assert_catalog(path: impl AsRef<Path>) {
    let path = path.as_ref();
    let catalog = own_catalog();
    if std::env::var_os(UPDATE).is_some_and(|value| value != "0") {
        let written = Lock::of(&catalog)
            .to_json()
            .map_err(|error| error.to_string())
            .and_then(|text| std::fs::write(path, text).map_err(|error| error.to_string()));
        if let Err(error) = written {
            panic!("cannot write `{}`: {error}", path.display());
        }
    }
    let source = read(
        path,
        ": run this test with `METRICSET_UPDATE=1` to write it",
    );
    let mut found = check_catalog(&catalog, &CatalogSettings::default());
    match compare(&source, &catalog) {
        Ok(changes) => found.extend(changes),
        Err(error) => panic!("cannot read `{}`: {error}", path.display()),
    }
    assert_none(&found, "the catalogue of this program");
}

/// Holds that the test run so far has updated every family of the registry, but for those that `allowed` names: a metric that
/// is declared and never updated misleads whoever reads its zero.
///
/// # Panics
/// If a family is [untouched](Registry::untouched) and not allowed, with the place of its declaration; if an allowed one was
/// updated or is not there, so that the list does not outlive its reasons.
///
/// ```
/// use metricset::testing::assert_touched;
/// use metricset::{Counter, MetricSet, Registry};
///
/// /// Logins.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "auth", register = false)]
/// struct Auth {
///     /// Logins.
///     logins_total: Counter,
///     /// Logins that a disk error refused.
///     disk_errors_total: Counter,
/// }
///
/// let registry = Registry::new();
/// let auth: Auth = registry.register()?;
/// auth.logins_total.inc();
/// // No test breaks the disk.
/// assert_touched(&registry, &["auth_disk_errors_total"]);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
#[track_caller]
pub fn assert_touched(registry: &Registry, allowed: &[&str]) {
    let untouched = registry.untouched();
    let forgotten = untouched
        .iter()
        .filter(|family| !allowed.contains(&family.name.as_str()))
        .map(|family| {
            format!(
                "`{}`, declared at {}, was never updated",
                family.name, family.location
            )
        });
    let outlived = allowed
        .iter()
        .filter(|name| untouched.iter().all(|family| family.name != **name))
        .map(|name| {
            format!("`{name}` is allowed to be untouched, and is not: take it off the list")
        });
    let wrong: Vec<_> = forgotten.chain(outlived).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Holds a file of Prometheus rules against the linked sets.
///
/// The path is relative to the package's folder, where cargo runs tests.
///
/// # Panics
/// If a check finds something, with every finding; if the file cannot be read or holds no rules.
///
/// ```no_run
/// #[test]
/// fn alerts_fit_the_metrics() {
///     metricset::testing::assert_rules("alerts.yml");
/// }
/// ```
#[track_caller]
pub fn assert_rules(path: impl AsRef<Path>) {
    let path = path.as_ref();
    let source = read(path, ": write a path from the package's folder");
    let mut index = Index::new(&own_catalog(), Settings::default());
    match check_rules(&[source], &mut index) {
        Ok(found) => assert_none(&found, &path.display().to_string()),
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn own_catalog() -> Catalog {
    match catalog() {
        Ok(catalog) => catalog,
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn read(path: &Path, advice: &str) -> Source {
    match std::fs::read_to_string(path) {
        Ok(text) => Source::new(path.display().to_string(), text),
        Err(error) => panic!("cannot read `{}`: {error}{advice}", path.display()),
    }
}

/// Notes are for reading, not for failing.
#[track_caller]
fn assert_none(found: &[Finding], what: &str) {
    let failing: Vec<String> = found
        .iter()
        .filter(|finding| finding.severity() > Severity::Note)
        .map(shown)
        .collect();
    assert!(failing.is_empty(), "{what}:\n{}", failing.join("\n"));
}

fn shown(finding: &Finding) -> String {
    let place = &finding.place;
    let mut text = format!(
        "{}:{}:{}: {} [{}] in {}",
        place.path, place.line, place.column, finding.message, finding.check.name, place.item
    );
    if let Some(fix) = &finding.fix {
        text.push_str(": ");
        text.push_str(&fix.message);
    }
    text
}
