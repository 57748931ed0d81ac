//! Label values packed into words: what a record holds, and what a look-up compares with it.
//!
//! Each value stands behind its length, which is one byte, or [`LONG`] and four more. The lower half of the first word is left
//! free for the state of a record. What the last word has left is zero.

use std::cell::RefCell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use foldhash::SharedSeed;
use foldhash::fast::SeedableRandomState;

use super::packed::{LONG, LONGEST_HEAD, PackedValues, length};
use crate::labels::{Labels, text};

pub(super) const STATE_BITS: u32 = 32;
pub(super) const STATE_BYTES: usize = STATE_BITS as usize / 8;
pub(super) const WORD_BYTES: usize = size_of::<u64>();
/// Words that are packed on the stack: 124 bytes of lengths and values.
const FEW: usize = 16;

/// A packed key.
#[derive(Clone, Copy)]
pub(super) struct Key<'a>(pub(super) &'a [u64]);

impl Key<'_> {
    /// Packs the labels and calls `f` with the key. Does not allocate, except to make room for the longest key so far of the
    /// thread.
    #[inline]
    pub(super) fn with<K: Labels, R>(labels: &K, f: impl FnOnce(Key<'_>) -> R) -> R {
        let mut words = [0; FEW];
        let len = pack(labels, &mut words);
        match words.get(..len) {
            Some(words) => f(Key(words)),
            None => Self::with_long(labels, len, f),
        }
    }

    #[cold]
    fn with_long<K: Labels, R>(labels: &K, len: usize, f: impl FnOnce(Key<'_>) -> R) -> R {
        thread_local!(static WORDS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) });
        // Not there at the end of the thread, or while a label's own code looks up another series.
        let mut words = WORDS.try_with(RefCell::take).unwrap_or_default();
        words.clear();
        words.resize(len, 0);
        let mut packer = Packer::new(&mut words);
        // A closure of its own: what visits labels for one closure only is inlined.
        labels.visit(&mut |value| packer.value(value.as_bytes()));
        packer.finish();
        let result = f(Key(&words));
        // Lost if the thread is at its end.
        let _ = WORDS.try_with(|kept| kept.replace(words));
        result
    }

    #[inline]
    pub(super) fn hash(self) -> u64 {
        // One seed for the process, from the system's randomness: label values often come from the network.
        static SHARED: LazyLock<SharedSeed> = LazyLock::new(|| SharedSeed::from_u64(random()));
        static SEED: LazyLock<SeedableRandomState> =
            LazyLock::new(|| SeedableRandomState::with_seed(random(), &SHARED));
        let mut hasher = SEED.build_hasher();
        // Two words at a time are one multiplication.
        let (pairs, rest) = self.0.as_chunks();
        for [low, high] in pairs {
            hasher.write_u128(u128::from(*low) | u128::from(*high) << u64::BITS);
        }
        for word in rest {
            hasher.write_u64(*word);
        }
        hasher.finish()
    }

    /// Size of a record with this key, in words.
    pub(super) fn record_words(self, width: usize) -> usize {
        width + self.0.len()
    }
}

/// From the system: what the standard library's maps are seeded with.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A key as it was read out of a record.
#[derive(Default)]
pub(super) struct KeyBuffer {
    words: Vec<u64>,
    /// The same without the free half word.
    bytes: Vec<u8>,
}

