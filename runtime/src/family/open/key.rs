//! Label values packed into words: what a record holds, and what a look-up compares with it.
//!
//! Each value stands behind its length, which is one byte, or [`LONG`] and four more. The lower half of the first word is left
//! free for the state of a record. What the last word has left is zero.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use foldhash::SharedSeed;
use foldhash::fast::{FoldHasher, SeedableRandomState};

use super::Values;
use super::packed::{LONG, LONGEST_HEAD, PackedValues};
use crate::labels::{EachValue, Labels, text};

pub(super) const STATE_BITS: u32 = 32;
pub(super) const STATE_BYTES: usize = STATE_BITS as usize / 8;
pub(super) const WORD_BYTES: usize = size_of::<u64>();
/// Words that are packed on the stack: 124 bytes of lengths and values.
const FEW: usize = 16;

/// A packed key.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    pub(super) words: &'a [u64],
    pub(super) hash: u64,
}

impl Key<'_> {
    /// Packs the labels and calls either function with the key. The one for short keys is inlined, which a function that is called
    /// in two places is not.
    #[inline(always)]
    pub(super) fn with_inlined<R>(
        labels: &impl Labels,
        short: impl FnOnce(Key<'_>) -> R,
        long: impl FnOnce(Key<'_>) -> R,
    ) -> R {
        let mut words = [0; FEW];
        let mut packer = Packer::new(&mut words);
        labels.visit(&mut packer);
        let (len, hash) = packer.finish();
        match words.get(..len) {
            Some(words) => short(Key { words, hash }),
            None => Self::with(labels, long),
        }
    }

    /// Calls `f` with a key of so many values that takes so many words, as no series has it.
    pub(super) fn filling<R>(labels: usize, words: usize, f: impl FnOnce(Key<'_>) -> R) -> R {
        let bytes = words * WORD_BYTES - STATE_BYTES;
        // All values but the last are empty.
        let len = match bytes - labels {
            len if len < LONG => len,
            len => len - (LONGEST_HEAD - 1),
        };
        let last = "\0".repeat(len);
        let mut values = vec![""; labels];
        if let Some(value) = values.last_mut() {
            *value = &last;
        }
        Self::with(&Values(&values), f)
    }

    /// Packs the labels and calls `f` with the key. Does not allocate, except to make room for the longest key so far of the
    /// thread.
    #[cold]
    pub(super) fn with<R>(labels: &impl Labels, f: impl FnOnce(Key<'_>) -> R) -> R {
        let mut bytes = STATE_BYTES;
        labels.visit(&mut |value: &str| bytes += LONGEST_HEAD + value.len());
        let mut words = take_words(bytes.div_ceil(WORD_BYTES));
        let mut packer = Packer::new(&mut words);
        labels.visit(&mut |value: &str| packer.any(value.as_bytes()));
        let result = f(packer.into_key());
        keep_words(words);
        result
    }

    /// What stands in the upper half of the first word.
    pub(super) fn upper(self) -> u64 {
        self.words.first().map_or(0, |first| first >> STATE_BITS)
    }

    /// Size of a record with this key, in words.
    pub(super) fn record_words(self, width: usize) -> usize {
        width + self.words.len()
    }
}

// The words of the longest key so far.
thread_local!(static WORDS: Cell<Vec<u64>> = const { Cell::new(Vec::new()) });

/// So many words that are zero. Not part of [`Key::with`], which is compiled for each label set.
fn take_words(count: usize) -> Vec<u64> {
    // Not there at the end of the thread, or while a label's own code looks up another series.
    let mut words = WORDS.try_with(Cell::take).unwrap_or_default();
    words.clear();
    words.resize(count, 0);
    words
}

fn keep_words(words: Vec<u64>) {
    // Lost if the thread is at its end.
    let _ = WORDS.try_with(|kept| kept.set(words));
}

/// Hashes the words of a key.
#[derive(Clone)]
pub(super) struct KeyHasher(FoldHasher<'static>);

impl KeyHasher {
    #[inline(always)]
    pub(super) fn new() -> Self {
        // One seed for the process, from the system's randomness: label values often come from the network.
        static SHARED: LazyLock<SharedSeed> = LazyLock::new(|| SharedSeed::from_u64(random()));
        static SEED: LazyLock<SeedableRandomState> =
            LazyLock::new(|| SeedableRandomState::with_seed(random(), &SHARED));
        Self(SEED.build_hasher())
    }

    #[inline(always)]
    pub(super) fn word(&mut self, word: u64) {
        // One multiplication: nothing waits for the next word.
        self.0.write_u128(u128::from(word));
    }

    #[inline(always)]
    pub(super) fn finish(&self) -> u64 {
        self.0.finish()
    }
}

/// From the system: what the standard library's maps are seeded with.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// Bytes of the key of so many values that begins with the first of these words, with the half word in front.
pub(super) fn end(labels: usize, word: impl Fn(usize) -> u64) -> usize {
    let byte = |at: usize| (word(at / WORD_BYTES) >> (at % WORD_BYTES * 8)) as u8;
    let mut end = STATE_BYTES;
    for _ in 0..labels {
        end += match usize::from(byte(end)) {
            LONG => {
                let len = std::array::from_fn(|i| byte(end + 1 + i));
                LONGEST_HEAD + u32::from_le_bytes(len) as usize
            }
            len => 1 + len,
        };
    }
    end
}

/// A key as it was read out of a record.
#[derive(Default)]
pub(super) struct KeyBuffer {
    words: Vec<u64>,
    /// The same, as far as the key reaches.
    bytes: Vec<u8>,
}

impl KeyBuffer {
    /// Takes a key that ends at a byte of these words.
    pub(super) fn read(&mut self, end: usize, words: impl Iterator<Item = u64>) -> Key<'_> {
        let mut hasher = KeyHasher::new();
        self.words.clear();
        self.words.extend(words);
        self.bytes.clear();
        for word in &self.words {
            hasher.word(*word);
            self.bytes.extend_from_slice(&word.to_le_bytes());
        }
        self.bytes.truncate(end);
        Key {
            words: &self.words,
            hash: hasher.finish(),
        }
    }

    /// Calls `f` with the values.
    pub(super) fn with_values<R>(&self, f: impl FnOnce(&[&str]) -> R) -> R {
        text::with_slice(self.values(), f)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        // The half word in front is free.
        let values = self.bytes.get(STATE_BYTES..).unwrap_or_default();
        let mut values = PackedValues::new(values);
        std::iter::from_fn(move || values.next_text())
    }
}

/// Packs as far as its words reach, which are zero.
struct Packer<'a> {
    words: &'a mut [u64],
    at: usize,
    /// The word that is being filled, and how far it is.
    word: u64,
    bits: u32,
    hasher: KeyHasher,
}

/// Packs what fits into a few words.
impl EachValue for Packer<'_> {
    // Not in debug builds, which would compile the code once for each label of each set and be no faster.
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn value(&mut self, value: &str) {
        match value.len() {
            // With a length of one byte, compilers know where in its word the first value begins.
            ..LONG => self.short(value.as_bytes()),
            // In more words than there are.
            len => self.at += len / WORD_BYTES,
        }
    }
}

impl<'a> Packer<'a> {
    #[inline(always)]
    fn new(words: &'a mut [u64]) -> Self {
        Self {
            words,
            at: 0,
            word: 0,
            bits: STATE_BITS,
            hasher: KeyHasher::new(),
        }
    }

    #[inline(never)]
    fn any(&mut self, value: &[u8]) {
        if value.len() < LONG {
            self.short(value);
        } else {
            self.push(LONG as u64 | (value.len() as u64) << 8, 40);
            self.bytes(value);
        }
    }

    #[inline(always)]
    fn short(&mut self, value: &[u8]) {
        self.push(value.len() as u64, 8);
        self.bytes(value);
    }

    #[inline(always)]
    fn bytes(&mut self, value: &[u8]) {
        let (words, rest) = value.as_chunks::<WORD_BYTES>();
        for word in words {
            self.push_word(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            self.push(load_rest(value, rest), rest.len() as u32 * 8);
        }
    }

    /// Takes the lowest bits of `word`, the others being zero.
    #[inline(always)]
    fn push(&mut self, word: u64, bits: u32) {
        let filled = self.bits + bits;
        if filled < u64::BITS {
            self.word |= word << self.bits;
            self.bits = filled;
        } else {
            self.push_word(word);
            self.bits = filled - u64::BITS;
        }
    }

    /// Leaves as many bits to be filled as there were.
    #[inline(always)]
    fn push_word(&mut self, word: u64) {
        self.word |= word << self.bits;
        self.flush();
        // In two steps, since a shift by all bits is not one.
        self.word = word >> 1 >> (u64::BITS - 1 - self.bits);
    }

    #[inline(always)]
    fn flush(&mut self) {
        if let Some(to) = self.words.get_mut(self.at) {
            *to = self.word;
        }
        self.hasher.word(self.word);
        self.at += 1;
    }

    /// The key of what was packed, for which there were enough words.
    fn into_key(mut self) -> Key<'a> {
        let (len, hash) = self.finish();
        let words = &self.words[..len];
        Key { words, hash }
    }

    /// How many words were packed, or would have been, and their hash.
    #[inline(always)]
    fn finish(&mut self) -> (usize, u64) {
        if self.bits > 0 {
            self.flush();
        }
        (self.at, self.hasher.finish())
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
