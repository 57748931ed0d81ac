//! Records copied out of their space, so that a sink has them without a lock.

use std::cell::Cell;
use std::hint::black_box;

use metricset_model::FamilyDescriptor;

use super::super::SeriesSink;
use super::super::rows::{self, AT_ONCE, RowLabels};
use super::PackedLabels;
use super::key::{STATE_BYTES, WORD_BYTES};
use crate::metrics::{SeriesMetric, Slot};
use crate::sync::{AtomicU64, Ordering};

/// Words that are copied under one lock: a thread that wants to create a series waits for so much. A record that is longer
/// than that is copied all the same.
const WORDS: usize = 2_048;

/// Used again from family to family and from collection to collection.
#[derive(Default)]
pub(super) struct Window {
    words: Vec<[u8; WORD_BYTES]>,
    /// The cells of a few series.
    cells: Vec<u64>,
}

impl Window {
    /// Calls `f` with the window that the thread keeps.
    pub(super) fn with(f: impl FnOnce(&mut Self)) {
        thread_local!(static KEPT: Cell<Window> = Cell::default());
        // Not there at the end of the thread, or while a sink collects something else.
        let mut window = KEPT.try_with(Cell::take).unwrap_or_default();
        f(&mut window);
        // Lost if the thread is at its end.
        let _ = KEPT.try_with(|kept| kept.set(window));
    }

    /// Copies from the start of a record, at least its first `least` words. Under the writers' lock.
    pub(super) fn copy(&mut self, words: &[AtomicU64], least: usize) {
        let words = &words[..words.len().min(WORDS.max(least))];
        self.words.clear();
        let words = words.iter().map(|word| word.load(Ordering::Relaxed));
        self.words.extend(words.map(u64::to_le_bytes));
    }

    /// How many words were copied.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// Gives the live series to the sink, and returns how many words their records and those between them take. The last
    /// record may not be there as a whole.
    pub(super) fn hand_over<M: SeriesMetric>(
        &mut self,
        layout: RecordLayout,
        family: &'static FamilyDescriptor,
        sink: &mut dyn SeriesSink,
    ) -> usize {
        let Self { words, cells } = self;
        let (width, bytes) = (layout.width, words.as_flattened());
        cells.resize((WORDS / width).clamp(1, AT_ONCE) * width, 0);
        let mut places = [PackedLabels::default(); AT_ONCE];
        let (mut used, mut len) = (0, 0);
        loop {
            let mut count = 0;
            while let (Some(place), Some(cells)) = (
                places.get_mut(count),
                cells.get_mut(count * width..(count + 1) * width),
            ) && let Some((record, rest)) = words[used..].split_at_checked(width)
                && let Some(state) = rest.first()
                && let at = (used + width) * WORD_BYTES + STATE_BYTES
                && let Some(end) = PackedLabels::end(bytes, at, layout.labels)
            {
                let next = end.div_ceil(WORD_BYTES);
                // Nearly all records are as long as the one before: so the processor goes on to the next one by a length that it has, and
                // need not wait for those that lead there. The black box keeps the two from being made one.
                if next - used == len {
                    used += black_box(len);
                } else {
                    (used, len) = (next, next - used);
                }
                let state = u64::from_le_bytes(*state);
                if Slot::is_live_in(state) {
                    for (cell, word) in cells.iter_mut().zip(record) {
                        *cell = u64::from_le_bytes(*word);
                    }
                    *place = PackedLabels::new(at, Slot::is_marked_in(state));
                    count += 1;
                }
            }
            if count == 0 {
                return used;
            }
            let labels = RowLabels::Packed {
                bytes,
                places: &places[..count],
            };
            rows::hand_over::<M>(labels, (&cells[..count * width], width), family, sink);
        }
    }
}

/// What the records of a family have in common.
#[derive(Clone, Copy)]
pub(super) struct RecordLayout {
    /// Words for values.
    pub(super) width: usize,
    /// Label values.
    pub(super) labels: usize,
}
