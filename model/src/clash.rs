//! Families whose samples, or names, would stand twice in one exposition.

use crate::descriptor::{MetricType, SetDescriptor};
use crate::message::Message;
use crate::text;

/// Adds every clash of a family with one before it in its set.
#[inline]
pub(crate) const fn within(mut message: Message, set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let is_plain = family.metric_type.sample_suffixes().is_empty();
    let mut i = 0;
    while i < at {
        let other = &set.families[i];
        i += 1;
        // One name for two families is reported where the name stands; two plain types meet in no other way.
        if other.name.len() == family.name.len()
            || is_plain && other.metric_type.sample_suffixes().is_empty()
        {
            continue;
        }
        if let Some((suffix, _)) = sample_clash(
            (other.name, other.metric_type),
            (family.name, family.metric_type),
        ) {
            message = message
                .separated()
                .push("`")
                .push(family.name)
                .push("` clashes with the sample `")
                .push(other.name)
                .push(suffix)
                .push("` of ")
                .push(other.metric_type.as_str())
                .push(" `")
                .push(other.name)
                .push("`: rename one of them");
        }
    }
    message
}

/// Adds the first clash of two sets behind one prefix.
#[inline]
pub(crate) const fn between(
    message: Message,
    nested: &SetDescriptor,
    other: &SetDescriptor,
) -> Message {
    let mut i = 0;
    while i < nested.families.len() {
        let family = &nested.families[i];
        let mut j = 0;
        while j < other.families.len() {
            let taken = &other.families[j];
            let clash = sample_clash(
                (taken.name, taken.metric_type),
                (family.name, family.metric_type),
            );
            if clash.is_some() {
                return message
                    .separated()
                    .push("`")
                    .push(family.name)
                    .push("` of `")
                    .push(nested.name)
                    .push("` clashes with `")
                    .push(taken.name)
                    .push("` of `")
                    .push(other.name)
                    .push("`: write another `#[metric(nested, prefix = \"...\")]`");
            }
            j += 1;
        }
        i += 1;
    }
    message
}

/// Whether two families with these names could clash, whatever their types are.
#[inline]
pub(crate) const fn may(first: &str, second: &str) -> bool {
    // No type has more suffixes than a histogram.
    sample_clash(
        (first, MetricType::Histogram),
        (second, MetricType::Histogram),
    )
    .is_some()
}

/// Whether two families of one exposition would serve a sample or family name twice: with which suffix each of them.
///
/// No suffix ends in another, so names can only meet where one of them has none.
#[inline]
const fn sample_clash(
    first: (&str, MetricType),
    second: (&str, MetricType),
) -> Option<(&'static str, &'static str)> {
    if let Some(suffix) = sample_suffix(first, second.0) {
        return Some((suffix, ""));
    }
    if let Some(suffix) = sample_suffix(second, first.0) {
        return Some(("", suffix));
    }
    if text::eq(first.0, second.0) {
        return Some(("", ""));
    }
    None
}

/// The suffix with which a family serves samples of this name.
#[inline]
const fn sample_suffix(
    (family, metric_type): (&str, MetricType),
    name: &str,
) -> Option<&'static str> {
    let suffixes = metric_type.sample_suffixes();
    let mut i = 0;
    while i < suffixes.len() {
        let suffix = suffixes[i];
        // The cheapest test first: const evaluation pays by the step, and there are as many pairs of families as there are.
        if name.len() == family.len() + suffix.len()
            && text::ends_with(name, suffix)
            && text::starts_with(name, family)
        {
            return Some(suffix);
        }
        i += 1;
    }
    None
}
