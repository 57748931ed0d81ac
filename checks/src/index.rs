//! The catalogue as expressions see it: every name that can stand in a selector, and what it selects.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use metricset_model::catalog::{Catalog, Family};
use metricset_model::number::canonical;
use metricset_model::{MetricType, OVERFLOW};
use regex::Regex;

use crate::grafana::ANYTHING;
use crate::nearest::{Letters, nearest, nearest_of};
use crate::promql::interval::Interval;
use crate::promql::shape::{Label, Labels, Nature, Shape};

/// What a check knows besides the catalogue.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Settings {
    /// Labels that the scrape adds to every series, besides `job` and `instance`.
    pub target_labels: Vec<String>,
    /// Metric names that come from elsewhere and are not judged; see [`glob`].
    pub external: Vec<Regex>,
    /// How often the program is scraped.
    pub scrape_interval: Duration,
    /// The prefix is chosen at run time, so a name that is written out is a trap.
    pub configurable_prefix: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            target_labels: Vec::new(),
            external: Vec::new(),
            scrape_interval: Duration::from_secs(15),
            configurable_prefix: false,
        }
    }
}

/// A catalogue, ready to be asked about names.
pub struct Index {
    pub(crate) settings: Settings,
    families: BTreeMap<String, Known>,
    /// What recording rules add.
    recorded: HashMap<String, Shape>,
    prefixes: Vec<String>,
}

pub(crate) struct Known {
    pub(crate) family: Family,
    pub(crate) optional: bool,
    pub(crate) local_name: String,
    letters: Letters,
}

/// Which samples of a family a name selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Value,
    Bucket,
    Sum,
    Count,
    Created,
}

