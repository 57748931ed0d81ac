//! The checks that a declaration runs in const evaluation, where types and constants are known.
//!
//! A `const` can fail only once, and where it fails is where the compiler points. So there is a check for each token of a
//! declaration that could be wrong, and it reports all that is wrong with that token in one message.

use core::time::Duration;

use crate::advice;
use crate::buckets;
use crate::clash;
use crate::descriptor::{FamilyDescriptor, LabelDescriptor, MetricType, SetDescriptor};
use crate::lint::Lint;
use crate::message::Message;
use crate::name;
use crate::quantiles::{self, MAX_AGE_BUCKETS, MIN_MAX_AGE};
use crate::text;

/// The most states of a state set: one bit of a cell for each.
pub const MAX_STATES: usize = 64;

/// What is wrong with a family by the lints and by the names around it, and what to write instead; empty if nothing is. The
/// families before it in the set are those that it may clash with.
#[must_use]
#[inline]
pub const fn name(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let broken = Lint::broken(set.prefix, family);
    clash::within(advice::advice(set.prefix, family, broken), set, at)
}

/// What is wrong with the labels of a family, those of the set included.
#[must_use]
#[inline]
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
        message = message
            .separated()
            .push("a state set has at most ")
            .push_number(MAX_STATES)
            .push(" states, and this has ")
            .push_number(states)
            .push(": use a `Family` with a label and a gauge");
    }
    let mut i = 0;
    while i < set.const_labels.len() {
        let label = set.const_labels[i].0;
        if has_label(family, label)
            || matches!(family.metric_type, MetricType::StateSet)
                && text::eq(family.full_name, label)
        {
            message = message
                .separated()
                .push("every series of the set has the label `")
                .push(label)
                .push("` already: rename this one or that in `#[metrics(labels(...))]`");
        } else if name::is_reserved_on(label, family.metric_type) {
            message = kept(message, "label of the set", label, family)
                .push(" in `#[metrics(labels(...))]`");
        }
        i += 1;
    }
    message
}

/// What a family of its type must have and has not.
#[must_use]
#[inline]
pub const fn complete(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = Message::new();
    match family.metric_type {
        MetricType::Histogram if family.buckets.is_none() => message
            .push("histogram `")
            .push(family.name)
            .push("` has no buckets: add `#[metric(buckets = [...])]` or a preset such as `#[metric(buckets = \"latency\")]`"),
        MetricType::Summary if family.quantiles.is_none() => message
            .push("summary `")
            .push(family.name)
            .push("` has no quantiles: add `#[metric(quantiles = [0.5, 0.9, 0.99])]`"),
        _ => message,
    }
}

/// What is wrong with the buckets of a family that has them.
#[must_use]
#[inline]
pub const fn buckets(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = Message::new();
    match (family.metric_type, family.buckets) {
        (MetricType::Histogram, Some(bounds)) => match buckets::check(bounds) {
            Ok(()) => message,
            Err(error) => message.push(error.rule()),
        },
        (found, Some(_)) => message
            .push("only histograms have buckets, and `")
            .push(family.name)
            .push("` is a ")
            .push(found.as_str())
            .push(match found {
                MetricType::Summary => ": use a `Histogram`, or remove `buckets`",
                _ => ": remove `buckets`",
            }),
        (_, None) => message,
    }
}

/// What is wrong with the quantiles of a family that has them.
#[must_use]
#[inline]
pub const fn quantiles(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = Message::new();
    match (family.metric_type, family.quantiles) {
        (MetricType::Summary, Some(quantiles)) => match quantiles::check(quantiles) {
            Ok(()) => message,
            Err(error) => message.push(error.rule()),
        },
        (_, Some(_)) => needs_summary(family, "quantiles"),
        (_, None) => message,
    }
}

/// What is wrong with the `max_age` of a family that has it.
#[must_use]
#[inline]
pub const fn max_age(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = if family.observed {
        needs_updates("max_age")
    } else {
        needs_summary(family, "max_age")
    };
    match family.max_age {
        Some(age) if age.as_nanos() < MIN_MAX_AGE.as_nanos() => message
            .separated()
            .push("`max_age` must be at least 1 second: write how far back the quantiles look"),
        _ => message,
    }
}

/// What is wrong with the `age_buckets` of a family that has it.
#[must_use]
#[inline]
pub const fn age_buckets(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = if family.observed {
        needs_updates("age_buckets")
    } else {
        needs_summary(family, "age_buckets")
    };
    match family.age_buckets {
        Some(1..=MAX_AGE_BUCKETS) | None => message,
        Some(_) => message
            .separated()
            .push("`age_buckets` must be between 1 and ")
            .push_number(MAX_AGE_BUCKETS as usize)
            .push(": write in how many steps the window moves"),
    }
}

