//! One series with open labels as words: state, values, label values.
//!
//! ```text
//! word 0           state (32 bits) and the first four bytes of the key
//! words 1..=width  values, as the metric type lays them out
//! then             the rest of the key
//! ```
//! The key is each label value behind its length: one byte, or 255 and four more. The state is a generation, odd while the
//! series lives, and a bit that says whether it was touched since the last collection.

use std::sync::atomic::fence;

use crate::labels::Labels;
use crate::metrics::Slot;
use crate::sync::{AtomicU64, Ordering};

/// Bytes of word 0 that are not key.
const STATE_BYTES: usize = 4;
/// Lengths from here on take four more bytes.
const LONG: usize = 255;

#[derive(Clone, Copy)]
pub(super) struct Record {
    words: &'static [AtomicU64],
    width: usize,
}

impl Record {
    /// The record at the start of `words`, which may be followed by others.
    #[inline]
    pub(super) fn new(words: &'static [AtomicU64], width: usize) -> Self {
        Self { words, width }
    }

    /// A record outside the space, without a key, that lives for ever.
    pub(super) fn leaked(width: usize) -> Slot {
        let words: Box<[AtomicU64]> = (0..=width).map(|_| AtomicU64::new(0)).collect();
        let record = Self::new(Box::leak(words), width);
        record.write(&Key::default())
    }

    /// The slot, if the record is a live series with these labels.
    #[inline]
    pub(super) fn slot_of<K: Labels>(self, labels: &K) -> Option<Slot> {
        // Pairs with the release of `write`: the key belongs to this generation, or is seen to be torn below.
        let slot = Slot::new(self.words.get(..=self.width)?, Ordering::Acquire);
        let mut at = STATE_BYTES;
        let mut is_equal = slot.is_live();
        labels.visit(&mut |value| {
            is_equal = is_equal && self.matches(&mut at, value.as_bytes());
        });
        // Pairs with the fence of `retire`: who read a word of a later key sees a later generation here.
        fence(Ordering::Acquire);
        (is_equal && slot.is_current()).then_some(slot)
    }

    pub(super) fn slot(self) -> Slot {
        Slot::new(&self.words[..=self.width], Ordering::Relaxed)
    }

    pub(super) fn is_live(self) -> bool {
        self.slot().is_live()
    }

    pub(super) fn take_touched(self) -> bool {
        self.slot().take_touched()
    }

    /// Ends the series. Under the writers' lock.
    pub(super) fn retire(self) {
        self.slot().end();
        // Before any word of a later key.
        fence(Ordering::Release);
    }

    /// Begins a series at zero in a record that no live series has. Under the writers' lock.
    pub(super) fn write(self, key: &Key) -> Slot {
        let (first, rest) = key.0.split_at_checked(STATE_BYTES).unwrap_or((&key.0, &[]));
        for value in &self.words[1..=self.width] {
            value.store(0, Ordering::Relaxed);
        }
        for (word, bytes) in self.words[self.width + 1..].iter().zip(rest.chunks(8)) {
            word.store(load(bytes), Ordering::Relaxed);
        }
        self.slot().begin(load(first))
    }

    /// Size in words, for a key of so many values. Under the writers' lock.
    pub(super) fn words(self, labels: usize) -> usize {
        let mut at = STATE_BYTES;
        for _ in 0..labels {
            let len = self.len_at(&mut at);
            at += len;
        }
        self.width + at.div_ceil(8)
    }

    /// Copies the key. Under the writers' lock.
    pub(super) fn read_key(self, labels: usize, key: &mut Key) {
        key.0.clear();
        let mut end = STATE_BYTES;
        for _ in 0..labels {
            let len = self.len_at(&mut end);
            end += len;
        }
        for at in (STATE_BYTES..end).step_by(8) {
            let bytes = self.bytes_at(at).to_le_bytes();
            key.0.extend_from_slice(&bytes[..(end - at).min(8)]);
        }
    }

    /// The length of the value at a place, which moves on to the value's first byte.
    fn len_at(self, at: &mut usize) -> usize {
        let bytes = self.bytes_at(*at);
        *at += 1;
        match (bytes & 0xff) as usize {
            LONG => {
                *at += 4;
                (bytes >> 8) as u32 as usize
            }
            len => len,
        }
    }

    /// Whether `value` stands at a place, which moves on behind it.
    #[inline(always)]
    fn matches(self, at: &mut usize, value: &[u8]) -> bool {
        let head = self.bytes_at(*at);
        if value.len() < LONG {
            if (head & 0xff) as usize != value.len() {
                return false;
            }
            *at += 1;
        } else {
            if (head & 0xff) as usize != LONG || (head >> 8) as u32 as usize != value.len() {
                return false;
            }
            *at += 5;
        }
        let (words, rest) = value.as_chunks::<8>();
        for word in words {
            if self.bytes_at(*at) != u64::from_le_bytes(*word) {
                return false;
            }
            *at += 8;
        }
        let mask = !(u64::MAX << (rest.len() * 8));
        let is_equal = self.bytes_at(*at) & mask == load(rest);
        *at += rest.len();
        is_equal
    }

    /// Eight bytes of the key from a place, counted from the start of word 0.
    #[inline(always)]
    fn bytes_at(self, at: usize) -> u64 {
        let (word, shift) = (at / 8, (at % 8) as u32 * 8);
        let low = self.key_word(word) >> shift;
        if shift == 0 {
            low
        } else {
            low | self.key_word(word + 1) << (u64::BITS - shift)
        }
    }

    #[inline(always)]
    fn key_word(self, word: usize) -> u64 {
        let at = if word == 0 { 0 } else { self.width + word };
        self.words
            .get(at)
            .map_or(0, |word| word.load(Ordering::Relaxed))
    }
}

/// At most eight bytes, the first one lowest.
#[inline(always)]
fn load(bytes: &[u8]) -> u64 {
    let mut word = 0;
    for (i, byte) in bytes.iter().take(8).enumerate() {
        word |= u64::from(*byte) << (i * 8);
    }
    word
}

/// A packed key, to write or as it was read.
#[derive(Default)]
pub(super) struct Key(Vec<u8>);

impl Key {
    pub(super) fn pack<K: Labels>(&mut self, labels: &K) {
        self.0.clear();
        labels.visit(&mut |value| {
            if value.len() < LONG {
                self.0.push(value.len() as u8);
            } else {
                self.0.push(LONG as u8);
                self.0
                    .extend_from_slice(&(value.len() as u32).to_le_bytes());
            }
            self.0.extend_from_slice(value.as_bytes());
        });
    }

    /// Size of a record with this key, in words.
    pub(super) fn record_words(&self, width: usize) -> usize {
        width + (STATE_BYTES + self.0.len()).div_ceil(8)
    }

    /// The label values.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        let mut rest = self.0.as_slice();
        std::iter::from_fn(move || {
            let (&first, mut tail) = rest.split_first()?;
            let mut len = usize::from(first);
            if len == LONG {
                let (long, after) = tail.split_first_chunk()?;
                len = u32::from_le_bytes(*long) as usize;
                tail = after;
            }
            let (value, after) = tail.split_at_checked(len)?;
            rest = after;
            // `pack` copies whole strings.
            Some(std::str::from_utf8(value).unwrap_or_default())
        })
    }
}
