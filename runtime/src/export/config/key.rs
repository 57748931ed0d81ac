//! The keys, and what each takes.

/// The one driver.
pub(super) const DRIVER: &str = "prometheus";

/// A key of [`ExporterConfig`](super::ExporterConfig).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConfigKey {
    /// `metrics.enabled`
    Enabled,
    /// `metrics.driver`
    Driver,
    /// `metrics.host`
    Host,
    /// `metrics.port`
    Port,
    /// `metrics.prometheus.prefix`
    Prefix,
}

impl ConfigKey {
    #[cfg(feature = "serde")]
    pub(super) const ALL: [Self; 5] = [
        Self::Enabled,
        Self::Driver,
        Self::Host,
        Self::Port,
        Self::Prefix,
    ];

    /// Where it stands in a configuration file.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Enabled => "metrics.enabled",
            Self::Driver => "metrics.driver",
            Self::Host => "metrics.host",
            Self::Port => "metrics.port",
            Self::Prefix => "metrics.prometheus.prefix",
        }
    }

    /// What it takes, to be read after "expected" and "write".
    pub(super) const fn takes(self) -> &'static str {
        match self {
            Self::Enabled => "`true` or `false`",
            Self::Driver => "`prometheus`, which is the only driver",
            Self::Host => "an IP address or a host name without a port, such as `0.0.0.0`",
            Self::Port => "a port from 0 to 65535",
            Self::Prefix => {
                "lower-case letters, digits and single `_` after a letter, such as `my_app_`, or nothing for no prefix"
            }
        }
    }
}
