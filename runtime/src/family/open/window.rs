//! Records copied out of their space, so that a sink has them without a lock.

use std::cell::Cell;
use std::hint::black_box;

use metricset_model::FamilyDescriptor;

use super::super::SeriesSink;
use super::super::rows::{self, AT_ONCE, RowLabels};
use super::PackedLabels;
use super::key::WORD_BYTES;
use super::record::Form;
use crate::labels::piece::SHORT;
use crate::metrics::{SeriesMetric, Slot};
use crate::sync::{AtomicU64, Ordering};

/// Words that are copied under one lock: a thread that wants to create a series waits for so much. A record that is longer
/// than that is copied all the same.
const WORDS: usize = 2_048;

/// Words behind them, so that the last label value can be copied as all others are.
const ROOM: usize = SHORT / WORD_BYTES;

/// Used again from family to family and from collection to collection.
#[derive(Default)]
pub(super) struct Window {
    /// The copied ones, and [`ROOM`].
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
        self.words.extend([[0; WORD_BYTES]; ROOM]);
    }

    /// How many words were copied.
    pub(super) fn len(&self) -> usize {
        self.words.len().saturating_sub(ROOM)
    }

    /// Gives the live series to the sink, and returns how many words their blocks and those between them take. The last block may
    /// not be there as a whole.
    pub(super) fn hand_over<M: SeriesMetric>(
        &mut self,
        family: &'static FamilyDescriptor,
        sink: &mut dyn SeriesSink,
    ) -> usize {
        let len = self.len();
        let Self { words, cells } = self;
        let bytes = words.as_flattened();
        let words = &words[..len];
        // Known when this is compiled if the metric has no buckets.
        let width = M::LAYOUT.width(family);
        let labels = family.labels.len();
        cells.resize((WORDS / width).clamp(2, AT_ONCE) * width, 0);
        let mut places = [PackedLabels::default(); AT_ONCE];
        let (mut used, mut len) = (0, 0);
        loop {
            let mut count = 0;
            while (count + 2) * width <= cells.len()
                && let Some(block) = Block::at(words, used, width, labels)
            {
                // Nearly all blocks are as long as the one before: so the processor goes on to the next one by a length that it has, and
                // need not wait for those that lead there. The black box keeps the two from being made one.
                let start = used;
                if block.end - used == len {
                    used += black_box(len);
                } else {
                    (used, len) = (block.end, block.end - used);
                }
                for second in 0..block.form.records() {
                    let head = (block.heads >> (second as u32 * u32::BITS)) as u32;
                    let at = start + 1 + second * block.form.words;
                    if Slot::is_live_in(head) {
                        let cells = &mut cells[count * width..(count + 1) * width];
                        for (cell, word) in cells.iter_mut().zip(&words[at..]) {
                            *cell = u64::from_le_bytes(*word);
                        }
                        places[count] = PackedLabels::new((at + width) * WORD_BYTES, head);
                        count += 1;
                    }
                }
            }
            if count == 0 {
                return used;
            }
            let places = &places[..count];
            let labels = RowLabels::Packed { bytes, places };
            rows::hand_over::<M>(labels, (&cells[..count * width], width), family, sink);
        }
    }
}

/// One or two records among copied words.
struct Block {
    heads: u64,
    form: Form,
    /// The word behind it.
    end: usize,
}

impl Block {
    /// The one that starts there; `None` if it is not there as a whole.
    #[inline(always)]
    fn at(words: &[[u8; WORD_BYTES]], at: usize, width: usize, labels: usize) -> Option<Self> {
        let heads = u64::from_le_bytes(*words.get(at)?);
        let body = words.get(at + 1 + width..)?.as_flattened();
        let byte = |at: usize| body.get(at).copied();
        let form = Form::new(heads as u32, width, labels, byte)?;
        let end = at + form.block();
        (end <= words.len()).then_some(Self { heads, form, end })
    }
}
