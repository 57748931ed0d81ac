//! What the recording path refuses, counted instead of logged, and served beside the linked sets.

use metricset_model::FamilyDescriptor;

use crate::{Counter, Family, LabelEnum, LabelSet, MetricSet};

/// Why an update was dropped.
#[derive(Clone, Copy, LabelEnum)]
#[label(crate = crate)]
pub(crate) enum Reason {
    NotFinite,
    Negative,
    LabelTooLong,
}

#[derive(LabelSet)]
#[label(crate = crate)]
struct Dropped {
    reason: Reason,
}

#[derive(LabelSet)]
#[label(crate = crate)]
struct Overflowed<'a> {
    family: &'a str,
}

/// What metric families could not take.
#[derive(MetricSet)]
#[metrics(prefix = "metricset", register = false, crate = crate)]
pub(crate) struct Recording {
    /// Updates that were dropped because their value or a label cannot be exposed.
    dropped_updates_total: Family<Dropped, Counter>,
    /// Look-ups that led to the overflow series because their family has as many series as it may.
    // As many series as there are families, so this one never overflows into itself.
    #[metric(max_series = usize::MAX)]
    overflowed_updates_total: Family<Overflowed<'static>, Counter>,
}

// A crate cannot fill a linker slice that it declares, so `Registry::linked` adds this set by name.
static STORAGE: <Recording as MetricSet>::Storage = <Recording as MetricSet>::Storage::__new();
static RECORDING: Recording = Recording::__handles(&STORAGE);

/// The storage, to register.
pub(crate) fn storage() -> &'static dyn crate::set::SetStorage {
    &STORAGE
}

/// Counts one dropped update.
#[cold]
pub(crate) fn count(reason: Reason) {
    RECORDING
        .dropped_updates_total
        .with(Dropped { reason })
        .inc();
}

/// Counts one look-up that led to the overflow series of a family.
#[cold]
pub(crate) fn count_overflow(family: &FamilyDescriptor) {
    let family = family.full_name;
    RECORDING
        .overflowed_updates_total
        .with(Overflowed { family })
        .inc();
}
