//! Conventions that a declaration breaks only on purpose.
//!
//! Each lint is an error that `allow(name)` on the field or the set silences. The rules are those of the Prometheus naming
//! practice and of OpenMetrics ("Metric Naming and Namespaces", "Suffixes").

use crate::descriptor::{FamilyDescriptor, MetricType};
use crate::message::Message;
use crate::text;
use crate::unit::{self, Unit};

/// The most combinations of closed label values that a family may have without [`Lint::LargeLabelSet`].
pub const MAX_CLOSED_SERIES: usize = 4096;

const RESERVED_SUFFIXES: &[&str] = &["_bucket", "_count", "_sum", "_created", "_info"];
const TYPE_WORDS: &[&str] = &["counter", "gauge", "histogram", "summary", "stateset"];

/// A convention that can be silenced by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Lint {
    /// A counter whose name does not end in `_total`.
    CounterWithoutTotal,
    /// A name that ends in `_total` on another type.
    TotalOnNonCounter,
    /// A name that ends as a sample of another type would.
    ReservedSuffix,
    /// A unit that is abbreviated or not a base unit.
    NonBaseUnit,
    /// A declared unit that the name does not end in.
    UnitMismatch,
    /// The metric's type as the last word of its name.
    TypeInName,
    /// The set's prefix again at the start of the field.
    PrefixRepeated,
    /// Neither a doc comment nor `help`.
    MissingHelp,
    /// More than [`MAX_CLOSED_SERIES`] combinations of closed label values.
    LargeLabelSet,
}

impl Lint {
    /// All lints, in the order in which they are reported.
    pub const ALL: &'static [Self] = &[
        Self::CounterWithoutTotal,
        Self::TotalOnNonCounter,
        Self::ReservedSuffix,
        Self::NonBaseUnit,
        Self::UnitMismatch,
        Self::TypeInName,
        Self::PrefixRepeated,
        Self::MissingHelp,
        Self::LargeLabelSet,
    ];

    /// The name that `allow(...)` takes.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::CounterWithoutTotal => "counter_without_total",
            Self::TotalOnNonCounter => "total_on_non_counter",
            Self::ReservedSuffix => "reserved_suffix",
            Self::NonBaseUnit => "non_base_unit",
            Self::UnitMismatch => "unit_mismatch",
            Self::TypeInName => "type_in_name",
            Self::PrefixRepeated => "prefix_repeated",
            Self::MissingHelp => "missing_help",
            Self::LargeLabelSet => "large_label_set",
        }
    }

    /// The lint with this name.
    #[must_use]
    pub const fn parse(name: &str) -> Option<Self> {
        let mut i = 0;
        while i < Self::ALL.len() {
            if text::eq(Self::ALL[i].name(), name) {
                return Some(Self::ALL[i]);
            }
            i += 1;
        }
        None
    }

    /// Whether a family in a set with this prefix breaks the convention, whatever it allows.
    #[must_use]
    #[inline]
    pub const fn is_broken_by(self, prefix: &str, family: &FamilyDescriptor) -> bool {
        let is_counter = matches!(family.metric_type, MetricType::Counter);
        match self {
            Self::CounterWithoutTotal => is_counter && !text::ends_with(family.name, "_total"),
            Self::TotalOnNonCounter => !is_counter && text::ends_with(family.name, "_total"),
            Self::ReservedSuffix => reserved_suffix(family).is_some(),
            Self::NonBaseUnit => unit::non_base(family.name).is_some(),
            Self::UnitMismatch => match family.unit {
                Some(unit) => match Unit::of_name(family.name) {
                    Some(named) => named as u8 != unit as u8,
                    None => true,
                },
                None => false,
            },
            Self::TypeInName => type_word(family.name).is_some(),
            Self::PrefixRepeated => repeated_prefix(prefix, family.name).is_some(),
            Self::MissingHelp => family.help.is_empty(),
            Self::LargeLabelSet => match family.closed_series() {
                Some(series) => series > MAX_CLOSED_SERIES,
                None => false,
            },
        }
    }

    /// The lints that a family in a set with this prefix breaks and does not allow.
    #[must_use]
    #[inline]
    pub const fn broken(prefix: &str, family: &FamilyDescriptor) -> LintSet {
        let mut broken = LintSet::EMPTY;
        let mut i = 0;
        while i < Self::ALL.len() {
            let lint = Self::ALL[i];
            if !family.allowed.contains(lint) && lint.is_broken_by(prefix, family) {
                broken = broken.with(lint);
            }
            i += 1;
        }
        broken
    }

    /// What is wrong with a family that breaks the lint, as a sentence without its subject: "does not end in `_total`".
    #[must_use]
    #[inline]
    pub const fn problem(
        self,
        message: Message,
        prefix: &str,
        family: &FamilyDescriptor,
    ) -> Message {
        match self {
            Self::CounterWithoutTotal => message.push("does not end in `_total`"),
            Self::TotalOnNonCounter => message.push("ends in `_total`, which only counters do"),
            Self::ReservedSuffix => match reserved_suffix(family) {
                Some(suffix) => message
                    .push("ends in `")
                    .push(suffix)
                    .push("`, which is kept for samples of other types"),
                None => message,
            },
            Self::NonBaseUnit => match unit::non_base(family.name) {
                Some(found) => message
                    .push("is in `")
                    .push(found.suffix)
                    .push("`, which is not a base unit"),
                None => message,
            },
            Self::UnitMismatch => match family.unit {
                Some(unit) => message
                    .push("does not end in its unit, `")
                    .push(unit.as_str())
                    .push("`"),
                None => message,
            },
            Self::TypeInName => match type_word(family.name) {
                Some(word) => message
                    .push("has a metric type, `")
                    .push(word)
                    .push("`, in its name"),
                None => message,
            },
            Self::PrefixRepeated => match repeated_prefix(prefix, family.name) {
                Some(repeated) => message
                    .push("repeats `")
                    .push(repeated)
                    .push("` of the prefix"),
                None => message,
            },
            Self::MissingHelp => message.push("has no help"),
            Self::LargeLabelSet => match family.closed_series() {
                Some(series) => message
                    .push("has ")
                    .push_number(series)
                    .push(" combinations of label values, more than ")
                    .push_number(MAX_CLOSED_SERIES),
                None => message,
            },
        }
    }
}

