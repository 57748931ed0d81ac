//! The committed catalogue, and what changed since.

use std::collections::BTreeMap;

use metricset_model::catalog::{Catalog, Family, VERSION};
use metricset_model::{MetricType, Unit};
use serde::{Deserialize, Serialize};

use crate::finding::{Check, Finding, Severity};
use crate::source::{Place, Source};

pub(crate) static BREAKING_CHANGE: Check = Check {
    name: "breaking_change",
    severity: Severity::Error,
    summary: "a change that breaks queries, alerts or dashboards",
    explanation: "A family is gone, or its type, its unit, its labels, the values of a closed label or its bucket bounds changed. Whoever \
queries it gets nothing, or something else. `--update` accepts it.\n\nFound: a label that was in `metrics.lock` and is not declared \
any more\nAccepted: a new family beside the old one\n",
};

pub(crate) static COMPATIBLE_CHANGE: Check = Check {
    name: "compatible_change",
    severity: Severity::Warning,
    summary: "an addition that the lock file does not have yet",
    explanation: "Nothing breaks. The lock file is behind, so the next change cannot be judged: `--update` writes it.\n\nFound: a new \
family\nAccepted: the same after `cargo metricset check --lock metrics.lock --update`\n",
};

pub(crate) static HELP_CHANGE: Check = Check {
    name: "help_change",
    severity: Severity::Note,
    summary: "the help of a family changed",
    explanation: "No query depends on help. `--update` writes the new text.\n\nFound: a reworded doc comment\nAccepted: the same after \
`--update`\n",
};

/// What others may rely on: the catalogue without places in source code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    version: u32,
    families: BTreeMap<String, Locked>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Locked {
    #[serde(rename = "type")]
    metric_type: MetricType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<Unit>,
    help: String,
    /// Name and values, `null` for an open label.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    labels: BTreeMap<String, Option<Vec<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    buckets: Option<Vec<f64>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    quantiles: Vec<f64>,
}

/// Why a lock file cannot be read.
#[derive(Debug)]
#[non_exhaustive]
pub enum LockError {
    /// Not a lock file.
    Json(serde_json::Error),
    /// Written by a newer version.
    Newer(u32),
}

impl std::fmt::Display for LockError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Json(_) => f.write_str("not a lock file of metrics"),
            Self::Newer(version) => write!(
                f,
                "the lock file has version {version} and this program knows up to {VERSION}"
            ),
        }
    }
}

impl std::error::Error for LockError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Json(source) => Some(source),
            Self::Newer(_) => None,
        }
    }
}

impl Lock {
    /// What a catalogue promises.
    #[must_use]
    pub fn of(catalog: &Catalog) -> Self {
        let families = catalog.families().map(|(_, family)| {
            let labels = family
                .labels
                .iter()
                .map(|label| (label.name.clone(), label.values.clone()))
                .collect();
            let locked = Locked {
                metric_type: family.metric_type,
                unit: family.unit,
                help: family.help.clone(),
                labels,
                buckets: family.buckets.clone(),
                quantiles: family.quantiles.clone(),
            };
            (family.name.clone(), locked)
        });
        Self {
            version: VERSION,
            families: families.collect(),
        }
    }

    /// Reads a lock file.
    ///
    /// # Errors
    /// If it is not one, or of a newer version.
    pub fn from_json(text: &str) -> Result<Self, LockError> {
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let Version { version } = serde_json::from_str(text).map_err(LockError::Json)?;
        if version > VERSION {
            return Err(LockError::Newer(version));
        }
        serde_json::from_str(text).map_err(LockError::Json)
    }

    /// The text of the lock file.
    ///
    /// # Errors
    /// If a bucket bound is not a number that JSON has.
    pub fn to_json(&self) -> Result<String, LockError> {
        let mut text = serde_json::to_string_pretty(self).map_err(LockError::Json)?;
        text.push('\n');
        Ok(text)
    }
}

/// Every change since the lock file was written. `source` is that file.
///
/// # Errors
/// If it cannot be read.
pub fn compare(source: &Source, catalog: &Catalog) -> Result<Vec<Finding>, LockError> {
    let before = Lock::from_json(&source.text)?;
    let after = Lock::of(catalog);
    let declarations: BTreeMap<&str, &Family> = catalog
        .families()
        .map(|(_, family)| (family.name.as_str(), family))
        .collect();
    let mut changes = Changes {
        source,
        findings: Vec::new(),
    };
    for (name, old) in &before.families {
        match (after.families.get(name), declarations.get(name.as_str())) {
            (Some(new), Some(family)) => changes.family(name, old, new, family),
            _ => {
                let place = changes.locked(name);
                changes.add(&BREAKING_CHANGE, place, format!("`{name}` is gone"), None);
            }
        }
    }
    for (name, family) in declarations {
        if !before.families.contains_key(name) {
            let place = at(family);
            let message = format!("`{name}` is new");
            changes.add(
                &COMPATIBLE_CHANGE,
                place,
                message,
                Some("accept it with `--update`"),
            );
        }
    }
    Ok(changes.findings)
}