/// What a metric name stands for.
pub(crate) enum Resolved<'a> {
    Sample(&'a Known, Part),
    /// Something that Prometheus itself adds, or a recording rule, or a name that is not ours to judge.
    Given(Shape),
    /// A sample suffix on a family that has no such samples.
    WrongSuffix(&'a Known, &'static str),
    /// A histogram has no samples under its own name.
    BareHistogram(&'a Known),
    Unknown,
}

/// What Prometheus writes for each target.
const TARGET_METRICS: &[&str] = &[
    "up",
    "scrape_duration_seconds",
    "scrape_samples_scraped",
    "scrape_samples_post_metric_relabeling",
    "scrape_series_added",
    "scrape_timeout_seconds",
    "scrape_sample_limit",
    "scrape_body_size_bytes",
];

const SUFFIXES: &[(&str, Part)] = &[
    ("_bucket", Part::Bucket),
    ("_sum", Part::Sum),
    ("_count", Part::Count),
    ("_created", Part::Created),
];

impl Index {
    /// Takes a catalogue in.
    #[must_use]
    pub fn new(catalog: &Catalog, settings: Settings) -> Self {
        let mut prefixes: Vec<String> = Vec::new();
        let mut families = BTreeMap::new();
        for (set, family) in catalog.families() {
            if !set.prefix.is_empty() && !prefixes.contains(&set.prefix) {
                prefixes.push(set.prefix.clone());
            }
            families.insert(
                family.name.clone(),
                Known {
                    family: family.clone(),
                    optional: set.optional,
                    local_name: set.local_name(&family.name).to_owned(),
                    letters: Letters::of(&family.name),
                },
            );
        }
        Self {
            settings,
            families,
            recorded: HashMap::new(),
            prefixes,
        }
    }

    /// Takes in what rules record, by name; says whether that is news.
    pub(crate) fn record(&mut self, recorded: HashMap<String, Shape>) -> bool {
        let mut news = false;
        for (name, shape) in recorded {
            news |= self.recorded.get(&name) != Some(&shape);
            self.recorded.insert(name, shape);
        }
        news
    }

    pub(crate) fn is_recorded(&self, name: &str) -> bool {
        self.recorded.contains_key(name)
    }

    pub(crate) fn known(&self, name: &str) -> Option<&Known> {
        self.families.get(name)
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Known> {
        self.families.values()
    }

    pub(crate) fn is_target_label(&self, name: &str) -> bool {
        matches!(name, "job" | "instance")
            || self
                .settings
                .target_labels
                .iter()
                .any(|label| label == name)
    }

    /// The prefix of a set that a name carries.
    pub(crate) fn prefix_of(&self, name: &str) -> Option<&str> {
        self.prefixes
            .iter()
            .filter(|prefix| {
                name.strip_prefix(prefix.as_str())
                    .is_some_and(|rest| rest.starts_with('_'))
            })
            .min_by_key(|prefix| prefix.len())
            .map(String::as_str)
    }

    pub(crate) fn resolve(&self, name: &str) -> Resolved<'_> {
        if let Some(known) = self.families.get(name) {
            return match known.family.metric_type {
                MetricType::Histogram => Resolved::BareHistogram(known),
                _ => Resolved::Sample(known, Part::Value),
            };
        }
        if let Some(shape) = self.recorded.get(name) {
            return Resolved::Given(shape.clone());
        }
        for (suffix, part) in SUFFIXES {
            // OpenMetrics drops `_total` before `_created`.
            let Some(known) = name.strip_suffix(suffix).and_then(|stem| {
                self.families.get(stem).or_else(|| {
                    let total = (*part == Part::Created).then(|| format!("{stem}_total"))?;
                    self.families.get(&total)
                })
            }) else {
                continue;
            };
            let has = match known.family.metric_type {
                MetricType::Histogram => true,
                MetricType::Summary => *part != Part::Bucket,
                MetricType::Counter => *part == Part::Created,
                _ => false,
            };
            return if has {
                Resolved::Sample(known, *part)
            } else {
                Resolved::WrongSuffix(known, suffix)
            };
        }
        if TARGET_METRICS.contains(&name) {
            let values = if name == "up" {
                Interval::ZERO_TO_ONE
            } else {
                Interval::NOT_NEGATIVE
            };
            return Resolved::Given(Shape::vector(self.target_labels(), values));
        }
        if matches!(name, "ALERTS" | "ALERTS_FOR_STATE")
            || name.contains(ANYTHING)
            || self
                .settings
                .external
                .iter()
                .any(|pattern| pattern.is_match(name))
        {
            return Resolved::Given(Shape::unknown());
        }
        Resolved::Unknown
    }

    /// Whether a name selects series that are there as long as the program is.
    pub(crate) fn is_always_exposed(&self, name: &str) -> bool {
        let Resolved::Sample(known, part) = self.resolve(name) else {
            return false;
        };
        let family = &known.family;
        family.closed_series().is_some()
            && !family.sparse
            && !known.optional
            && part != Part::Created
    }

    /// The labels that the scrape adds.
    pub(crate) fn target_labels(&self) -> Labels {
        let names = self.settings.target_labels.iter().map(String::as_str);
        Labels {
            known: ["job", "instance"]
                .into_iter()
                .chain(names)
                .map(|name| (name.to_owned(), Label::new(None, true)))
                .collect(),
            open: false,
        }
    }

    /// What one part of a family evaluates to, before matchers.
    pub(crate) fn shape(&self, known: &Known, part: Part) -> Shape {
        let family = &known.family;
        let mut labels = self.target_labels();
        labels.open = !family.labels_complete;
        for label in &family.labels {
            // A label that the target has too is served under another name.
            let name = if self.is_target_label(&label.name) {
                format!("exported_{}", label.name)
            } else {
                label.name.clone()
            };
            let mut values = label.values.clone();
            if let Some(values) = &mut values
                && family.accepts(label, OVERFLOW)
                && !values.iter().any(|value| value == OVERFLOW)
            {
                values.push(OVERFLOW.to_owned());
            }
            labels.known.insert(name, Label::new(values, false));
        }
        let mut nature = Nature::Other;
        let mut values = Interval::ANY;
        match (family.metric_type, part) {
            (_, Part::Created) => values = Interval::NOT_NEGATIVE,
            (_, Part::Bucket) => {
                let bounds = family.buckets.as_ref().map(|bounds| {
                    let finite = bounds.iter().map(|bound| canonical(*bound));
                    finite.chain(["+Inf".to_owned()]).collect()
                });
                labels
                    .known
                    .insert("le".to_owned(), Label::new(bounds, false));
                nature = Nature::Buckets(family.name.clone());
                values = Interval::NOT_NEGATIVE;
            }
            (_, Part::Sum | Part::Count) | (MetricType::Counter, _) => {
                nature = Nature::Cumulative;
                values = Interval::NOT_NEGATIVE;
            }
            (MetricType::Info, _) => values = Interval::ONE,
            (MetricType::StateSet, _) => {
                labels
                    .known
                    .entry(family.name.clone())
                    .or_insert(Label::new(None, false));
                values = Interval::ZERO_TO_ONE;
            }
            (MetricType::Summary, _) => {
                let quantiles = family.quantiles.iter().copied().map(canonical).collect();
                labels
                    .known
                    .insert("quantile".to_owned(), Label::new(Some(quantiles), false));
            }
            _ => {}
        }
        if part == Part::Sum
            && family
                .buckets
                .as_ref()
                .is_some_and(|bounds| bounds[0] < 0.0)
        {
            values = Interval::ANY;
        }
        Shape {
            labels,
            nature,
            values,
        }
    }

    /// The known name that is most like this one.
    pub(crate) fn nearest(&self, name: &str) -> Option<String> {
        if name.contains(':') {
            let recorded = self.recorded.keys().map(String::as_str);
            return nearest(name, recorded).map(str::to_owned);
        }
        let (stem, suffix) = SUFFIXES
            .iter()
            .find_map(|(suffix, _)| Some((name.strip_suffix(suffix)?, *suffix)))
            .unwrap_or((name, ""));
        let same = self
            .all()
            .find(|known| known.local_name == name || known.local_name == stem);
        let found = match same {
            Some(known) => known.family.name.as_str(),
            None => {
                let all = self.families.iter();
                nearest_of(
                    stem,
                    all.map(|(name, known)| (name.as_str(), known.letters)),
                )?
            }
        };
        let is_histogram = self.families[found].family.metric_type == MetricType::Histogram;
        Some(match (is_histogram, suffix) {
            (true, "") => format!("{found}_bucket"),
            (true, suffix) => format!("{found}{suffix}"),
            (false, _) => found.to_owned(),
        })
    }
}

/// A pattern in which `*` stands for anything.
///
/// # Errors
/// If the pattern is too large.
pub fn glob(pattern: &str) -> Result<Regex, regex::Error> {
    let parts: Vec<_> = pattern.split('*').map(regex::escape).collect();
    Regex::new(&format!("^(?:{})$", parts.join(".*")))
}
