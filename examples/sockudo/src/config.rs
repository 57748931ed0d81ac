//! The configuration: a file in JSON, and environment variables that stand above it.

use std::error::Error;
use std::path::Path;

use metricset::export::{ConfigKey, ExporterConfig};
use serde::Deserialize;

/// As Sockudo documents them.
const VARIABLES: &[(ConfigKey, &str)] = &[
    (ConfigKey::Enabled, "METRICS_ENABLED"),
    (ConfigKey::Driver, "METRICS_DRIVER"),
    (ConfigKey::Host, "METRICS_HOST"),
    (ConfigKey::Port, "METRICS_PORT"),
    (ConfigKey::Prefix, "PROMETHEUS_METRICS_PREFIX"),
];

/// What this example reads of Sockudo's `config.json`. The document's example with a comment in it is not JSON (SK-24).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    #[serde(default)]
    metrics: ExporterConfig,
}

/// The configured metrics: by default enabled.
pub(crate) fn read(path: Option<&Path>) -> Result<ExporterConfig, Box<dyn Error + Send + Sync>> {
    let config = match path {
        Some(path) => {
            let shown = path.display();
            let text =
                std::fs::read(path).map_err(|error| format!("cannot read `{shown}`: {error}"))?;
            serde_json::from_slice(&text).map_err(|error| format!("`{shown}`: {error}"))?
        }
        None => Config::default(),
    };
    Ok(config.metrics.with_env(VARIABLES)?)
}
