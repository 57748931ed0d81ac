//! Series of families with a closed label set.

use std::cell::Cell;

use metricset_model::FamilyDescriptor;

use super::SeriesSink;
use super::rows::{self, AT_ONCE, RowLabels};
use crate::lanes::{Row, View};
use crate::metrics::SeriesMetric;

/// Cells that a collection sums at once if one series has not more of them.
const CELLS_AT_ONCE: usize = 512;

// Sums, kept from collection to collection.
thread_local!(static SUMS: Cell<Vec<u64>> = const { Cell::new(Vec::new()) });

/// Hands the series to the sink, of which there are so many. Knows nothing of the label set, so that it is compiled once for each
/// kind of metric.
pub(super) fn collect<M: SeriesMetric>(
    row: &'static Row,
    series: usize,
    family: &'static FamilyDescriptor,
    lanes: &View,
    sink: &mut dyn SeriesSink,
) {
    let width = M::LAYOUT.width(family);
    let at_once = if family.sparse {
        1
    } else {
        (CELLS_AT_ONCE / width).clamp(1, AT_ONCE)
    };
    // Not there at the end of the thread, or while a sink collects something else.
    let mut sums = SUMS.try_with(Cell::take).unwrap_or_default();
    for first in (0..series).step_by(at_once) {
        let count = at_once.min(series - first);
        sums.clear();
        sums.resize(count * width, 0);
        // Lane by lane, each of which is read from one end to the other and in one go: the thread that records into it
        // waits for every cache line that was taken away from it.
        for part in row.parts(lanes, first * width, sums.len()) {
            M::merge_all(&mut sums, part, width);
        }
        if !family.sparse || M::is_touched(&sums) {
            let labels = RowLabels::From(first);
            rows::hand_over::<M>(labels, (&sums, width), family, sink);
        }
    }
    // Lost if the thread is at its end.
    let _ = SUMS.try_with(|kept| kept.set(sums));
}
