//! Series copied out of their records, so that a sink has them without a lock, and has the lines of a text format nearly done.

use std::cell::Cell;
use std::ops::Range;

use super::super::{AT_ONCE, RowLabels, Rows, SeriesSink, values};
use super::OVERFLOW;
use super::key::{self, STATE_BYTES, WORD_BYTES};
use super::record::Record;
use crate::escape;
use crate::metrics::{SeriesMetric, Slot};
use crate::sync::{AtomicU64, Ordering};

/// Series, and bytes of text, that a batch is full with.
const SERIES: usize = 256;
const TEXT: usize = 32 * 1024;

/// What is copied at once, however much of it counts: words of a key, and bytes of a piece of a line.
const KEY_WORDS: usize = 8;
const KEY_BYTES: usize = KEY_WORDS * WORD_BYTES;
const PIECE: usize = 32;
/// Room for a line that is put together by such copies.
const LINE: usize = 512;

/// Used again from family to family and from collection to collection.
#[derive(Default)]
pub(super) struct Batch {
    /// The cells of all series.
    cells: Vec<u64>,
    /// So much of it is used; there is always room for a line behind that.
    text: Vec<u8>,
    used: usize,
    /// Where in the text each label value of each series is.
    values: Vec<Range<u32>>,
    /// Where in the text the line of each series is, up to its value; nothing if a label value has to be escaped.
    lines: Vec<Range<u32>>,
    /// What lines have before, between and behind their label values, padded, and how much of it counts.
    pieces: Vec<([u8; PIECE], usize)>,
}

impl Batch {
    /// Calls `f` with the batch that the thread keeps, for a family whose lines have these pieces.
    pub(super) fn with(pieces: &[String], f: impl FnOnce(&mut Self)) {
        thread_local!(static KEPT: Cell<Batch> = Cell::default());
        // Not there at the end of the thread, or while a sink collects something else.
        let mut batch = KEPT.try_with(Cell::take).unwrap_or_default();
        batch.clear();
        batch.pieces.clear();
        batch.pieces.extend(pieces.iter().map(|piece| {
            let mut padded = [0; PIECE];
            let copied = padded.iter_mut().zip(piece.as_bytes());
            copied.for_each(|(to, byte)| *to = *byte);
            (padded, piece.len())
        }));
        f(&mut batch);
        // Lost if the thread is at its end.
        let _ = KEPT.try_with(|kept| kept.set(batch));
    }

    pub(super) fn is_full(&self) -> bool {
        self.lines.len() == SERIES || self.used >= TEXT
    }

    /// Adds the record if it is live, and returns how many words its key takes. Under the writers' lock.
    #[inline]
    pub(super) fn add(&mut self, record: Record, pieces: &[String]) -> usize {
        let (used, values) = (self.used, self.values.len());
        let words = match self.add_short(record.key()) {
            Some(words) => words,
            None => {
                self.values.truncate(values);
                self.add_long(record.key(), pieces)
            }
        };
        if record.slot().is_live() {
            self.add_cells(record.slot());
        } else {
            self.used = used;
            self.values.truncate(values);
            self.lines.pop();
        }
        words
    }

    /// Adds the series that takes the updates beyond `max_series`.
    pub(super) fn add_overflow(&mut self, slot: Slot, pieces: &[String]) {
        let start = self.used;
        if let [first, pieces @ ..] = pieces {
            self.push(first.as_bytes());
            for piece in pieces {
                self.add_value(OVERFLOW.as_bytes(), piece);
            }
        }
        self.lines.push(start as u32..self.used as u32);
        self.add_cells(slot);
    }

