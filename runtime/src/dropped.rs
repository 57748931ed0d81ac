//! What recording and scrapes refuse, counted instead of logged, and served beside the linked sets.

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

/// Why a family was left out of a scrape.
#[derive(Clone, Copy, LabelEnum)]
#[label(crate = crate)]
pub(crate) enum SkippedFamily {
    /// Its hook or closure, or what stood before it, took too long.
    Timeout,
    /// Its hook or closure panicked.
    Panicked,
    /// An earlier call has not returned yet.
    StillRunning,
    /// No thread could be started.
    NoThread,
}

/// Why a value that a closure gave was left out of a scrape.
#[derive(Clone, Copy, LabelEnum)]
#[label(crate = crate)]
pub(crate) enum SkippedSeries {
    NotFinite,
    Negative,
    /// A counter, or a count, below that of the last scrape.
    Decreased,
    /// The labels had a value already.
    Duplicate,
    LabelTooLong,
    /// More series than `max_series`.
    TooMany,
    /// Not as many parts as were declared.
    WrongLength,
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

#[derive(LabelSet)]
#[label(crate = crate)]
struct FamilySkips<'a> {
    family: &'a str,
    reason: SkippedFamily,
}

#[derive(LabelSet)]
#[label(crate = crate)]
struct SeriesSkips<'a> {
    family: &'a str,
    reason: SkippedSeries,
}

/// What metric families could not take.
#[derive(MetricSet)]
#[metrics(prefix = "metricset", register = false, crate = crate)]
pub(crate) struct Recording {
    /// Updates that were dropped because their value or a label cannot be exposed.
    dropped_updates_total: Family<Dropped, Counter>,
    /// Look-ups that led to the overflow series because their family has as many series as it may.
    // As many series as there are families, so this one never overflows into itself. The next two have as few.
    #[metric(max_series = usize::MAX)]
    overflowed_updates_total: Family<Overflowed<'static>, Counter>,
    /// Families that were left out of a scrape because their hook or closure did not give their values.
    #[metric(max_series = usize::MAX)]
    skipped_families_total: Family<FamilySkips<'static>, Counter>,
    /// Values that were left out of a scrape because what a closure gave cannot be exposed.
    #[metric(max_series = usize::MAX)]
    skipped_series_total: Family<SeriesSkips<'static>, Counter>,
}

// Not linked as the sets of programs are, which make up their catalogues: `Registry::linked` adds it by name.
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

/// Counts one family that was left out of a scrape.
#[cold]
pub(crate) fn count_family(family: &FamilyDescriptor, reason: SkippedFamily) {
    let family = family.full_name;
    RECORDING
        .skipped_families_total
        .with(FamilySkips { family, reason })
        .inc();
}

/// Counts one series that was left out of a scrape.
#[cold]
#[inline]
pub(crate) fn count_series(family: &FamilyDescriptor, reason: SkippedSeries) {
    let family = family.full_name;
    RECORDING
        .skipped_series_total
        .with(SeriesSkips { family, reason })
        .inc();
}
