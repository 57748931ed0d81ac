//! The grammar of metric, prefix and label names.
//!
//! A subset of what Prometheus accepts (`[a-zA-Z_:][a-zA-Z0-9_:]*`, data model, "Metric names and labels"): lower case
//! only, no colon (reserved for recording rules), no `__` and no trailing `_`, so that a name reads the same in code, in a
//! rule and in a document.

use crate::descriptor::MetricType;
use crate::text;

/// The longest full metric name, prefix included, in bytes.
pub const MAX_LEN: usize = 200;

/// What is wrong with a name. No lint can allow these: such a name is never served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NameError {
    /// There is no name.
    Empty,
    /// Longer than [`MAX_LEN`] bytes.
    TooLong {
        /// Its length in bytes.
        len: usize,
    },
    /// Starts with something else than `a` to `z`.
    BadStart,
    /// Holds something else than `a` to `z`, `0` to `9` and `_`.
    BadCharacter {
        /// Byte offset of the first such character.
        at: usize,
    },
    /// Holds `__`.
    DoubleUnderscore,
    /// Ends in `_`.
    TrailingUnderscore,
    /// A label name that the exposition formats keep for themselves.
    ReservedLabel,
}

impl NameError {
    /// The rule that was broken, as a sentence without a subject: "must start with a letter from `a` to `z`".
    #[must_use]
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Empty => "must not be empty",
            Self::TooLong { .. } => "must not be longer than 200 bytes with its prefix",
            Self::BadStart => "must start with a letter from `a` to `z`",
            Self::BadCharacter { .. } => "may hold only `a` to `z`, `0` to `9` and `_`",
            Self::DoubleUnderscore => "must not hold `__`",
            Self::TrailingUnderscore => "must not end in `_`",
            Self::ReservedLabel => {
                "is kept for the exposition format (`le` on histograms, `quantile` on summaries, and all that start with `__`)"
            }
        }
    }
}

impl core::fmt::Display for NameError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.rule())?;
        match self {
            Self::TooLong { len } => write!(f, ", and this has {len}"),
            _ => Ok(()),
        }
    }
}

impl core::error::Error for NameError {}

/// Checks a metric name, a prefix or a label name against the grammar.
///
/// # Errors
/// The first rule that the name breaks, reading from the left.
///
/// ```
/// use metricset_model::name::{check, NameError};
/// assert_eq!(check("requests_total"), Ok(()));
/// assert_eq!(check("Requests"), Err(NameError::BadStart));
/// assert_eq!(check("requests-total"), Err(NameError::BadCharacter { at: 8 }));
/// ```
pub const fn check(name: &str) -> Result<(), NameError> {
    let bytes = name.as_bytes();
    if bytes.is_empty() {
        return Err(NameError::Empty);
    }
    if !bytes[0].is_ascii_lowercase() {
        return Err(NameError::BadStart);
    }
    let mut i = 0;
    while i < bytes.len() {
        if !(bytes[i].is_ascii_lowercase() || bytes[i].is_ascii_digit() || bytes[i] == b'_') {
            return Err(NameError::BadCharacter { at: i });
        }
        if bytes[i] == b'_' && i + 1 < bytes.len() && bytes[i + 1] == b'_' {
            return Err(NameError::DoubleUnderscore);
        }
        i += 1;
    }
    if bytes[bytes.len() - 1] == b'_' {
        return Err(NameError::TrailingUnderscore);
    }
    if bytes.len() > MAX_LEN {
        return Err(NameError::TooLong { len: bytes.len() });
    }
    Ok(())
}

/// Checks a label name: the grammar, and that it does not start with `__`. Whether `le` or `quantile` is reserved depends
/// on the metric type; see [`check_label_on`].
///
/// # Errors
/// The first rule that the name breaks.
pub const fn check_label(name: &str) -> Result<(), NameError> {
    if text::starts_with(name, "__") {
        return Err(NameError::ReservedLabel);
    }
    check(name)
}

/// Checks a label name for a family of one type: `le` is taken on histograms, `quantile` on summaries.
///
/// # Errors
/// The first rule that the name breaks.
pub const fn check_label_on(name: &str, metric_type: MetricType) -> Result<(), NameError> {
    if is_reserved_on(name, metric_type) {
        return Err(NameError::ReservedLabel);
    }
    check_label(name)
}

/// Whether samples of this type have a label of this name themselves: `le` on histograms, `quantile` on summaries.
#[must_use]
pub const fn is_reserved_on(label: &str, metric_type: MetricType) -> bool {
    match metric_type {
        MetricType::Histogram => text::eq(label, "le"),
        MetricType::Summary => text::eq(label, "quantile"),
        _ => false,
    }
}

/// The nearest name that the grammar accepts, to propose in a message; `None` if letters or digits would be lost.
///
/// ```
/// use metricset_model::name::suggest;
/// assert_eq!(suggest("HTTP-Requests__total_").as_deref(), Some("http_requests_total"));
/// assert_eq!(suggest("peersConnected").as_deref(), Some("peers_connected"));
/// assert_eq!(suggest("größe"), None);
/// assert_eq!(suggest("2xx_responses"), None);
/// ```
#[must_use]
pub fn suggest(name: &str) -> Option<String> {
    let mut out = String::with_capacity(name.len());
    let mut before = '_';
    for c in name.chars() {
        if !c.is_ascii() && c.is_alphanumeric() {
            return None;
        }
        let new_word =
            c.is_ascii_uppercase() && (before.is_ascii_lowercase() || before.is_ascii_digit());
        if (new_word || !c.is_ascii_alphanumeric()) && !out.is_empty() && !out.ends_with('_') {
            out.push('_');
        }
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        }
        before = c;
    }
    if out.ends_with('_') {
        out.pop();
    }
    check(&out).is_ok().then_some(out)
}

/// `prefix` and `name` joined as they are exposed; an empty prefix adds nothing.
#[must_use]
pub fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() {
        name.to_owned()
    } else {
        format!("{prefix}_{name}")
    }
}
