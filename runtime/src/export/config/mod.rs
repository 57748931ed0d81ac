//! What an operator says about the exporter, in a configuration file and in the environment.
//!
//! The keys are those that programs document for their metrics: an off switch, a driver of which there is one, host and port,
//! a prefix. A key that is not set keeps the program's own default. Nothing else is configurable here: limits and timeouts
//! are for the programmer, and have methods of [`ExporterBuilder`].

mod env;
mod key;
#[cfg(feature = "serde")]
mod read;

use std::net::{IpAddr, Ipv6Addr};

pub use env::ConfigError;
pub use key::ConfigKey;

use super::{Exporter, ExporterBuilder};

/// The section `metrics` of a configuration. With the feature `serde` it is read from JSON, YAML, TOML and everything else
/// that describes itself.
///
/// | key | takes | where it goes |
/// |---|---|---|
/// | `enabled` | `true`, `false` | whether there [is](Self::exporter) an exporter |
/// | `driver` | `prometheus` | nowhere: there is one driver, and a program that documents others has to refuse them |
/// | `host`, `port` | an IP address or host name, a port | the address of [`exporter`](Self::exporter) |
/// | `prometheus.prefix` | a prefix, with or without a `_` at its end; empty for none | [`prefix_or`](Self::prefix_or) |
///
/// All may be left out. An unknown key and a value that a key does not take are errors that name the key with its path
/// (`metrics.prometheus.prefix`) and what is accepted.
///
/// ```
/// # #[cfg(feature = "serde")]
/// # async fn run(text: &str) -> Result<(), Box<dyn std::error::Error>> {
/// use metricset::Registry;
/// use metricset::export::{ConfigKey, ExporterConfig};
///
/// #[derive(serde::Deserialize)]
/// struct Config {
///     #[serde(default)]
///     metrics: ExporterConfig,
/// }
///
/// let config: Config = serde_json::from_str(text)?;
/// let metrics = config.metrics.with_env(&[
///     (ConfigKey::Enabled, "METRICS_ENABLED"),
///     (ConfigKey::Port, "METRICS_PORT"),
/// ])?;
/// let registry = Registry::builder()
///     .replace_prefix("sockudo", metrics.prefix_or("sockudo"))
///     .linked()?;
/// if let Some(exporter) = metrics.exporter("0.0.0.0", 9601) {
///     exporter.registry(registry).serve().await?;
/// }
/// # Ok(())
/// # }
/// ```
///
/// A program that takes a missing section as "disabled" writes `#[serde(default = "ExporterConfig::disabled")]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExporterConfig {
    enabled: Option<bool>,
    host: Option<String>,
    port: Option<u16>,
    prefix: Option<String>,
}

impl ExporterConfig {
    /// A section that only says `enabled = false`.
    #[must_use]
    pub fn disabled() -> Self {
        Self {
            enabled: Some(false),
            ..Self::default()
        }
    }

    /// The settings of an exporter on the configured host and port, each with the program's default; `None` while metrics are
    /// disabled.
    ///
    /// A program without an exporter listens nowhere. It goes on recording, which costs what it costs and disturbs nobody.
    ///
    /// ```
    /// use metricset::export::ExporterConfig;
    ///
    /// assert!(ExporterConfig::disabled().exporter("0.0.0.0", 9464).is_none());
    /// ```
    #[must_use]
    pub fn exporter(&self, host: &str, port: u16) -> Option<ExporterBuilder> {
        if self.enabled == Some(false) {
            return None;
        }
        let host = self.host.as_deref().unwrap_or(host);
        let port = self.port.unwrap_or(port);
        let builder = Exporter::builder();
        Some(match host.parse::<Ipv6Addr>() {
            Ok(host) => builder.bind(format!("[{host}]:{port}")),
            Err(_) => builder.bind(format!("{host}:{port}")),
        })
    }

    /// The configured prefix, without a `_` at its end, or the program's default. For
    /// [`RegistryBuilder::replace_prefix`](crate::RegistryBuilder::replace_prefix).
    #[must_use]
    pub fn prefix_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.prefix.as_deref().unwrap_or(default)
    }

    /// Sets a key that takes text. `false` if it does not take this one.
    fn set_text(&mut self, key: ConfigKey, text: &str) -> bool {
        let value = Some(text.to_owned());
        match key {
            ConfigKey::Driver => return text == key::DRIVER,
            ConfigKey::Host if is_host(text) => self.host = value,
            ConfigKey::Prefix => {
                let prefix = text.strip_suffix('_').unwrap_or(text);
                if !text.is_empty() && metricset_model::name::check(prefix).is_err() {
                    return false;
                }
                self.prefix = Some(prefix.to_owned());
            }
            _ => return false,
        }
        true
    }
}

/// Whether an address can be made of this and a port.
fn is_host(text: &str) -> bool {
    let of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    text.parse::<IpAddr>().is_ok() || !text.is_empty() && text.chars().all(of_name)
}
