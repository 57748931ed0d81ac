//! What the recording path refuses, counted instead of logged, and served with everything else.

use metricset_model::FamilyDescriptor;

/// Why an update was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    NotFinite,
    Negative,
    LabelTooLong,
}

/// Counts one dropped update.
#[cold]
pub(crate) fn count(_reason: Reason) {}

/// Counts one update that went to the overflow series of a family.
#[cold]
pub(crate) fn count_overflow(_family: &'static FamilyDescriptor) {}
