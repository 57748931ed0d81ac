//! Why a registry was not mounted.

use metricset_model::Location;

use super::exposition::Malformed;
use crate::RegisterError;

/// A registry of prometheus-client could not be mounted. Nothing of it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MountError {
    /// A family of it and another family would expose the same name, in one format or the other.
    Clash {
        /// Its family, as OpenMetrics names it.
        family: String,
        /// The name that both have, of the family or of a sample.
        sample: String,
        /// The other family.
        other: String,
        /// Where the other family is declared; `None` for a family of a mounted registry, this one included.
        location: Option<Location>,
    },
    /// A family of it has no place in an exposition: a name is none, or a sample is of another type.
    Malformed {
        /// What stands where its name should.
        family: String,
        /// The first line that is wrong, as prometheus-client writes it.
        line: String,
    },
    /// One of its metrics has no text, such as a histogram of native buckets only.
    Encode(std::fmt::Error),
    /// The metrics about mounted registries could not be registered.
    Register(RegisterError),
}

impl std::fmt::Display for MountError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Clash {
                family,
                sample,
                other,
                location: Some(location),
            } => write!(
                f,
                "`{family}` of the mounted registry and `{other}` (declared at {location}) both expose `{sample}`: rename one"
            ),
            Self::Clash {
                family,
                sample,
                other,
                location: None,
            } => write!(
                f,
                "`{family}` and `{other}` of mounted registries both expose `{sample}`: rename one"
            ),
            Self::Malformed { family, line } => write!(
                f,
                "`{family}` of the mounted registry cannot be exposed because of the line `{line}`: give it names of ASCII letters, digits and `_`, and values of its type"
            ),
            Self::Encode(_) => write!(
                f,
                "the registry to mount cannot be written as text: leave out what has no text, such as native histograms"
            ),
            Self::Register(_) => write!(f, "the metrics about mounted registries clash"),
        }
    }
}

impl std::error::Error for MountError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Encode(error) => Some(error),
            Self::Register(error) => Some(error),
            Self::Clash { .. } | Self::Malformed { .. } => None,
        }
    }
}

impl From<RegisterError> for MountError {
    fn from(error: RegisterError) -> Self {
        Self::Register(error)
    }
}

impl From<Malformed> for MountError {
    fn from(Malformed { family, line }: Malformed) -> Self {
        Self::Malformed { family, line }
    }
}