struct Changes<'a> {
    source: &'a Source,
    findings: Vec<Finding>,
}

impl Changes<'_> {
    fn add(&mut self, check: &'static Check, place: Place, message: String, fix: Option<&str>) {
        let mut finding = Finding {
            check,
            message,
            place,
            fix: None,
        };
        finding.advise(fix.unwrap_or("keep it as it was, or accept the change with `--update`"));
        self.findings.push(finding);
    }

    /// The line of the lock file that names a family.
    fn locked(&self, name: &str) -> Place {
        let key = format!("\"{name}\"");
        let start = self.source.text.find(&key).unwrap_or(0);
        let (line, column) = self.source.line_column(start);
        Place {
            path: self.source.path.clone(),
            line,
            column,
            span: Some(start..start + key.len()),
            piece: name.to_owned(),
            item: format!("family `{name}`"),
        }
    }

    fn family(&mut self, name: &str, old: &Locked, new: &Locked, family: &Family) {
        let mut breaking = |message: String| self.add(&BREAKING_CHANGE, at(family), message, None);
        if old.metric_type != new.metric_type {
            breaking(format!(
                "the type of `{name}` was {} and is {}",
                old.metric_type, new.metric_type
            ));
        }
        if old.unit != new.unit {
            let unit = |unit: Option<Unit>| unit.map_or("none", Unit::as_str);
            breaking(format!(
                "the unit of `{name}` was {} and is {}",
                unit(old.unit),
                unit(new.unit)
            ));
        }
        for (label, old_values) in &old.labels {
            match new.labels.get(label) {
                None => breaking(format!("`{name}` lost the label `{label}`")),
                Some(new_values) => {
                    for message in
                        value_changes(name, label, old_values.as_deref(), new_values.as_deref())
                    {
                        breaking(message);
                    }
                }
            }
        }
        for label in new
            .labels
            .keys()
            .filter(|label| !old.labels.contains_key(*label))
        {
            breaking(format!("`{name}` has a new label `{label}`"));
        }
        if old.buckets != new.buckets {
            breaking(format!(
                "the bucket bounds of `{name}` were {} and are {}",
                numbers(old.buckets.as_deref().unwrap_or_default()),
                numbers(new.buckets.as_deref().unwrap_or_default())
            ));
        }
        if old.quantiles != new.quantiles {
            breaking(format!(
                "the quantiles of `{name}` were {} and are {}",
                numbers(&old.quantiles),
                numbers(&new.quantiles)
            ));
        }
        if old.help != new.help {
            let message = format!("the help of `{name}` changed");
            self.add(
                &HELP_CHANGE,
                at(family),
                message,
                Some("accept it with `--update`"),
            );
        }
    }
}

/// `0.1, 1`, or `none`.
fn numbers(numbers: &[f64]) -> String {
    if numbers.is_empty() {
        return "none".to_owned();
    }
    let numbers: Vec<_> = numbers.iter().map(f64::to_string).collect();
    numbers.join(", ")
}

fn value_changes(
    name: &str,
    label: &str,
    old: Option<&[String]>,
    new: Option<&[String]>,
) -> Vec<String> {
    match (old, new) {
        (None, None) => Vec::new(),
        (Some(_), None) => vec![format!(
            "the label `{label}` of `{name}` was closed and is open"
        )],
        (None, Some(_)) => vec![format!(
            "the label `{label}` of `{name}` was open and is closed"
        )],
        (Some(old), Some(new)) => {
            let gone = old.iter().filter(|value| !new.contains(value));
            let added = new.iter().filter(|value| !old.contains(value));
            gone.map(|value| format!("`{label}` of `{name}` lost the value `{value}`"))
                .chain(
                    added.map(|value| format!("`{label}` of `{name}` has a new value `{value}`")),
                )
                .collect()
        }
    }
}

fn at(family: &Family) -> Place {
    Place {
        path: family.file.clone(),
        line: family.line,
        column: 1,
        span: None,
        piece: family.name.clone(),
        item: format!("{} `{}`", family.metric_type, family.name),
    }
}
