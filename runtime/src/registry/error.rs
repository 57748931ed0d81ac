//! Why a set was not registered.

use metricset_model::{Location, NameError};

/// A set could not be registered, or the linked sets do not fit together. Nothing of the set was registered.
///
/// ```
/// use metricset::{Counter, MetricSet, RegisterError, Registry};
///
/// /// Requests.
/// #[derive(MetricSet)]
/// #[metrics(prefix = "http", register = false)]
/// struct Http {
///     /// Requests served.
///     requests_total: Counter,
/// }
///
/// let registry = Registry::new();
/// let _first: Http = registry.register()?;
/// let again = registry.register::<Http>();
/// assert!(matches!(again, Err(RegisterError::Duplicate { .. })));
/// # Ok::<(), RegisterError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RegisterError {
    /// Two declarations have the same full name, and are not instances of one set told apart by constant labels.
    Duplicate {
        /// The full name.
        name: String,
        /// The declaration that was there.
        first: Location,
        /// The declaration that was refused.
        second: Location,
    },
    /// Two families would expose a sample of the same name, such as histogram `x` and counter `x_count`.
    SampleClash {
        /// The name of the sample.
        sample: String,
        /// Full name of the family that was there.
        first_name: String,
        /// Its declaration.
        first: Location,
        /// Full name of the family that was refused.
        second_name: String,
        /// Its declaration.
        second: Location,
    },
    /// A prefix chosen at run time breaks the name grammar, or makes a name too long.
    InvalidPrefix {
        /// The prefix.
        prefix: String,
        /// What is wrong with it.
        error: NameError,
    },
    /// A constant label chosen at run time breaks the name grammar.
    InvalidLabel {
        /// The label's name.
        label: String,
        /// What is wrong with it.
        error: NameError,
    },
    /// A constant label was given twice, or has the name of another label of the family, or one that the exposition format
    /// keeps for families of its type.
    DuplicateLabel {
        /// The label's name.
        label: String,
        /// Full name of the family.
        name: String,
        /// Its declaration.
        location: Location,
    },
    /// A family has a name that a family of a mounted registry has.
    #[cfg(feature = "prometheus-client")]
    MountClash {
        /// The name that both have, of the family or of a sample.
        sample: String,
        /// Full name of the family that was refused.
        name: String,
        /// Its declaration.
        location: Location,
        /// The family of the mounted registry.
        mounted: String,
    },
    /// Something was chosen for a set that is not linked into this program.
    NotLinked {
        /// Name of the set's Rust type.
        set: &'static str,
    },
    /// A prefix is to be replaced that no linked set declares.
    PrefixNotDeclared {
        /// The prefix.
        prefix: String,
    },
}

impl std::fmt::Display for RegisterError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Duplicate {
                name,
                first,
                second,
            } if first == second => write!(
                f,
                "metric `{name}`, declared at {first}, is registered twice: register it once, or with prefixes or constant labels that differ"
            ),
            Self::Duplicate {
                name,
                first,
                second,
            } => write!(
                f,
                "metric `{name}` is declared at {first} and at {second}: rename one"
            ),
            Self::SampleClash {
                sample,
                first_name,
                first,
                second_name,
                second,
            } => write!(
                f,
                "`{first_name}` (declared at {first}) and `{second_name}` (declared at {second}) both expose a sample named `{sample}`: rename one"
            ),
            Self::InvalidPrefix { prefix, error } => write!(f, "prefix `{prefix}` {error}"),
            Self::InvalidLabel { label, error } => write!(f, "constant label `{label}` {error}"),
            Self::DuplicateLabel {
                label,
                name,
                location,
            } => write!(
                f,
                "constant label `{label}` would stand twice on `{name}`, declared at {location}: choose another name"
            ),
            #[cfg(feature = "prometheus-client")]
            Self::MountClash {
                sample,
                name,
                location,
                mounted,
            } => write!(
                f,
                "`{name}` (declared at {location}) and `{mounted}` of a mounted registry both expose `{sample}`: rename one"
            ),
            Self::NotLinked { set } => write!(
                f,
                "metric set `{set}` is not registered by the linker: it has `register = false`, so register it by hand, or choose for the set that it is nested in"
            ),
            Self::PrefixNotDeclared { prefix } => write!(
                f,
                "no linked metric set declares the prefix `{prefix}`, which is to be replaced: write one that a set declares"
            ),
        }
    }
}

impl std::error::Error for RegisterError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::InvalidPrefix { error, .. } | Self::InvalidLabel { error, .. } => Some(error),
            _ => None,
        }
    }
}
