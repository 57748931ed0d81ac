//! Units: which suffixes name a base unit, and which ask for one.
//!
//! Base units are those of the Prometheus naming practice ("Base units") and of OpenMetrics ("Units and Base Units").

use crate::text;

/// A base unit, as it stands at the end of a metric name (before `_total`) and in `# UNIT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[non_exhaustive]
pub enum Unit {
    /// `seconds`
    Seconds,
    /// `bytes`
    Bytes,
    /// `ratio`: 0 to 1, never percent.
    Ratio,
    /// `celsius`
    Celsius,
    /// `meters`
    Meters,
    /// `grams`
    Grams,
    /// `joules`
    Joules,
    /// `volts`
    Volts,
    /// `amperes`
    Amperes,
    /// `hertz`
    Hertz,
    /// `watts`
    Watts,
}

/// A suffix that is not a base unit, and what to write instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NonBaseUnit {
    /// As found: `ms`.
    pub suffix: &'static str,
    /// The base unit: `seconds`.
    pub base: Unit,
}

const NON_BASE: &[(&str, Unit)] = &[
    ("ns", Unit::Seconds),
    ("nanos", Unit::Seconds),
    ("nanoseconds", Unit::Seconds),
    ("us", Unit::Seconds),
    ("micros", Unit::Seconds),
    ("microseconds", Unit::Seconds),
    ("ms", Unit::Seconds),
    ("msec", Unit::Seconds),
    ("msecs", Unit::Seconds),
    ("millis", Unit::Seconds),
    ("milliseconds", Unit::Seconds),
    ("sec", Unit::Seconds),
    ("secs", Unit::Seconds),
    ("second", Unit::Seconds),
    ("mins", Unit::Seconds),
    ("minute", Unit::Seconds),
    ("minutes", Unit::Seconds),
    ("hour", Unit::Seconds),
    ("hours", Unit::Seconds),
    ("day", Unit::Seconds),
    ("days", Unit::Seconds),
    ("weeks", Unit::Seconds),
    ("byte", Unit::Bytes),
    ("bits", Unit::Bytes),
    ("kb", Unit::Bytes),
    ("mb", Unit::Bytes),
    ("gb", Unit::Bytes),
    ("kib", Unit::Bytes),
    ("mib", Unit::Bytes),
    ("gib", Unit::Bytes),
    ("kilobytes", Unit::Bytes),
    ("megabytes", Unit::Bytes),
    ("gigabytes", Unit::Bytes),
    ("percent", Unit::Ratio),
    ("percentage", Unit::Ratio),
    ("pct", Unit::Ratio),
    ("fahrenheit", Unit::Celsius),
    ("kelvin", Unit::Celsius),
    ("millimeters", Unit::Meters),
    ("kilometers", Unit::Meters),
    ("kilograms", Unit::Grams),
    ("kwh", Unit::Joules),
    ("millivolts", Unit::Volts),
    ("milliamperes", Unit::Amperes),
    ("mhz", Unit::Hertz),
    ("ghz", Unit::Hertz),
    ("kilowatts", Unit::Watts),
];

impl Unit {
    /// All base units.
    pub const ALL: &'static [Self] = &[
        Self::Seconds,
        Self::Bytes,
        Self::Ratio,
        Self::Celsius,
        Self::Meters,
        Self::Grams,
        Self::Joules,
        Self::Volts,
        Self::Amperes,
        Self::Hertz,
        Self::Watts,
    ];

    /// As it stands in a name and in `# UNIT`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Bytes => "bytes",
            Self::Ratio => "ratio",
            Self::Celsius => "celsius",
            Self::Meters => "meters",
            Self::Grams => "grams",
            Self::Joules => "joules",
            Self::Volts => "volts",
            Self::Amperes => "amperes",
            Self::Hertz => "hertz",
            Self::Watts => "watts",
        }
    }

    /// What to record in this unit: "seconds", "a ratio from 0 to 1".
    #[inline]
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Ratio => "a ratio from 0 to 1",
            Self::Celsius => "degrees Celsius",
            _ => self.as_str(),
        }
    }

    /// The unit with this spelling.
    #[must_use]
    pub const fn parse(text: &str) -> Option<Self> {
        let mut i = 0;
        while i < Self::ALL.len() {
            if text::eq(Self::ALL[i].as_str(), text) {
                return Some(Self::ALL[i]);
            }
            i += 1;
        }
        None
    }

    /// The unit that a metric name ends in, `_total` aside.
    ///
    /// ```
    /// use metricset_model::Unit;
    /// assert_eq!(Unit::of_name("bytes_sent_total"), None);
    /// assert_eq!(Unit::of_name("sent_bytes_total"), Some(Unit::Bytes));
    /// ```
    #[must_use]
    #[inline]
    pub const fn of_name(name: &str) -> Option<Self> {
        Self::parse(text::last_word(without_total(name)))
    }
}

impl core::fmt::Display for Unit {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The non-base or abbreviated unit that a metric name ends in, `_total` aside.
///
/// ```
/// use metricset_model::unit::{non_base, Unit};
/// assert_eq!(non_base("latency_ms").unwrap().base, Unit::Seconds);
/// assert_eq!(non_base("latency_seconds"), None);
/// ```
#[must_use]
#[inline]
pub const fn non_base(name: &str) -> Option<NonBaseUnit> {
    let name = without_total(name);
    let word = text::last_word(name);
    if word.len() == name.len() {
        // A name that is nothing but the word measures that thing ("days"), it is not a suffix.
        return None;
    }
    let mut i = 0;
    while i < NON_BASE.len() {
        if text::eq(NON_BASE[i].0, word) {
            return Some(NonBaseUnit {
                suffix: NON_BASE[i].0,
                base: NON_BASE[i].1,
            });
        }
        i += 1;
    }
    None
}

#[inline]
pub(crate) const fn without_total(name: &str) -> &str {
    match text::strip_suffix(name, "_total") {
        Some(stem) => stem,
        None => name,
    }
}