    /// Adds a key by copies of whole words and pieces, which are not calls; `None` if something is longer than that, or the key
    /// so near to the end of its chunk.
    #[inline(always)]
    fn add_short(&mut self, words: &[AtomicU64]) -> Option<usize> {
        let key = words.first_chunk::<KEY_WORDS>()?.each_ref();
        let key = key.map(|word| word.load(Ordering::Relaxed));
        let start = self.used;
        self.make_room(start);
        let line = self.text.get_mut(start..)?.first_chunk_mut::<LINE>()?;
        let ((first, first_len), pieces) = self.pieces.split_first()?;
        *line.first_chunk_mut()? = *first;
        let mut too_long = *first_len > PIECE;
        let (mut from, mut to, mut special) = (STATE_BYTES, *first_len, 0);
        for (piece, piece_len) in pieces {
            let len = (key.get(from / WORD_BYTES)? >> (from % WORD_BYTES * 8)) as u8 as usize;
            from += 1;
            too_long |= *piece_len > PIECE || len == key::LONG || from + len > KEY_BYTES;
            let end = to + len;
            self.values.push((start + to) as u32..(start + end) as u32);
            let shift = (from % WORD_BYTES * 8) as u32;
            let (mut at, mut word_at) = (to, from / WORD_BYTES);
            while at < end {
                let low = key.get(word_at)? >> shift;
                word_at += 1;
                // In two steps, since a shift by all bits is not one.
                let high = key.get(word_at).map_or(0, |high| high << 1 << (63 - shift));
                let free = WORD_BYTES.saturating_sub(end - at);
                let word = (low | high) & (u64::MAX >> (free * 8));
                special |= escape::special_bytes(word);
                *line.get_mut(at..)?.first_chunk_mut()? = word.to_le_bytes();
                at += WORD_BYTES;
            }
            from += len;
            *line.get_mut(end..)?.first_chunk_mut()? = *piece;
            to = end + piece_len;
        }
        if too_long {
            return None;
        }
        let is_plain = special == 0;
        self.used += to;
        self.lines
            .push(start as u32..if is_plain { self.used } else { start } as u32);
        Some(from.div_ceil(WORD_BYTES))
    }

    #[cold]
    #[inline(never)]
    fn add_long(&mut self, words: &[AtomicU64], pieces: &[String]) -> usize {
        let (start, mut is_plain) = (self.used, true);
        let [first, pieces @ ..] = pieces else {
            return 0;
        };
        self.push(first.as_bytes());
        let words = key::read(words, pieces.len(), |at, value| {
            self.add_value(value, &pieces[at]);
            is_plain &= escape::is_plain(value);
        });
        self.lines
            .push(start as u32..if is_plain { self.used } else { start } as u32);
        words
    }

    fn add_value(&mut self, value: &[u8], piece: &str) {
        let start = self.used as u32;
        self.push(value);
        self.values.push(start..self.used as u32);
        self.push(piece.as_bytes());
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.used + bytes.len();
        self.make_room(end);
        self.text[self.used..end].copy_from_slice(bytes);
        self.used = end;
    }

    /// Makes room for a line behind so many bytes.
    #[inline]
    fn make_room(&mut self, used: usize) {
        if self.text.len() < used + LINE {
            self.text.resize((used + LINE) * 2, 0);
        }
    }

    #[inline]
    fn add_cells(&mut self, slot: Slot) {
        let values = slot.values().iter();
        self.cells
            .extend(values.map(|cell| cell.load(Ordering::Relaxed)));
    }

    /// Gives everything to the sink.
    pub(super) fn hand_over<M: SeriesMetric>(
        &mut self,
        width: usize,
        bounds: &[f64],
        sink: &mut dyn SeriesSink,
    ) {
        // Whole strings went into the records, and the pieces are some.
        let text = self.text.get(..self.used).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        let labels = self.pieces.len().saturating_sub(1).max(1);
        let lines = self.lines.chunks(AT_ONCE);
        let ranges = self.values.chunks(AT_ONCE * labels).zip(lines);
        for ((ranges, lines), cells) in ranges.zip(self.cells.chunks(AT_ONCE * width)) {
            let labels = RowLabels::Packed {
                text,
                values: ranges,
                lines,
            };
            values::<M>(cells, width, bounds, |values| {
                sink.rows(Rows { labels, values });
            });
        }
        self.clear();
    }

    fn clear(&mut self) {
        self.cells.clear();
        self.used = 0;
        self.values.clear();
        self.lines.clear();
    }
}