/// What is wrong with the `max_series` of a family that has it.
#[must_use]
#[inline]
pub const fn max_series(set: &SetDescriptor, at: usize) -> Message {
    let message = needs_open_label(&set.families[at], "max_series");
    match set.families[at].max_series {
        Some(0) => message
            .separated()
            .push("`max_series` must be at least 1: write how many series to keep"),
        _ => message,
    }
}

/// What is wrong with the `idle_timeout` of a family that has it.
#[must_use]
#[inline]
pub const fn idle_timeout(set: &SetDescriptor, at: usize) -> Message {
    let message = if set.families[at].observed {
        needs_updates("idle_timeout")
    } else {
        needs_open_label(&set.families[at], "idle_timeout")
    };
    match set.families[at].idle_timeout {
        Some(Duration::ZERO) => message.separated().push(
            "`idle_timeout` must be longer than 0: write how long a series stays without an update",
        ),
        _ => message,
    }
}

/// What is wrong with the `sparse` of a family that has it.
#[must_use]
#[inline]
pub const fn sparse(set: &SetDescriptor, at: usize) -> Message {
    let family = &set.families[at];
    let message = Message::new();
    if family.observed {
        return needs_updates("sparse");
    }
    match family.closed_series() {
        None => message
            .push("`sparse` is for closed label sets, and `")
            .push(family.name)
            .push("` has an open label, which is always sparse: remove it"),
        Some(_) => message,
    }
}

/// What is wrong with a set inside a set: names that do not fit behind both prefixes, and names that are taken.
///
/// Only sets behind the same prefix are held against each other. Other prefixes can meet too (`a` and `b_x`, `a_b` and `x`):
/// that is left to registration.
#[must_use]
#[inline]
pub const fn nested(set: &SetDescriptor, at: usize) -> Message {
    let nested = &set.nested[at];
    let mut message = nested_length(set, at);
    if nested.prefix.is_empty() {
        message = clash::between(message, nested.set, set);
    }
    let mut i = 0;
    while i < at {
        let other = &set.nested[i];
        if text::eq(other.prefix, nested.prefix) {
            message = clash::between(message, nested.set, other.set);
        }
        i += 1;
    }
    message
}

/// What is wrong with a partial key of these labels in a set.
#[must_use]
#[inline]
pub const fn partial_key(set: &SetDescriptor, labels: &[LabelDescriptor]) -> Message {
    let mut message = Message::new();
    if labels.is_empty() {
        return message.push("a partial key without labels stands for nothing: name a label set");
    }
    if has_open_family_with(set, labels) {
        return message;
    }
    message = message
        .push("no family of `")
        .push(set.name)
        .push("` that is not `Observed` has an open label and ");
    let mut i = 0;
    while i < labels.len() {
        let separator = if i == 0 { "`" } else { "`, `" };
        message = message.push(separator).push(labels[i].name);
        i += 1;
    }
    message.push("` among its labels: name labels that families of this set have")
}

/// [`partial_key()`] as a compile error.
///
/// # Panics
/// If anything is wrong, with the message.
#[track_caller]
#[inline]
pub const fn assert_partial_key(set: &SetDescriptor, labels: &[LabelDescriptor]) {
    let message = partial_key(set, labels);
    if !message.is_empty() {
        panic!("{}", message.as_str());
    }
}

/// [`name()`] as a compile error, for a family of which it is known that nothing is wrong with some types, a bit for each; see
/// [`clean_types`].
///
/// # Panics
/// If anything is wrong, with the message.
#[track_caller]
#[inline]
pub const fn assert_name(set: &SetDescriptor, at: usize, clean_types: u8) {
    let family = &set.families[at];
    // What depends on the labels is not known.
    if clean_types & bit(family.metric_type) != 0 && !Lint::LargeLabelSet.is_broken_by("", family) {
        return;
    }
    let message = name(set, at);
    if !message.is_empty() {
        panic!("{}", message.as_str());
    }
}

/// The types with which [`name()`] finds nothing in a family, whatever its labels are and whatever types the families `before` it have.
///
/// For macros, which do not see types: where a macro has found nothing, const evaluation need not look again, and it takes its time.
#[must_use]
#[inline]
pub fn clean_types(prefix: &str, family: &FamilyDescriptor, before: &[&str]) -> u8 {
    for name in before {
        if clash::may(name, family.name) {
            return 0;
        }
    }
    let mut clean = 0;
    for metric_type in MetricType::ALL {
        let family = FamilyDescriptor {
            metric_type: *metric_type,
            ..*family
        };
        if !advice::has_any(&family, Lint::broken(prefix, &family)) {
            clean |= bit(*metric_type);
        }
    }
    clean
}

#[inline]
const fn bit(metric_type: MetricType) -> u8 {
    1 << metric_type as u8
}

