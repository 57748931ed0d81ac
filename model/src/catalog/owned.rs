//! The catalogue as owned data.

use serde::{Deserialize, Serialize};

use crate::descriptor::MetricType;
use crate::unit::Unit;

/// All sets of a program.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// Version of the JSON form.
    pub version: u32,
    /// The sets, sorted by crate, module and line; those of the library come last.
    pub sets: Vec<Set>,
    /// Instrumented functions, sorted by crate, module and line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub functions: Vec<Function>,
}

/// An instrumented function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Function {
    /// Its name, as the label `function` shows it.
    pub name: String,
    /// Crate that declares it.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// Module path of the declaration, as the label `module` shows it.
    pub module: String,
    /// Source file of the declaration, as the compiler prints it.
    pub file: String,
    /// Line of the declaration, from 1.
    pub line: u32,
    /// Whether the families that all functions share show it.
    pub shared: bool,
    /// The percentage of calls that should end well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub success_objective: Option<f64>,
    /// Seconds, and the percentage of calls that should take at most so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_objective: Option<(f64, f64)>,
}

/// A metric set with its effective prefix.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Name of the Rust struct.
    pub name: String,
    /// Its documentation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub doc: String,
    /// What stands before the names of its families, without the last `_`; empty for nothing.
    #[serde(default)]
    pub prefix: String,
    /// Crate that declares it.
    #[serde(rename = "crate")]
    pub crate_name: String,
    /// Module path of the declaration.
    pub module: String,
    /// Source file of the declaration, as the compiler prints it.
    pub file: String,
    /// Line of the declaration, from 1.
    pub line: u32,
    /// Exposed only once the program switches it on.
    #[serde(default, skip_serializing_if = "is_false")]
    pub optional: bool,
    /// Its families, in the order of the fields.
    pub families: Vec<Family>,
}

/// A metric family under its full name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Family {
    /// Name as served.
    pub name: String,
    /// Type as in `# TYPE`.
    #[serde(rename = "type")]
    pub metric_type: MetricType,
    /// What it measures.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Base unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<Unit>,
    /// Labels, constant ones first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<Label>,
    /// Whether `labels` is all there is. A catalogue out of a binary is always complete; one that was written from a document or
    /// a scrape may not be.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub labels_complete: bool,
    /// Finite upper bounds of a histogram.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buckets: Option<Vec<f64>>,
    /// Quantiles of a summary.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quantiles: Vec<f64>,
    /// Only series that were touched are exposed, although all labels are closed.
    #[serde(default, skip_serializing_if = "is_false")]
    pub sparse: bool,
    /// The most series that it holds, if a label is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_series: Option<u64>,
    /// Series that nothing updates for so many milliseconds end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_timeout_ms: Option<u64>,
    /// Lints that the declaration silences.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allowed: Vec<String>,
    /// Source file of the declaration, as the compiler prints it.
    pub file: String,
    /// Line of the declaration, from 1.
    pub line: u32,
}

/// A label of a family.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The label's name.
    pub name: String,
    /// Every value it can take, or `None` for an open label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<Vec<String>>,
}

impl Catalog {
    /// Every family with its set.
    pub fn families(&self) -> impl Iterator<Item = (&Set, &Family)> {
        self.sets
            .iter()
            .flat_map(|set| set.families.iter().map(move |family| (set, family)))
    }
}

impl Set {
    /// The name of a family without the prefix of the set.
    ///
    /// ```
    /// use metricset_model::catalog::Set;
    /// let set = Set { prefix: "app".into(), ..Set::default() };
    /// assert_eq!(set.local_name("app_requests_total"), "requests_total");
    /// ```
    #[must_use]
    pub fn local_name<'a>(&self, name: &'a str) -> &'a str {
        match name.strip_prefix(self.prefix.as_str()) {
            Some(rest) if !self.prefix.is_empty() => rest.strip_prefix('_').unwrap_or(name),
            _ => name,
        }
    }
}

impl Family {
    /// How many label sets it can have, or `None` if a label is open or not known.
    #[must_use]
    pub fn closed_series(&self) -> Option<u64> {
        if !self.labels_complete {
            return None;
        }
        self.labels.iter().try_fold(1_u64, |product, label| {
            let values = label.values.as_ref()?;
            Some(product.saturating_mul(values.len() as u64))
        })
    }

    /// Whether a label of the family can have this value, one that is closed too: in a family with an open label it is
    /// [`OVERFLOW`](crate::OVERFLOW) beyond `max_series`.
    #[must_use]
    pub fn accepts(&self, label: &Label, value: &str) -> bool {
        label
            .values
            .as_ref()
            .is_none_or(|values| values.iter().any(|known| known == value))
            || value == crate::OVERFLOW && self.closed_series().is_none()
    }

    /// How many lines of an exposition one label set of the family takes.
    #[must_use]
    pub fn samples_per_series(&self) -> u64 {
        match self.metric_type {
            // The bounds, `+Inf`, `_sum` and `_count`.
            MetricType::Histogram => self.buckets.as_ref().map_or(0, Vec::len) as u64 + 3,
            MetricType::Summary => self.quantiles.len() as u64 + 2,
            _ => 1,
        }
    }

    /// Its label of this name.
    #[must_use]
    pub fn label(&self, name: &str) -> Option<&Label> {
        self.labels.iter().find(|label| label.name == name)
    }
}

fn is_false(value: &bool) -> bool {
    !value
}

fn yes() -> bool {
    true
}
