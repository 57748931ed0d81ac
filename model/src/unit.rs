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
pub struct NonBaseUnit<'a> {
    /// As found: `ms`.
    pub suffix: &'a str,
    /// The base unit: `seconds`.
    pub base: Unit,
}

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
        Some(match text.as_bytes() {
            b"seconds" => Self::Seconds,
            b"bytes" => Self::Bytes,
            b"ratio" => Self::Ratio,
            b"celsius" => Self::Celsius,
            b"meters" => Self::Meters,
            b"grams" => Self::Grams,
            b"joules" => Self::Joules,
            b"volts" => Self::Volts,
            b"amperes" => Self::Amperes,
            b"hertz" => Self::Hertz,
            b"watts" => Self::Watts,
            _ => return None,
        })
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
pub const fn non_base(name: &str) -> Option<NonBaseUnit<'_>> {
    let name = without_total(name);
    let word = text::last_word(name);
    if word.len() == name.len() {
        // A name that is nothing but the word measures that thing ("days"), it is not a suffix.
        return None;
    }
    // Patterns and not a table: const evaluation goes through a table step by step, for each family of a program.
    let base = match word.as_bytes() {
        b"ns" | b"nanos" | b"nanoseconds" | b"us" | b"micros" | b"microseconds" | b"ms"
        | b"msec" | b"msecs" | b"millis" | b"milliseconds" | b"sec" | b"secs" | b"second"
        | b"mins" | b"minute" | b"minutes" | b"hour" | b"hours" | b"day" | b"days" | b"weeks" => {
            Unit::Seconds
        }
        b"byte" | b"bits" | b"kb" | b"mb" | b"gb" | b"kib" | b"mib" | b"gib" | b"kilobytes"
        | b"megabytes" | b"gigabytes" => Unit::Bytes,
        b"percent" | b"percentage" | b"pct" => Unit::Ratio,
        b"fahrenheit" | b"kelvin" => Unit::Celsius,
        b"millimeters" | b"kilometers" => Unit::Meters,
        b"kilograms" => Unit::Grams,
        b"kwh" => Unit::Joules,
        b"millivolts" => Unit::Volts,
        b"milliamperes" => Unit::Amperes,
        b"mhz" | b"ghz" => Unit::Hertz,
        b"kilowatts" => Unit::Watts,
        _ => return None,
    };
    Some(NonBaseUnit { suffix: word, base })
}

#[inline]
pub(crate) const fn without_total(name: &str) -> &str {
    match text::strip_suffix(name, "_total") {
        Some(stem) => stem,
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{Unit, non_base};

    #[test]
    fn units_are_found_at_the_end_of_names() {
        for unit in Unit::ALL {
            assert_eq!(Unit::parse(unit.as_str()), Some(*unit));
            assert_eq!(Unit::of_name(&format!("sent_{unit}_total")), Some(*unit));
            assert_eq!(non_base(&format!("sent_{unit}")), None);
        }
        assert_eq!(Unit::parse("second"), None);
        let found = non_base("took_second_total").unwrap();
        assert_eq!((found.suffix, found.base), ("second", Unit::Seconds));
    }
}
