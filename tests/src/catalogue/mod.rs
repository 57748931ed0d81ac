//! The documented systems as data (`checks/tests/catalogues/`), and their examples held against it: the same test for all of
//! them, so that none of them is measured by its own yardstick.

mod alerts;
mod families;

use std::fs;
use std::path::Path;

use serde::Deserialize;

pub use families::Part;

/// What one system documents.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Catalogue {
    /// What its own families start with.
    pub prefix: String,
    /// Its families.
    #[serde(rename = "metric")]
    pub metrics: Vec<Metric>,
    /// Its example queries.
    #[serde(default, rename = "query")]
    pub queries: Vec<Query>,
    /// Its alerts.
    #[serde(default, rename = "alert")]
    pub alerts: Vec<Alert>,
}

/// A documented family.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Metric {
    /// As it is exposed, with prefix and suffix.
    pub name: String,
    /// `counter`, `gauge`, `histogram` or `summary`.
    #[serde(rename = "type")]
    pub metric_type: String,
    /// Word for word.
    pub help: String,
    /// The labels that the document names.
    pub labels: Vec<Label>,
    labels_source: String,
    #[serde(default)]
    labels_implied: Vec<String>,
    buckets: Option<Vec<f64>>,
    buckets_source: Option<String>,
    quantiles: Option<Vec<f64>>,
    roles: Option<Vec<String>>,
    condition: Option<String>,
}

/// A documented label.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Label {
    /// Its name.
    pub name: String,
    /// All its values, or some of them if it is open.
    #[serde(default)]
    pub values: Vec<String>,
    /// Whether it has other values too.
    #[serde(default)]
    pub open: bool,
}

/// A documented query.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Query {
    /// What the document says that it gives.
    pub title: String,
    /// PromQL, with its line breaks.
    pub expr: String,
}

/// A documented alert.
#[derive(Debug, Deserialize)]
#[non_exhaustive]
pub struct Alert {
    /// Its name.
    pub alert: String,
    /// PromQL.
    pub expr: String,
    #[serde(rename = "for")]
    pending: Option<String>,
    severity: Option<String>,
    summary: Option<String>,
    description: Option<String>,
    group: String,
}

impl Catalogue {
    /// The catalogue of a system, by the name of its file.
    ///
    /// # Panics
    /// If there is none, or it is not in the form that its README describes.
    #[must_use]
    pub fn read(system: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../checks/tests/catalogues");
        let path = folder.join(format!("{system}.toml"));
        let text = fs::read_to_string(&path);
        let text = text.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{system}: {error}"))
    }
}
