//! The checks that a declaration runs in const evaluation, where types and constants are known.
//!
//! All problems of one family go into one message, since a `const` can fail only once.

use core::time::Duration;

use crate::buckets;
use crate::descriptor::{FamilyDescriptor, MetricType, SetDescriptor};
use crate::lint::{Lint, LintSet};
use crate::message::Message;
use crate::name;
use crate::rename::{self, lacks_info};
use crate::text;
use crate::unit;

/// The most states of a state set: one bit of a cell for each.
pub const MAX_STATES: usize = 64;

/// What is wrong with a family by the lints and by the names around it, and what to write instead; empty if nothing is. The
/// families before it in the set are those that it may clash with.
#[must_use]
pub const fn name(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let broken = Lint::broken(set.prefix, family);
    let mut message = Message::new();
    if !broken.is_empty() || lacks_info(family) {
        message = problems(message, set.prefix, family, broken);
        message = remedies(message.push(": "), set.prefix, family, broken);
        message = allow(message, broken);
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
        message = reserved(message, family.labels[i].name, family);
        i += 1;
    }
    if let (MetricType::StateSet, Some(states)) = (family.metric_type, family.closed_series())
        && states > MAX_STATES
    {
        message = separated(message)
            .push("a state set has at most ")
            .push_number(MAX_STATES)
            .push(" states, and this has ")
            .push_number(states)
            .push(": use a `Family` with a label and a gauge");
    }
    let mut i = 0;
    while i < set.const_labels.len() {
        let label = set.const_labels[i].0;
        message = reserved(message, label, family);
        if has_label(family, label)
            || matches!(family.metric_type, MetricType::StateSet)
                && text::eq(family.full_name, label)
        {
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
        Some(0) => separated(message)
            .push("`max_series` must be at least 1: write how many series to keep"),
        _ => message,
    }
}

/// What is wrong with the `idle_timeout` of a family that has it.
#[must_use]
pub const fn idle_timeout(set: &SetDescriptor, at: usize) -> Message {
    let message = needs_open_label(&set.families[at], "idle_timeout");
    match set.families[at].idle_timeout {
        Some(Duration::ZERO) => separated(message).push(
            "`idle_timeout` must be longer than 0: write how long a series stays without an update",
        ),
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
        #[doc = concat!("[`", stringify!($check), "()`] as a compile error.")]
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

/// "counter `latency_ms` does not end in `_total`; it is in `ms`, which is not a base unit"
const fn problems(
    message: Message,
    prefix: &str,
    family: &FamilyDescriptor,
    broken: LintSet,
) -> Message {
    let mut message = message
        .push(family.metric_type.as_str())
        .push(" `")
        .push(family.name)
        .push("` ");
    let mut separator = "";
    if lacks_info(family) {
        message = message.push("does not end in `_info`");
        separator = "; it ";
    }
    let mut i = 0;
    while i < Lint::ALL.len() {
        if broken.contains(Lint::ALL[i]) {
            message = Lint::ALL[i].problem(message.push(separator), prefix, family);
            separator = "; it ";
        }
        i += 1;
    }
    message
}

/// "rename it to `latency_seconds_total` and record seconds"
/// What to write instead for a family that breaks these lints.
#[must_use]
pub const fn remedies(
    mut message: Message,
    prefix: &str,
    family: &FamilyDescriptor,
    broken: LintSet,
) -> Message {
    let mut separator = "";
    if broken.has_name() || lacks_info(family) {
        let proposal = rename::proposal(prefix, family, broken);
        message = if proposal.is_empty() {
            message.push("choose another name")
        } else {
            message
                .push("rename it to `")
                .push(proposal.as_str())
                .push("`")
        };
        separator = " and ";
    }
    if let (true, Some(found)) = (
        broken.contains(Lint::NonBaseUnit),
        unit::non_base(family.name),
    ) {
        message = message
            .push(separator)
            .push("record ")
            .push(found.base.noun());
        separator = " and ";
    }
    if broken.contains(Lint::MissingHelp) {
        message = message
            .push(separator)
            .push("write a doc comment that says what it measures");
        separator = " and ";
    }
    if broken.contains(Lint::LargeLabelSet) {
        message = message
            .push(separator)
            .push("drop a label or some of its values");
    }
    message
}

/// ", or add `allow(counter_without_total, non_base_unit)`"
const fn allow(mut message: Message, broken: LintSet) -> Message {
    let mut separator = ", or add `allow(";
    let mut i = 0;
    while i < Lint::ALL.len() {
        if broken.contains(Lint::ALL[i]) {
            message = message.push(separator).push(Lint::ALL[i].name());
            separator = ", ";
        }
        i += 1;
    }
    if broken.is_empty() {
        message
    } else {
        message.push(")`")
    }
}

/// The rest of the grammar was checked where the label is declared.
const fn reserved(message: Message, label: &str, family: &FamilyDescriptor) -> Message {
    if name::is_reserved_on(label, family.metric_type) {
        separated(message)
            .push("label `")
            .push(label)
            .push("` is kept for the samples of a ")
            .push(family.metric_type.as_str())
            .push(": rename it")
    } else {
        message
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
