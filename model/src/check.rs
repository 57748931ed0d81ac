//! The checks that a declaration runs in const evaluation, where types and constants are known.
//!
//! All problems of one family go into one message, since a `const` can fail only once.

use crate::buckets;
use crate::descriptor::{FamilyDescriptor, MetricType, NestedDescriptor, SetDescriptor};
use crate::lint::Lint;
use crate::message::Message;
use crate::name::{self, NameError};
use crate::text;

/// Everything that is wrong with one family of a set; empty if nothing is.
///
/// `prefix` is the prefix that the set declares and `families` are all families of the set: those before `family` are the
/// ones it may clash with.
#[must_use]
pub const fn family(
    prefix: &str,
    families: &[FamilyDescriptor],
    family: &FamilyDescriptor,
) -> Message {
    let mut message = Message::new();
    if let Err(error) = name::check(family.name) {
        message = name::message(separated(message), "metric name", family.name, error);
    } else if family.full_name.len() > name::MAX_LEN {
        let error = NameError::TooLong {
            len: family.full_name.len(),
        };
        message = name::message(separated(message), "metric name", family.full_name, error);
    } else {
        let mut i = 0;
        while i < Lint::ALL.len() {
            let lint = Lint::ALL[i];
            if !family.allowed.contains(lint) && lint.is_broken_by(prefix, family) {
                message = lint.describe(separated(message), prefix, family);
            }
            i += 1;
        }
    }
    message = labels(message, family);
    message = type_rules(message, family);
    message = series_rules(message, family);
    clashes(message, families, family)
}

/// [`family`], as a compile error.
///
/// # Panics
/// If anything is wrong, with the message.
#[track_caller]
pub const fn assert_family(prefix: &str, families: &[FamilyDescriptor], one: &FamilyDescriptor) {
    let message = family(prefix, families, one);
    if !message.is_empty() {
        panic!("{}", message.as_str());
    }
}

/// Checks a set inside a set: the names must still fit behind both prefixes.
///
/// # Panics
/// If a name is too long.
#[track_caller]
pub const fn assert_nested(outer_prefix: &str, nested: &NestedDescriptor) {
    let longest = longest_name(nested.set);
    let len = joined_len(
        outer_prefix.len(),
        joined_len(nested.prefix.len(), longest.len()),
    );
    if len > name::MAX_LEN {
        let message = Message::new()
            .push("metric `")
            .push(longest)
            .push("` of `")
            .push(nested.set.name)
            .push("` has ")
            .push_number(len)
            .push(" bytes behind these prefixes, more than ")
            .push_number(name::MAX_LEN)
            .push(": shorten one of them");
        panic!("{}", message.as_str());
    }
}

/// Whether two families of one exposition would serve a sample or family name twice, and which.
///
/// Pairs of (family name, suffix of the clashing sample).
#[must_use]
pub const fn sample_clash(
    first: (&str, MetricType),
    second: (&str, MetricType),
) -> Option<(&'static str, &'static str)> {
    if !text::starts_with(first.0, second.0) && !text::starts_with(second.0, first.0) {
        return None;
    }
    let (a, b) = (first.1.sample_suffixes(), second.1.sample_suffixes());
    let mut i = 0;
    while i <= a.len() {
        let suffix = if i == 0 { "" } else { a[i - 1] };
        let mut j = 0;
        while j <= b.len() {
            let other = if j == 0 { "" } else { b[j - 1] };
            if eq_joined(first.0, suffix, second.0, other) {
                return Some((suffix, other));
            }
            j += 1;
        }
        i += 1;
    }
    None
}

const fn separated(message: Message) -> Message {
    if message.is_empty() {
        message
    } else {
        message.push("; also, ")
    }
}

const fn labels(mut message: Message, family: &FamilyDescriptor) -> Message {
    let mut i = 0;
    while i < family.labels.len() {
        let label = family.labels[i].name;
        if let Err(error) = name::check_label_on(label, family.metric_type) {
            message = name::message(separated(message), "label", label, error);
        }
        i += 1;
    }
    message
}

const fn type_rules(message: Message, family: &FamilyDescriptor) -> Message {
    match (family.metric_type, family.buckets) {
        (MetricType::Histogram, None) => separated(message)
            .push("histogram `")
            .push(family.name)
            .push("` has no buckets: add `#[metric(buckets = [...])]` or a preset such as `#[metric(buckets = \"latency\")]`"),
        (MetricType::Histogram, Some(bounds)) => match buckets::check(bounds) {
            Ok(()) => message,
            Err(error) => separated(message).push(error.rule()),
        },
        (_, Some(_)) => separated(message)
            .push("only histograms have buckets, and `")
            .push(family.name)
            .push("` is a ")
            .push(family.metric_type.as_str())
            .push(": remove `buckets`"),
        (MetricType::Info, None) if !text::ends_with(family.name, "_info") => separated(message)
            .push("info `")
            .push(family.name)
            .push("` does not end in `_info`: rename it to `")
            .push(family.name)
            .push("_info`"),
        (_, None) => message,
    }
}

const fn series_rules(mut message: Message, family: &FamilyDescriptor) -> Message {
    let closed = family.closed_series().is_some();
    if closed && family.max_series.is_some() {
        message = separated(message)
            .push("`max_series` needs an open label, and every label of `")
            .push(family.name)
            .push("` is closed: remove it");
    }
    if closed && family.idle_timeout.is_some() {
        message = separated(message)
            .push("`idle_timeout` needs an open label, and every label of `")
            .push(family.name)
            .push("` is closed: remove it");
    }
    if !closed && family.sparse {
        message = separated(message)
            .push("`sparse` is for closed label sets, and `")
            .push(family.name)
            .push("` has an open label, which is always sparse: remove it");
    }
    if let Some(0) = family.max_series {
        message = separated(message).push("`max_series` must be at least 1");
    }
    message
}

const fn clashes(
    mut message: Message,
    families: &[FamilyDescriptor],
    family: &FamilyDescriptor,
) -> Message {
    let mut i = 0;
    while i < families.len() && !text::eq(families[i].name, family.name) {
        let other = &families[i];
        if let Some((suffix, _)) = sample_clash(
            (other.name, other.metric_type),
            (family.name, family.metric_type),
        ) {
            message = separated(message)
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
        i += 1;
    }
    message
}

const fn longest_name(set: &'static SetDescriptor) -> &'static str {
    let mut longest = "";
    let mut i = 0;
    while i < set.families.len() {
        if set.families[i].name.len() > longest.len() {
            longest = set.families[i].name;
        }
        i += 1;
    }
    longest
}

const fn joined_len(prefix: usize, name: usize) -> usize {
    if prefix == 0 { name } else { prefix + 1 + name }
}

const fn eq_joined(a: &str, a_end: &str, b: &str, b_end: &str) -> bool {
    let len = a.len() + a_end.len();
    if len != b.len() + b_end.len() {
        return false;
    }
    let mut i = 0;
    while i < len {
        if byte_of(a, a_end, i) != byte_of(b, b_end, i) {
            return false;
        }
        i += 1;
    }
    true
}

const fn byte_of(text: &str, end: &str, at: usize) -> u8 {
    if at < text.len() {
        text.as_bytes()[at]
    } else {
        end.as_bytes()[at - text.len()]
    }
}
