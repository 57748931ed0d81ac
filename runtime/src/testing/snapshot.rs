//! What moved between two moments.

use std::collections::HashMap;

use crate::collect::{FamilyHead, Number, SeriesLabels, Sink, Value};
use crate::{RegisterError, Registry};

/// Every series of the linked sets at one moment.
///
/// Tests of one process share the linked metrics and run at once: give series of their own to tests that count, by a label
/// value, or use a registry of their own and read its handles.
#[derive(Clone, Debug)]
pub struct Snapshot {
    series: HashMap<Key, f64>,
    families: Vec<String>,
}

/// Name and labels in the order of their names.
type Key = (String, Vec<(String, String)>);

/// Takes a snapshot of the linked sets.
///
/// # Errors
/// If two linked sets clash.
///
/// ```
/// use metricset::testing::snapshot;
/// use metricset::{Counter, Family, LabelSet, MetricSet};
///
/// #[derive(LabelSet)]
/// struct Login { failed: bool }
///
/// /// Logins.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "app")]
/// struct Logins {
///     /// Logins, by whether they failed.
///     logins_total: Family<Login, Counter>,
/// }
/// static LOGINS: Logins = Logins::global();
///
/// let before = snapshot()?;
/// LOGINS.logins_total.with(Login { failed: true }).inc();
/// assert_eq!(before.delta("app_logins_total", &[("failed", "true")])?, 1.0);
/// assert_eq!(before.delta("app_logins_total", &[("failed", "false")])?, 0.0);
/// # Ok::<(), metricset::RegisterError>(())
/// ```
pub fn snapshot() -> Result<Snapshot, RegisterError> {
    let mut taker = Taker::default();
    Registry::linked()?.collect(&mut taker);
    Ok(Snapshot {
        series: taker.series,
        families: taker.families,
    })
}

impl Snapshot {
    /// How much the series with this name and these labels moved since: a counter's or gauge's value, how many observations a
    /// histogram took. A series that was not there counts from zero.
    ///
    /// # Errors
    /// If two linked sets clash.
    ///
    /// # Panics
    /// If no linked set declares the family: a misspelt name would never move.
    #[track_caller]
    pub fn delta(&self, name: &str, labels: &[(&str, &str)]) -> Result<f64, RegisterError> {
        assert!(
            self.families.iter().any(|family| family == name),
            "no linked metric set declares `{name}`"
        );
        let key = key(name, labels.iter().copied());
        let now = snapshot()?;
        let value = |snapshot: &Self| snapshot.series.get(&key).copied().unwrap_or(0.0);
        Ok(value(&now) - value(self))
    }
}

fn key<'a>(name: &str, labels: impl Iterator<Item = (&'a str, &'a str)>) -> Key {
    let mut labels: Vec<_> = labels
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    labels.sort();
    (name.to_owned(), labels)
}

#[derive(Default)]
struct Taker {
    series: HashMap<Key, f64>,
    families: Vec<String>,
}

impl Sink for Taker {
    fn family(&mut self, head: &FamilyHead<'_>) {
        self.families.push(head.name.to_owned());
    }

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        let number = match value {
            Value::Counter(number) | Value::Gauge(number) => match number {
                Number::U64(value) => value as f64,
                Number::I64(value) => value as f64,
                Number::F64(value) => value,
            },
            Value::Histogram(histogram) => histogram.count() as f64,
            Value::Info => 1.0,
            Value::StateSet(states) => states.active as f64,
        };
        let name = self.families.last().cloned().unwrap_or_default();
        self.series.insert(key(&name, labels.iter()), number);
    }
}
