//! Environment variables in place of keys.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;

use super::{ConfigKey, ExporterConfig};

impl ExporterConfig {
    /// Replaces keys by environment variables, where these are set. Their names are the program's.
    ///
    /// `enabled` takes `1` and `0` too.
    ///
    /// ```
    /// use metricset::export::{ConfigKey, ExporterConfig};
    ///
    /// let metrics = ExporterConfig::default().with_env(&[
    ///     (ConfigKey::Enabled, "METRICS_ENABLED"),
    ///     (ConfigKey::Prefix, "PROMETHEUS_METRICS_PREFIX"),
    /// ])?;
    /// # Ok::<(), metricset::export::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// If a variable is set to something that its key does not take.
    pub fn with_env(self, variables: &[(ConfigKey, &str)]) -> Result<Self, ConfigError> {
        self.with(variables, |variable| std::env::var_os(variable))
    }

    fn with(
        mut self,
        variables: &[(ConfigKey, &str)],
        value_of: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ConfigError> {
        for (key, variable) in variables {
            let Some(value) = value_of(variable) else {
                continue;
            };
            if !value.to_str().is_some_and(|value| self.parse(*key, value)) {
                return Err(ConfigError {
                    key: *key,
                    variable: (*variable).to_owned(),
                    value: value.to_string_lossy().into_owned(),
                });
            }
        }
        Ok(self)
    }

    /// Sets a key from text. `false` if it does not take this one.
    fn parse(&mut self, key: ConfigKey, value: &str) -> bool {
        match (key, value) {
            (ConfigKey::Enabled, "true" | "1") => self.enabled = Some(true),
            (ConfigKey::Enabled, "false" | "0") => self.enabled = Some(false),
            (ConfigKey::Port, port) => match port.parse() {
                Ok(port) => self.port = Some(port),
                Err(_) => return false,
            },
            (key, text) => return self.set_text(key, text),
        }
        true
    }
}

/// An environment variable has a value that its key does not take. From [`ExporterConfig::with_env`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigError {
    /// The key that the variable stands for.
    pub key: ConfigKey,
    /// The variable's name.
    pub variable: String,
    /// Its value; what is not UTF-8 is replaced.
    pub value: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            variable,
            value,
        } = self;
        let takes = match key {
            ConfigKey::Enabled => "`true`, `1`, `false` or `0`",
            key => key.takes(),
        };
        write!(f, "environment variable `{variable}` is ")?;
        match &**value {
            "" => f.write_str("empty")?,
            value => write!(f, "`{value}`")?,
        }
        write!(f, ", which `{}` does not take: write {takes}", key.path())
    }
}

impl Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    const VARIABLES: &[(ConfigKey, &str)] = &[
        (ConfigKey::Enabled, "METRICS_ENABLED"),
        (ConfigKey::Driver, "METRICS_DRIVER"),
        (ConfigKey::Host, "METRICS_HOST"),
        (ConfigKey::Port, "METRICS_PORT"),
        (ConfigKey::Prefix, "PROMETHEUS_METRICS_PREFIX"),
    ];

    fn with(set: &[(&str, &str)]) -> Result<ExporterConfig, ConfigError> {
        ExporterConfig::disabled().with(VARIABLES, |variable| {
            let (_, value) = set.iter().find(|(name, _)| *name == variable)?;
            Some((*value).into())
        })
    }

    #[test]
    fn variables_replace_keys() {
        let config = with(&[
            ("METRICS_ENABLED", "1"),
            ("METRICS_DRIVER", "prometheus"),
            ("METRICS_HOST", "::1"),
            ("METRICS_PORT", "9602"),
            ("PROMETHEUS_METRICS_PREFIX", "my_company_"),
        ])
        .unwrap();
        assert_eq!(config.prefix_or("app"), "my_company");
        assert_eq!(
            config,
            ExporterConfig {
                enabled: Some(true),
                host: Some("::1".to_owned()),
                port: Some(9602),
                prefix: Some("my_company".to_owned()),
            }
        );
        assert_eq!(with(&[]), Ok(ExporterConfig::disabled()));
        let none = with(&[("PROMETHEUS_METRICS_PREFIX", "")]).unwrap();
        assert_eq!(none.prefix_or("app"), "");
    }

    #[test]
    fn a_bad_value_is_an_error_that_names_the_variable_and_what_it_takes() {
        let error = |variable, value| with(&[(variable, value)]).unwrap_err().to_string();
        assert_eq!(
            error("METRICS_ENABLED", "yes"),
            "environment variable `METRICS_ENABLED` is `yes`, which `metrics.enabled` does not take: write `true`, `1`, `false` or `0`"
        );
        assert_eq!(
            error("METRICS_PORT", "65536"),
            "environment variable `METRICS_PORT` is `65536`, which `metrics.port` does not take: write a port from 0 to 65535"
        );
        for (variable, value) in [
            ("METRICS_DRIVER", "statsd"),
            ("METRICS_HOST", "0.0.0.0:9601"),
            ("METRICS_HOST", "[::1]"),
            ("METRICS_PORT", "-1"),
            ("PROMETHEUS_METRICS_PREFIX", "_"),
            ("PROMETHEUS_METRICS_PREFIX", "My-App"),
        ] {
            let error = error(variable, value);
            assert!(
                error.contains(&format!("`{variable}` is `{value}`")),
                "{error}"
            );
        }
        for variable in ["METRICS_ENABLED", "METRICS_HOST", "METRICS_PORT"] {
            let error = error(variable, "");
            assert!(
                error.contains(&format!("`{variable}` is empty, which")),
                "{error}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_not_text_is_an_error() {
        use std::os::unix::ffi::OsStringExt;

        let config = ExporterConfig::default();
        let not_text = config.with(VARIABLES, |_| Some(OsString::from_vec(vec![0xff])));
        assert_eq!(not_text.unwrap_err().variable, "METRICS_ENABLED");
    }
}
