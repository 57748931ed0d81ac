//! What a declaration turns into: constant data, the same at compile time, at run time and in the catalogue.

use core::time::Duration;

use crate::lint::LintSet;
use crate::unit::Unit;

/// The type of a metric family, as it stands in `# TYPE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum MetricType {
    /// Only goes up.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts observations into buckets.
    Histogram,
    /// Quantiles computed in the process.
    Summary,
    /// Constant facts as labels, value 1.
    Info,
    /// Which of several states hold.
    StateSet,
}

impl MetricType {
    /// All types.
    pub const ALL: &'static [Self] = &[
        Self::Counter,
        Self::Gauge,
        Self::Histogram,
        Self::Summary,
        Self::Info,
        Self::StateSet,
    ];

    /// Its OpenMetrics spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
            Self::Info => "info",
            Self::StateSet => "stateset",
        }
    }

    /// The suffixes, besides none, under which samples of a family of this type are exposed in text 0.0.4.
    #[must_use]
    pub const fn sample_suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Histogram => &["_bucket", "_sum", "_count"],
            Self::Summary => &["_sum", "_count"],
            Self::Counter | Self::Gauge | Self::Info | Self::StateSet => &[],
        }
    }
}

impl core::fmt::Display for MetricType {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A place in source code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location {
    /// Path as the compiler prints it.
    pub file: &'static str,
    /// From 1.
    pub line: u32,
}

impl core::fmt::Display for Location {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// The value of every label of the series that takes the updates beyond `max_series`.
pub const OVERFLOW: &str = "_overflow";

/// One label of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LabelDescriptor {
    /// The label's name; empty for the label of a state set, which has the full name of the family.
    pub name: &'static str,
    /// Every value it can take, or `None` for an open label.
    pub values: Option<&'static [&'static str]>,
}

impl LabelDescriptor {
    /// A label with its values, or with any value.
    #[must_use]
    #[inline]
    pub const fn new(name: &'static str, values: Option<&'static [&'static str]>) -> Self {
        Self { name, values }
    }
}

/// How many combinations of values the labels have, or `None` if one of them is open.
#[must_use]
pub const fn combinations(labels: &[LabelDescriptor]) -> Option<usize> {
    let mut product: usize = 1;
    let mut i = 0;
    while i < labels.len() {
        match labels[i].values {
            Some(values) => product = product.saturating_mul(values.len()),
            None => return None,
        }
        i += 1;
    }
    Some(product)
}

/// One metric family as declared.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct FamilyDescriptor {
    /// Name without the prefix of its set: the field's name.
    pub name: &'static str,
    /// Name with the prefix that the set declares. At run time another prefix may take its place.
    pub full_name: &'static str,
    /// Type as in `# TYPE`.
    pub metric_type: MetricType,
    /// What it measures. May hold anything: encoders escape it.
    pub help: &'static str,
    /// Unit: declared, else the one that the name ends in.
    pub unit: Option<Unit>,
    /// Labels in the order of the label set's fields.
    pub labels: &'static [LabelDescriptor],
    /// Finite upper bounds of a histogram. `None`: not given.
    pub buckets: Option<&'static [f64]>,
    /// Quantiles of a summary. `None`: not given.
    pub quantiles: Option<&'static [f64]>,
    /// How far back the quantiles of a summary look. `None`: [`DEFAULT_MAX_AGE`](crate::quantiles::DEFAULT_MAX_AGE).
    pub max_age: Option<Duration>,
    /// In how many steps the window of a summary moves. `None`:
    /// [`DEFAULT_AGE_BUCKETS`](crate::quantiles::DEFAULT_AGE_BUCKETS).
    pub age_buckets: Option<u32>,
    /// Expose only series that were touched. Closed label sets only.
    pub sparse: bool,
    /// The most series that a family with an open label holds; updates beyond go to one overflow series.
    pub max_series: Option<usize>,
    /// End series that nothing updated for this long. Open label sets only.
    pub idle_timeout: Option<Duration>,
    /// Values are given by a closure at scrape time, and not recorded.
    pub observed: bool,
    /// Lints that the declaration silences.
    pub allowed: LintSet,
    /// Where the field is declared.
    pub location: Location,
}

impl FamilyDescriptor {
    /// A family with nothing optional set. `full_name` is `name` behind the set's prefix.
    #[must_use]
    #[inline]
    pub const fn new(
        full_name: &'static str,
        name: &'static str,
        metric_type: MetricType,
        labels: &'static [LabelDescriptor],
        help: &'static str,
        location: Location,
    ) -> Self {
        Self {
            name,
            full_name,
            metric_type,
            help,
            unit: Unit::of_name(name),
            labels,
            buckets: None,
            quantiles: None,
            max_age: None,
            age_buckets: None,
            sparse: false,
            max_series: None,
            idle_timeout: None,
            observed: false,
            allowed: LintSet::EMPTY,
            location,
        }
    }

