//! What to say about a family that breaks lints: all that is wrong, and the one change that cures it.

use crate::descriptor::{FamilyDescriptor, MetricType};
use crate::lint::{Lint, LintSet, repeated_prefix, reserved_suffix, type_word};
use crate::message::Message;
use crate::text;
use crate::unit::{self, Unit};

/// "counter `latency_ms` does not end in `_total`; it is in `ms`, which is not a base unit: rename it to
/// `latency_seconds_total` and record seconds, or add `allow(counter_without_total, non_base_unit)`"; empty if nothing is wrong.
#[must_use]
#[inline]
pub const fn advice(prefix: &str, family: &FamilyDescriptor, broken: LintSet) -> Message {
    let message = Message::new();
    if !has_any(family, broken) {
        return message;
    }
    let message = problems(message, prefix, family, broken);
    let message = remedies(message.push(": "), prefix, family, broken);
    allow(message, broken)
}

#[inline]
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

/// What to write instead for a family that breaks these lints.
#[must_use]
#[inline]
pub const fn remedies(
    mut message: Message,
    prefix: &str,
    family: &FamilyDescriptor,
    broken: LintSet,
) -> Message {
    let mut separator = "";
    if broken.has_name() || lacks_info(family) {
        let proposal = proposal(prefix, family, broken);
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

#[inline]
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

/// The name that breaks none of these lints any more; empty if nothing is left of it.
#[must_use]
#[inline]
pub const fn proposal(prefix: &str, family: &FamilyDescriptor, broken: LintSet) -> Message {
    let name = family.name;
    let mut stem = unit::without_total(name);
    let mut has_total = stem.len() < name.len();
    let mut unit = None;
    if broken.contains(Lint::CounterWithoutTotal) {
        has_total = true;
    }
    if broken.contains(Lint::TotalOnNonCounter) {
        has_total = false;
    }
    if let (true, Some(repeated)) = (
        broken.contains(Lint::PrefixRepeated),
        repeated_prefix(prefix, name),
    ) {
        stem = without_first(stem, repeated);
    }
    if let (true, Some(suffix)) = (
        broken.contains(Lint::ReservedSuffix),
        reserved_suffix(family),
    ) {
        stem = without_last(stem, suffix);
    }
    if let (true, Some(word)) = (broken.contains(Lint::TypeInName), type_word(name)) {
        stem = without_last(stem, word);
    }
    if let (true, Some(found)) = (broken.contains(Lint::NonBaseUnit), unit::non_base(name)) {
        stem = without_last(stem, found.suffix);
        unit = Some(found.base);
    }
    if broken.contains(Lint::UnitMismatch) {
        if let Some(wrong) = Unit::of_name(name) {
            stem = without_last(stem, wrong.as_str());
        }
        unit = family.unit;
    }
    if stem.is_empty() {
        return Message::new();
    }
    let mut proposal = Message::new().push(stem);
    if let Some(unit) = unit {
        proposal = proposal.push("_").push(unit.as_str());
    }
    if has_total {
        proposal = proposal.push("_total");
    }
    if lacks_info(family) {
        proposal = proposal.push("_info");
    }
    proposal
}

/// Whether there is anything to say about a family that breaks these lints.
#[inline]
pub(crate) const fn has_any(family: &FamilyDescriptor, broken: LintSet) -> bool {
    !broken.is_empty() || lacks_info(family)
}

/// Whether this is an info metric whose name does not say so. OpenMetrics leaves no choice, so this is no lint.
#[inline]
pub(crate) const fn lacks_info(family: &FamilyDescriptor) -> bool {
    matches!(family.metric_type, MetricType::Info) && !text::ends_with(family.full_name, "_info")
}

/// `text` without this word and the underscore behind it.
#[inline]
const fn without_first<'a>(text: &'a str, word: &str) -> &'a str {
    if text.len() > word.len() {
        text.split_at(word.len() + 1).1
    } else {
        ""
    }
}

/// `text` without this word and the underscore before it, if it ends in it.
#[inline]
const fn without_last<'a>(text: &'a str, word: &str) -> &'a str {
    match text::strip_suffix(text, word) {
        Some(rest) => match text::strip_suffix(rest, "_") {
            Some(rest) => rest,
            None => rest,
        },
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::descriptor::Location;

    fn proposed(prefix: &str, metric_type: MetricType, name: &'static str) -> String {
        let location = Location { file: "", line: 0 };
        let family = FamilyDescriptor::new(name, name, metric_type, &[], "Help.", location);
        let proposal = proposal(prefix, &family, Lint::broken(prefix, &family));
        let renamed: &'static str = proposal.as_str().to_owned().leak();
        if !renamed.is_empty() {
            let again = FamilyDescriptor {
                name: renamed,
                ..family
            };
            assert!(Lint::broken(prefix, &again).is_empty(), "{renamed}");
        }
        renamed.to_owned()
    }

    #[test]
    fn one_name_for_all_lints() {
        use MetricType::{Counter, Gauge, Histogram, Info};
        assert_eq!(proposed("app", Counter, "requests"), "requests_total");
        assert_eq!(proposed("app", Gauge, "peers_total"), "peers");
        assert_eq!(proposed("app", Gauge, "peers_count"), "peers");
        assert_eq!(proposed("app", Histogram, "open_ms"), "open_seconds");
        assert_eq!(
            proposed("app", Counter, "app_latency_ms"),
            "latency_seconds_total"
        );
        assert_eq!(
            proposed("app", Counter, "sent_kilobytes_total"),
            "sent_bytes_total"
        );
        assert_eq!(
            proposed("app_http", Counter, "http_requests_counter"),
            "requests_total"
        );
        assert_eq!(proposed("app", Info, "build"), "build_info");
        assert_eq!(proposed("errors", Counter, "errors_total"), "");
    }

    #[test]
    fn declared_unit() {
        let location = Location { file: "", line: 0 };
        let family = |name| {
            FamilyDescriptor::new(name, name, MetricType::Counter, &[], "Help.", location)
                .with_unit(Unit::Bytes)
        };
        let proposed = |family| proposal("", &family, Lint::broken("", &family));
        assert_eq!(proposed(family("sent_total")).as_str(), "sent_bytes_total");
        assert_eq!(
            proposed(family("sent_seconds_total")).as_str(),
            "sent_bytes_total"
        );
    }
}
