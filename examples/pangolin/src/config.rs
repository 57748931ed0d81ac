//! The configuration file.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use metricset::export::ExporterConfig;
use serde::Deserialize;

use crate::site::KEY;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    // PG-03: `enabled` defaults to true, and leaving out the section disables metrics. Both hold.
    #[serde(default = "ExporterConfig::disabled")]
    pub(crate) metrics: ExporterConfig,
    /// Names and passwords.
    #[serde(default)]
    pub(crate) users: BTreeMap<String, String>,
    /// Of the integration API, which nobody may use without one.
    #[serde(default)]
    pub(crate) api_key: Option<String>,
    #[serde(default)]
    pub(crate) sites: Vec<SiteConfig>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct SiteConfig {
    pub(crate) id: String,
    pub(crate) region: String,
    /// What the site has to know; with a wrong one it never gets in.
    #[serde(default = "default_key")]
    pub(crate) key: String,
    #[serde(default)]
    pub(crate) resources: Vec<ResourceConfig>,
}

#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResourceConfig {
    pub(crate) id: String,
    /// Whether it takes a session to get at it.
    #[serde(default)]
    pub(crate) protected: bool,
}

fn default_key() -> String {
    KEY.to_owned()
}

/// Where the configuration comes from, each time it is read.
#[derive(Debug)]
pub(crate) enum Source {
    BuiltIn,
    File(PathBuf),
}

impl Source {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        file.map_or(Self::BuiltIn, Self::File)
    }

    pub(crate) fn read(&self) -> Result<Config, Box<dyn Error + Send + Sync>> {
        match self {
            Self::BuiltIn => parse(include_str!("../config.yml"), Path::new("config.yml")),
            Self::File(path) => {
                let text = fs::read_to_string(path)
                    .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
                parse(&text, path)
            }
        }
    }
}

fn parse(text: &str, path: &Path) -> Result<Config, Box<dyn Error + Send + Sync>> {
    serde_saphyr::from_str(text).map_err(|error| format!("{}: {error}", path.display()).into())
}