    /// Sets the unit that the declaration names.
    #[must_use]
    #[inline]
    pub const fn with_unit(mut self, unit: Unit) -> Self {
        self.unit = Some(unit);
        self
    }

    /// Sets the bucket bounds.
    #[must_use]
    #[inline]
    pub const fn with_buckets(mut self, bounds: &'static [f64]) -> Self {
        self.buckets = Some(bounds);
        self
    }

    /// Sets the quantiles.
    #[must_use]
    #[inline]
    pub const fn with_quantiles(mut self, quantiles: &'static [f64]) -> Self {
        self.quantiles = Some(quantiles);
        self
    }

    /// Sets how far back the quantiles look.
    #[must_use]
    #[inline]
    pub const fn with_max_age(mut self, max_age: Duration) -> Self {
        self.max_age = Some(max_age);
        self
    }

    /// Sets in how many steps the window of a summary moves.
    #[must_use]
    #[inline]
    pub const fn with_age_buckets(mut self, age_buckets: u32) -> Self {
        self.age_buckets = Some(age_buckets);
        self
    }

    /// Exposes only touched series.
    #[must_use]
    #[inline]
    pub const fn with_sparse(mut self) -> Self {
        self.sparse = true;
        self
    }

    /// Sets the cap on series.
    #[must_use]
    #[inline]
    pub const fn with_max_series(mut self, max: usize) -> Self {
        self.max_series = Some(max);
        self
    }

    /// Sets the idle timeout.
    #[must_use]
    #[inline]
    pub const fn with_idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = Some(timeout);
        self
    }

    /// Sets whether a closure gives the values at scrape time.
    #[must_use]
    #[inline]
    pub const fn with_observed(mut self, observed: bool) -> Self {
        self.observed = observed;
        self
    }

    /// Sets the allowed lints.
    #[must_use]
    #[inline]
    pub const fn with_allowed(mut self, allowed: LintSet) -> Self {
        self.allowed = allowed;
        self
    }

    /// How many series the labels allow, or `None` if one of them is open.
    #[must_use]
    pub const fn closed_series(&self) -> Option<usize> {
        combinations(self.labels)
    }
}

/// A set within a set.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct NestedDescriptor {
    /// Stands between the outer prefix and the inner names; empty adds nothing. The inner set's own prefix is not used.
    pub prefix: &'static str,
    /// Exposed only once it is switched on.
    pub optional: bool,
    /// The inner set.
    pub set: &'static SetDescriptor,
    /// Where the field is declared.
    pub location: Location,
}

impl NestedDescriptor {
    /// A set within a set.
    #[must_use]
    #[inline]
    pub const fn new(
        prefix: &'static str,
        optional: bool,
        set: &'static SetDescriptor,
        location: Location,
    ) -> Self {
        Self {
            prefix,
            optional,
            set,
            location,
        }
    }
}

/// A metric set as declared.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SetDescriptor {
    /// Name of the Rust struct.
    pub name: &'static str,
    /// Its documentation.
    pub doc: &'static str,
    /// Declared prefix; empty for none.
    pub prefix: &'static str,
    /// Labels with one value on every series of the set.
    pub const_labels: &'static [(&'static str, &'static str)],
    /// Its own families, in the order of the fields.
    pub families: &'static [FamilyDescriptor],
    /// Sets inside it.
    pub nested: &'static [NestedDescriptor],
    /// Crate that declares it.
    pub crate_name: &'static str,
    /// Module path of the declaration.
    pub module: &'static str,
    /// Where the struct is declared.
    pub location: Location,
}

impl SetDescriptor {
    /// A set; parameters in the order of the fields.
    #[must_use]
    #[expect(
        clippy::too_many_arguments,
        reason = "called by generated code, where a builder would be one statement more for each part"
    )]
    #[inline]
    pub const fn new(
        name: &'static str,
        doc: &'static str,
        prefix: &'static str,
        const_labels: &'static [(&'static str, &'static str)],
        families: &'static [FamilyDescriptor],
        nested: &'static [NestedDescriptor],
        crate_name: &'static str,
        module: &'static str,
        location: Location,
    ) -> Self {
        Self {
            name,
            doc,
            prefix,
            const_labels,
            families,
            nested,
            crate_name,
            module,
            location,
        }
    }
}