impl core::fmt::Display for Lint {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of lints, as `allow(...)` names them.
///
/// ```
/// use metricset_model::{Lint, LintSet};
/// const ALLOWED: LintSet = LintSet::EMPTY.with(Lint::MissingHelp);
/// assert!(ALLOWED.contains(Lint::MissingHelp) && !ALLOWED.contains(Lint::TypeInName));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct LintSet(u32);

impl LintSet {
    /// No lint.
    pub const EMPTY: Self = Self(0);

    /// The set and one more.
    #[must_use]
    #[inline]
    pub const fn with(self, lint: Lint) -> Self {
        Self(self.0 | 1 << lint as u32)
    }

    /// Whether no lint is in the set.
    #[must_use]
    #[inline]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether another name would cure something in the set.
    #[inline]
    pub(crate) const fn has_name(self) -> bool {
        self.0 & !(1 << Lint::MissingHelp as u32 | 1 << Lint::LargeLabelSet as u32) != 0
    }

    /// Whether the lint is in the set.
    #[must_use]
    #[inline]
    pub const fn contains(self, lint: Lint) -> bool {
        self.0 & 1 << lint as u32 != 0
    }
}

#[inline]
pub(crate) const fn reserved_suffix(family: &FamilyDescriptor) -> Option<&'static str> {
    let name = match family.metric_type {
        // OpenMetrics names the family without it.
        MetricType::Counter => unit::without_total(family.name),
        _ => family.name,
    };
    let mut i = 0;
    while i < RESERVED_SUFFIXES.len() {
        if text::ends_with(name, RESERVED_SUFFIXES[i]) {
            // An info metric *is* the sample that ends in `_info`.
            let own = matches!(family.metric_type, MetricType::Info)
                && text::eq(RESERVED_SUFFIXES[i], "_info");
            return if own {
                None
            } else {
                Some(RESERVED_SUFFIXES[i])
            };
        }
        i += 1;
    }
    None
}

#[inline]
pub(crate) const fn type_word(name: &str) -> Option<&'static str> {
    let word = text::last_word(unit::without_total(name));
    let mut i = 0;
    while i < TYPE_WORDS.len() {
        if text::eq(word, TYPE_WORDS[i]) {
            return Some(TYPE_WORDS[i]);
        }
        i += 1;
    }
    None
}

/// The part of the prefix that the name starts with again: all of it, or its last word.
#[inline]
pub(crate) const fn repeated_prefix<'a>(prefix: &'a str, name: &str) -> Option<&'a str> {
    if prefix.is_empty() {
        return None;
    }
    if starts_with_word(name, prefix) {
        return Some(prefix);
    }
    let word = text::last_word(prefix);
    if starts_with_word(name, word) {
        return Some(word);
    }
    None
}

#[inline]
const fn starts_with_word(name: &str, word: &str) -> bool {
    text::starts_with(name, word) && name.len() > word.len() && name.as_bytes()[word.len()] == b'_'
}