macro_rules! asserts {
    ($($assert:ident: $check:ident;)*) => {$(
        #[doc = concat!("[`", stringify!($check), "()`] as a compile error.")]
        ///
        /// # Panics
        /// If anything is wrong, with the message.
        #[track_caller]
        #[inline]
        pub const fn $assert(set: &SetDescriptor, at: usize) {
            let message = $check(set, at);
            if !message.is_empty() {
                panic!("{}", message.as_str());
            }
        }
    )*};
}

asserts! {
    assert_labels: labels;
    assert_complete: complete;
    assert_buckets: buckets;
    assert_quantiles: quantiles;
    assert_max_age: max_age;
    assert_age_buckets: age_buckets;
    assert_max_series: max_series;
    assert_idle_timeout: idle_timeout;
    assert_sparse: sparse;
    assert_nested: nested;
}

/// The rest of the grammar was checked where the label is declared.
#[inline]
const fn reserved(message: Message, label: &str, family: &FamilyDescriptor) -> Message {
    if name::is_reserved_on(label, family.metric_type) {
        kept(message, "label", label, family)
    } else {
        message
    }
}

#[inline]
const fn kept(message: Message, what: &str, label: &str, family: &FamilyDescriptor) -> Message {
    message
        .separated()
        .push(what)
        .push(" `")
        .push(label)
        .push("` is kept for the samples of a ")
        .push(family.metric_type.as_str())
        .push(": rename it")
}

#[inline]
const fn has_open_family_with(set: &SetDescriptor, labels: &[LabelDescriptor]) -> bool {
    let mut i = 0;
    while i < set.families.len() {
        let family = &set.families[i];
        let mut shared = 0;
        while shared < labels.len() && has_label(family, labels[shared].name) {
            shared += 1;
        }
        if shared == labels.len() && family.closed_series().is_none() && !family.observed {
            return true;
        }
        i += 1;
    }
    let mut i = 0;
    while i < set.nested.len() {
        if has_open_family_with(set.nested[i].set, labels) {
            return true;
        }
        i += 1;
    }
    false
}

#[inline]
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

#[inline]
const fn needs_summary(family: &FamilyDescriptor, key: &str) -> Message {
    let message = Message::new();
    match family.metric_type {
        MetricType::Summary => message,
        other => message
            .push("only summaries have `")
            .push(key)
            .push("`, and `")
            .push(family.name)
            .push("` is a ")
            .push(other.as_str())
            .push(match other {
                MetricType::Histogram => ": use a `Summary`, or remove it",
                _ => ": remove it",
            }),
    }
}

#[inline]
const fn needs_updates(key: &str) -> Message {
    Message::new()
        .push("`")
        .push(key)
        .push("` is for metrics that are updated, and what an `Observed` exposes its closure says in each scrape: remove it")
}

#[inline]
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

#[inline]
const fn nested_length(set: &SetDescriptor, at: usize) -> Message {
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

#[inline]
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

#[inline]
const fn joined_len(prefix: usize, name: usize) -> usize {
    if prefix == 0 { name } else { prefix + 1 + name }
}

#[cfg(test)]
mod tests {
    use super::{bit, clean_types, name};
    use crate::descriptor::{FamilyDescriptor, Location, MetricType, SetDescriptor};

    const HERE: Location = Location { file: "", line: 0 };

    fn family(name: &'static str, metric_type: MetricType) -> FamilyDescriptor {
        let full_name = format!("app_{name}").leak();
        FamilyDescriptor::new(full_name, name, metric_type, &[], "Help.", HERE)
    }

    /// What the full check says of the second of two families.
    fn is_clean(first: FamilyDescriptor, second: FamilyDescriptor) -> bool {
        let families = vec![first, second].leak();
        let set = SetDescriptor::new("Set", "", "app", &[], families, &[], "app", "app", HERE);
        name(&set, 1).is_empty()
    }

    #[test]
    fn types_are_clean_where_the_full_check_finds_nothing_beside_any_type() {
        let names = [
            "requests",
            "requests_total",
            "requests_count",
            "latency_seconds",
            "latency_ms",
            "latency_seconds_sum",
            "app_peers",
            "build_info",
            "queue_gauge",
        ];
        for first in names {
            for second in names.into_iter().filter(|second| *second != first) {
                let seen = family(second, MetricType::Gauge);
                let clean = clean_types("app", &seen, &[first]);
                for metric_type in MetricType::ALL {
                    let is_always_clean = MetricType::ALL
                        .iter()
                        .all(|other| is_clean(family(first, *other), family(second, *metric_type)));
                    let is_said_to_be = clean & bit(*metric_type) != 0;
                    assert!(!is_said_to_be || is_always_clean, "{second} beside {first}");
                }
                if second == "latency_seconds" && first == "requests" {
                    assert_eq!(
                        clean & bit(MetricType::Histogram),
                        bit(MetricType::Histogram)
                    );
                    assert_eq!(clean & bit(MetricType::Counter), 0);
                }
            }
        }
    }
}