impl KeyBuffer {
    /// Reads the key of so many values that `words` begin with.
    pub(super) fn read(&mut self, labels: usize, words: impl Iterator<Item = u64>) -> Key<'_> {
        self.words.clear();
        self.bytes.clear();
        let mut words = words.enumerate().map(|(i, word)| match i {
            0 => word >> STATE_BITS << STATE_BITS,
            _ => word,
        });
        let mut end = 0;
        for _ in 0..labels {
            // As far as any length reaches.
            self.fill(end + LONGEST_HEAD, &mut words);
            end += self.value_at(end).map_or(1, |(head, len)| head + len);
        }
        self.fill(end, &mut words);
        self.bytes.truncate(end);
        self.words
            .truncate((STATE_BYTES + end).div_ceil(WORD_BYTES));
        Key(&self.words)
    }

    /// Appends words until there are at least `len` bytes, or no more words.
    fn fill(&mut self, len: usize, words: &mut impl Iterator<Item = u64>) {
        while self.bytes.len() < len {
            let Some(word) = words.next() else {
                return;
            };
            let free = if self.words.is_empty() {
                STATE_BYTES
            } else {
                0
            };
            self.words.push(word);
            self.bytes.extend_from_slice(&word.to_le_bytes()[free..]);
        }
    }

    /// Calls `f` with the values.
    pub(super) fn with_values<R>(&self, f: impl FnOnce(&[&str]) -> R) -> R {
        text::with_slice(self.values(), f)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        let mut values = PackedValues::new(&self.bytes);
        std::iter::from_fn(move || values.next_text())
    }

    fn value_at(&self, at: usize) -> Option<(usize, usize)> {
        length(self.bytes.get(at..)?)
    }
}

/// Packs as far as `words` reaches, which are zero, and returns how many words it takes.
#[inline(always)]
fn pack<K: Labels>(labels: &K, words: &mut [u64]) -> usize {
    let mut packer = Packer::new(words);
    labels.visit(&mut |value| packer.value(value.as_bytes()));
    packer.finish()
}

struct Packer<'a> {
    words: &'a mut [u64],
    at: usize,
    /// The word that is being filled, and how far it is.
    word: u64,
    bits: u32,
}

impl<'a> Packer<'a> {
    #[inline(always)]
    fn new(words: &'a mut [u64]) -> Self {
        Self {
            words,
            at: 0,
            word: 0,
            bits: STATE_BITS,
        }
    }

    #[inline(always)]
    fn value(&mut self, value: &[u8]) {
        if value.len() < LONG {
            self.push(value.len() as u64, 8);
        } else {
            self.push(LONG as u64 | (value.len() as u64) << 8, 40);
        }
        let (words, rest) = value.as_chunks::<WORD_BYTES>();
        for word in words {
            self.push(u64::from_le_bytes(*word), u64::BITS);
        }
        if !rest.is_empty() {
            self.push(load_rest(value, rest), rest.len() as u32 * 8);
        }
    }

    /// Takes the lowest bits of `word`, the others being zero.
    #[inline(always)]
    fn push(&mut self, word: u64, bits: u32) {
        self.word |= word << self.bits;
        let filled = self.bits + bits;
        if filled < u64::BITS {
            self.bits = filled;
            return;
        }
        self.flush();
        // In two steps, since a shift by all bits is not one.
        self.word = word >> 1 >> (u64::BITS - 1 - self.bits);
        self.bits = filled - u64::BITS;
    }

    #[inline(always)]
    fn flush(&mut self) {
        if let Some(to) = self.words.get_mut(self.at) {
            *to = self.word;
        }
        self.at += 1;
    }

    #[inline(always)]
    fn finish(mut self) -> usize {
        if self.bits > 0 {
            self.flush();
        }
        self.at
    }
}

/// The last bytes of a value, fewer than a word. Loads that overlap take the place of a loop over bytes.
#[inline(always)]
fn load_rest(value: &[u8], rest: &[u8]) -> u64 {
    if let Some(last) = value.last_chunk::<WORD_BYTES>() {
        return u64::from_le_bytes(*last) >> (u64::BITS - rest.len() as u32 * 8);
    }
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        let (first, last) = (u32::from_le_bytes(*first), u32::from_le_bytes(*last));
        return u64::from(first) | u64::from(last) << ((rest.len() - size_of::<u32>()) * 8);
    }
    let byte = |at: usize| u64::from(rest[at]) << (at * 8);
    byte(0) | byte(rest.len() / 2) | byte(rest.len() - 1)
}
