//! The checks that a declaration runs in const evaluation, where types and constants are known.
//!
//! All problems of one family go into one message, since a `const` can fail only once.

use core::time::Duration;

use crate::buckets;
use crate::descriptor::{FamilyDescriptor, MetricType, SetDescriptor};
use crate::lint::Lint;
use crate::message::Message;
use crate::name;
use crate::text;

/// What is wrong with the name of a family, its lints included; empty if nothing is. The families before it in the set are
/// those that it may clash with.
#[must_use]
pub const fn name(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let mut message = Message::new();
    let mut i = 0;
    while i < Lint::ALL.len() {
        let lint = Lint::ALL[i];
        if !family.allowed.contains(lint) && lint.is_broken_by(set.prefix, family) {
            message = lint.describe(separated(message), set.prefix, family);
        }
        i += 1;
    }
    if matches!(family.metric_type, MetricType::Info) && !text::ends_with(family.name, "_info") {
        message = separated(message)
            .push("info `")
            .push(family.name)
            .push("` does not end in `_info`: rename it to `")
            .push(family.name)
            .push("_info`");
    }
    clashes(message, set, at)
}

/// What is wrong with the labels of a family, those of the set included.
#[must_use]
pub const fn labels(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let mut message = Message::new();
    let mut i = 0;
    while i < family.labels.len() {
        let label = family.labels[i].name;
        if let Err(error) = name::check_label_on(label, family.metric_type) {
            message = name::message(separated(message), "label", label, error);
        }
        i += 1;
    }
    let mut i = 0;
    while i < set.const_labels.len() {
        let label = set.const_labels[i].0;
        if let Err(error) = name::check_label_on(label, family.metric_type) {
            message = name::message(separated(message), "label", label, error);
        }
        if has_label(family, label) {
            message = separated(message)
                .push("every series of the set has the label `")
                .push(label)
                .push("` already: rename this one or that in `#[metrics(labels(...))]`");
        }
        i += 1;
    }
    message
}

/// What is wrong with the buckets of a family, or with their absence.
#[must_use]
pub const fn buckets(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = Message::new();
    match (family.metric_type, family.buckets) {
        (MetricType::Histogram, None) => message
            .push("histogram `")
            .push(family.name)
            .push("` has no buckets: add `#[metric(buckets = [...])]` or a preset such as `#[metric(buckets = \"latency\")]`"),
        (MetricType::Histogram, Some(bounds)) => match buckets::check(bounds) {
            Ok(()) => message,
            Err(error) => message.push(error.rule()),
        },
        (_, Some(_)) => message
            .push("only histograms have buckets, and `")
            .push(family.name)
            .push("` is a ")
            .push(family.metric_type.as_str())
            .push(": remove `buckets`"),
        (_, None) => message,
    }
}

/// What is wrong with the `max_series` of a family that has it.
#[must_use]
pub const fn max_series(set: &SetDescriptor, at: usize) -> Message {
    let message = needs_open_label(&set.families[at], "max_series");
    match set.families[at].max_series {
        Some(0) => separated(message).push("`max_series` must be at least 1"),
        _ => message,
    }
}

/// What is wrong with the `idle_timeout` of a family that has it.
#[must_use]
pub const fn idle_timeout(set: &SetDescriptor, at: usize) -> Message {
    let message = needs_open_label(&set.families[at], "idle_timeout");
    match set.families[at].idle_timeout {
        Some(Duration::ZERO) => {
            separated(message).push("`idle_timeout` must be longer than nothing")
        }
        _ => message,
    }
}

/// What is wrong with the `sparse` of a family that has it.
#[must_use]
pub const fn sparse(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = Message::new();
    match family.closed_series() {
        None => message
            .push("`sparse` is for closed label sets, and `")
            .push(family.name)
            .push("` has an open label, which is always sparse: remove it"),
        Some(_) => message,
    }
}

/// What is wrong with a set inside a set: whether the names still fit behind both prefixes.
#[must_use]
pub const fn nested(set: &SetDescriptor, at: usize) -> Message {
    let nested = &set.nested[at];
    let longest = longest_name(nested.set);
    let len = joined_len(
        set.prefix.len(),
        joined_len(nested.prefix.len(), longest.len()),
    );
    let message = Message::new();
    if len <= name::MAX_LEN {
        return message;
    }
    message
        .push("metric `")
        .push(longest)
        .push("` of `")
        .push(nested.set.name)
        .push("` has ")
        .push_number(len)
        .push(" bytes behind these prefixes, more than ")
        .push_number(name::MAX_LEN)
        .push(": shorten one of them")
}

macro_rules! asserts {
    ($($assert:ident: $check:ident;)*) => {$(
        #[doc = concat!("[`", stringify!($check), "`] as a compile error.")]
        ///
        /// # Panics
        /// If anything is wrong, with the message.
        #[track_caller]
        pub const fn $assert(set: &SetDescriptor, at: usize) {
            let message = $check(set, at);
            if !message.is_empty() {
                panic!("{}", message.as_str());
            }
        }
    )*};
}

asserts! {
    assert_name: name;
    assert_labels: labels;
    assert_buckets: buckets;
    assert_max_series: max_series;
    assert_idle_timeout: idle_timeout;
    assert_sparse: sparse;
    assert_nested: nested;
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

const fn has_label(family: &FamilyDescriptor, name: &str) -> bool {
    let mut i = 0;
    while i < family.labels.len() {
        if text::eq(family.labels[i].name, name) {
            return true;
        }
        i += 1;
    }
    false
}

const fn needs_open_label(family: &FamilyDescriptor, key: &str) -> Message {
    let message = Message::new();
    match family.closed_series() {
        None => message,
        Some(_) => message
            .push("`")
            .push(key)
            .push("` needs an open label, and `")
            .push(family.name)
            .push("` has none: remove it"),
    }
}

const fn clashes(mut message: Message, set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let mut i = 0;
    while i < at {
        let other = &set.families[i];
        let clash = sample_clash(
            (other.name, other.metric_type),
            (family.name, family.metric_type),
        );
        // One name for two families is reported where the name stands.
        if let (Some((suffix, _)), false) = (clash, text::eq(other.name, family.name)) {
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
