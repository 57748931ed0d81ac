//! What mounted registries held that could not be served, counted and served in its place.

use crate::{Counter, Family, LabelEnum, LabelSet, MetricSet};

/// Why a family was left out of a scrape.
#[derive(Clone, Copy, LabelEnum)]
#[label(crate = crate)]
pub(super) enum Reason {
    /// Another family has its name, or that of a sample.
    Clash,
    /// The format has no place for what it holds.
    Malformed,
    /// Its registry failed while it was written.
    Failed,
}

#[derive(LabelSet)]
#[label(crate = crate)]
struct SkippedFamily<'a> {
    family: &'a str,
    reason: Reason,
}

#[derive(LabelSet)]
#[label(crate = crate)]
struct SkippedSeries<'a> {
    family: &'a str,
}

/// Mounted registries.
#[derive(Clone, Copy, MetricSet)]
#[metrics(prefix = "metricset_mount", register = false, crate = crate)]
pub(crate) struct Skipped {
    /// Families of mounted registries that were left out of a scrape.
    skipped_families_total: Family<SkippedFamily<'static>, Counter>,
    /// Series of mounted registries that were left out of a scrape.
    skipped_series_total: Family<SkippedSeries<'static>, Counter>,
}

impl Skipped {
    pub(super) fn family(self, family: &str, reason: Reason) {
        let family = SkippedFamily { family, reason };
        self.skipped_families_total.with(family).inc();
    }

    pub(super) fn series(self, family: &str, count: u64) {
        if count > 0 {
            let family = SkippedSeries { family };
            self.skipped_series_total.with(family).inc_by(count);
        }
    }
}
