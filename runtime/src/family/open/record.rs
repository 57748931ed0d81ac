//! One series with open labels as words: values, state, label values.
//!
//! ```text
//! words 0..width   values, as the metric type lays them out
//! word width       state in the lower half, the key in the upper half
//! then             the rest of the key
//! ```
//! The state is a generation, odd while the series lives, a bit that says whether it was touched since the last collection,
//! and one that says whether a scrape can copy the label values as they are.

use std::sync::atomic::fence;

use super::key::{self, Key, KeyBuffer, KeyHasher, STATE_BITS, WORD_BYTES};
use crate::metrics::Slot;
use crate::sync::{AtomicU64, Ordering};

#[derive(Clone, Copy)]
pub(super) struct Record {
    slot: Slot,
    /// Starts with the word that holds the state; may end behind the record.
    key: &'static [AtomicU64],
}

impl Record {
    /// The record at the start of `words`, which may be followed by others.
    #[inline]
    pub(super) fn new(words: &'static [AtomicU64], width: usize) -> Option<Self> {
        let key = words.get(width..)?;
        // Pairs with the release of `write`: the key belongs to this generation, or `slot_of` sees that it does not.
        let state = key.first()?.load(Ordering::Acquire);
        Some(Self {
            slot: Slot::new(words.get(..=width)?, state),
            key,
        })
    }

    /// A record outside the space, that lives for ever.
    pub(super) fn leaked(key: Key<'_>, width: usize) -> &'static [AtomicU64] {
        let len = key.record_words(width);
        let words: Box<[AtomicU64]> = (0..len).map(|_| AtomicU64::new(0)).collect();
        let words = Box::leak(words);
        if let Some(record) = Self::new(words, width) {
            record.write(key, true);
        }
        words
    }

    /// The slot, if the record is a live series with this key.
    #[inline]
    pub(super) fn slot_of(self, key: Key<'_>) -> Option<Slot> {
        let is_equal = self.slot.is_live() && self.has(key);
        // Pairs with the fence of `retire`: who read a word of a later key sees a later generation here.
        fence(Ordering::Acquire);
        (is_equal && self.slot.is_current()).then_some(self.slot)
    }

    #[inline]
    fn has(self, key: Key<'_>) -> bool {
        let Some(stored) = self.key.get(..key.words.len()) else {
            return false;
        };
        let mut of_key = u64::MAX << STATE_BITS;
        stored.iter().zip(key.words).all(|(stored, word)| {
            let differ = (stored.load(Ordering::Relaxed) ^ word) & of_key;
            of_key = u64::MAX;
            differ == 0
        })
    }

    pub(super) fn slot(self) -> Slot {
        self.slot
    }

    /// Ends the series. Under the writers' lock.
    pub(super) fn retire(self) {
        self.slot.end();
        // Before any word of a later key.
        fence(Ordering::Release);
    }

    /// Begins a series at zero in a record that no live series has; no text format has to escape any of its label values, or
    /// one has. Under the writers' lock.
    pub(super) fn write(self, key: Key<'_>, is_plain: bool) -> Slot {
        for value in self.slot.values() {
            value.store(0, Ordering::Relaxed);
        }
        self.write_key(key);
        self.slot.begin(key.upper(), is_plain)
    }

    /// All but what is in the word of the state.
    fn write_key(self, key: Key<'_>) {
        let rest = self.key.iter().skip(1).zip(key.words.iter().skip(1));
        rest.for_each(|(to, word)| to.store(*word, Ordering::Relaxed));
    }

    /// Writes a record that no series has lived in since, of the size that the key gives it. Under the writers' lock.
    pub(super) fn write_rested(self, key: Key<'_>, generation: u32) {
        self.write_key(key);
        self.slot.rest(key.upper(), generation);
    }

    /// Copies the key of so many label values. Under the writers' lock.
    pub(super) fn read_key(self, labels: usize, buffer: &mut KeyBuffer) -> Key<'_> {
        buffer.read(self.key_end(labels), self.key_words(labels))
    }

    /// The hash of the key of so many label values. Under the writers' lock.
    pub(super) fn hash(self, labels: usize) -> u64 {
        let mut hasher = KeyHasher::new();
        self.key_words(labels).for_each(|word| hasher.word(word));
        hasher.finish()
    }

    /// Words from the one with the state to the end of the record. Under the writers' lock.
    pub(super) fn key_len(self, labels: usize) -> usize {
        self.key_end(labels).div_ceil(WORD_BYTES)
    }

    fn key_words(self, labels: usize) -> impl Iterator<Item = u64> {
        let mut words = self.key.iter().take(self.key_len(labels));
        // Without the state.
        let first = words
            .next()
            .map(|word| load(word) >> STATE_BITS << STATE_BITS);
        first.into_iter().chain(words.map(load))
    }

    fn key_end(self, labels: usize) -> usize {
        key::end(labels, |at| self.key.get(at).map_or(0, load))
    }
}

fn load(word: &AtomicU64) -> u64 {
    word.load(Ordering::Relaxed)
}
