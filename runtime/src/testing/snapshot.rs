//! What moved between two moments.

use std::collections::HashMap;

use super::recorded::{Delta, Recorded};
use crate::Registry;
use crate::collect::{FamilyHead, Number, SeriesLabels, Sink, Value};

/// Every series of a registry at one moment.
///
/// Tests of one process share the linked metrics and run at once: give series of their own to tests that count, by a label
/// value, or use a registry of their own and [`Snapshot::of`] it.
#[derive(Clone, Debug)]
pub struct Snapshot {
    registry: Registry,
    taken: Taken,
}

/// Takes a snapshot of the linked sets.
///
/// # Panics
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
/// let before = snapshot();
/// LOGINS.logins_total.with(Login { failed: true }).inc();
/// assert_eq!(before.delta(&LOGINS.logins_total.with(Login { failed: true })), 1);
/// assert_eq!(before.delta(&LOGINS.logins_total.with(Login { failed: false })), 0);
/// ```
#[must_use]
#[track_caller]
pub fn snapshot() -> Snapshot {
    match Registry::linked() {
        Ok(registry) => Snapshot::of(&registry),
        Err(error) => panic!("{error}"),
    }
}

impl Snapshot {
    /// Takes a snapshot of a registry.
    #[must_use]
    pub fn of(registry: &Registry) -> Self {
        Self {
            registry: registry.clone(),
            taken: Taken::of(registry),
        }
    }

    /// How much a series moved since: the value of a counter or gauge, how many observations a histogram or summary took. A series
    /// that was not there counts from zero.
    ///
    /// # Panics
    /// If the registry does not have the series: the handle belongs to another one, or the series was removed.
    #[track_caller]
    pub fn delta<M: Recorded>(&self, series: &M) -> M::Delta {
        let Some((name, labels)) = self.registry.families().series_of(series.target()) else {
            panic!(
                "the registry has no series of this handle: it belongs to another registry, or was removed"
            );
        };
        let key = key(name, labels);
        M::Delta::between(
            self.taken.value(&key),
            Taken::of(&self.registry).value(&key),
        )
    }

    /// How much the series with this name and these labels moved since, as [`Snapshot::delta`] does for those to which there is
    /// no handle, such as the families of functions.
    ///
    /// # Panics
    /// If no set of the registry declares the family: a misspelt name would never move.
    #[must_use]
    #[track_caller]
    pub fn delta_of(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        assert!(
            self.registry
                .families()
                .iter()
                .any(|family| family.name == *name),
            "no metric set of the registry declares `{name}`"
        );
        let key = key(name.to_owned(), owned(labels.iter().copied()));
        f64::between(
            self.taken.value(&key),
            Taken::of(&self.registry).value(&key),
        )
    }
}

/// Name and labels in the order of their names.
type Key = (String, Vec<(String, String)>);

fn key(name: String, mut labels: Vec<(String, String)>) -> Key {
    labels.sort();
    (name, labels)
}

fn owned<'a>(labels: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    labels
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[derive(Clone, Debug, Default)]
struct Taken {
    series: HashMap<Key, Number>,
    /// The one that began last.
    family: String,
}

impl Taken {
    fn of(registry: &Registry) -> Self {
        let mut taken = Self::default();
        registry.collect(&mut taken);
        taken
    }

    /// Zero if there is no such series, as there is none before it is created or, if it is sparse, touched.
    fn value(&self, key: &Key) -> Number {
        self.series.get(key).copied().unwrap_or(Number::U64(0))
    }
}

impl Sink for Taken {
    fn family(&mut self, head: &FamilyHead<'_>) {
        head.name.clone_into(&mut self.family);
    }

    fn series(&mut self, labels: SeriesLabels<'_>, value: Value<'_>) {
        let number = match value {
            Value::Counter(number) | Value::Gauge(number) => number,
            Value::Histogram(histogram) => Number::U64(histogram.count()),
            Value::Summary(summary) => Number::U64(summary.count),
            Value::Info => Number::U64(1),
            Value::StateSet(states) => Number::U64(states.active),
        };
        let key = key(self.family.clone(), owned(labels.iter()));
        self.series.insert(key, number);
    }
}
