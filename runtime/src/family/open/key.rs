//! Label values packed into words: what a record holds, and what a look-up compares with it.
//!
//! The values stand behind each other in the *body*; their lengths are told by the head of the record or stand in front of them
//! ([`lengths`](super::lengths)). What the last word has left is zero.

use std::cell::Cell;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::LazyLock;

use foldhash::SharedSeed;
use foldhash::fast::{FoldHasher, SeedableRandomState};

use super::lengths::{LONG, LONGEST_FRONT, Lengths, told_bits, told_words};
use super::packed::PackedValues;
use super::record::Form;
use crate::labels::{EachValue, Labels, text};
use crate::metrics::STATE_BITS;

pub(super) const WORD_BYTES: usize = size_of::<u64>();
/// Words that are packed on the stack: 128 bytes of lengths and values.
const FEW: usize = 16;

/// A packed key.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    /// Above the bits of the state.
    pub(super) lengths: u32,
    pub(super) body: &'a [u64],
    pub(super) hash: u64,
}

impl Key<'_> {
    /// Packs the labels and calls either function with the key. The one for short keys is inlined, which a function that is called
    /// in two places is not.
    #[inline(always)]
    pub(super) fn with_inlined<L: Labels, R>(
        labels: &L,
        short: impl FnOnce(Key<'_>) -> R,
        long: impl FnOnce(Key<'_>) -> R,
    ) -> R {
        let mut longest = Longest(0);
        // One that is too long for this does not fit into the words either, and of more none is told.
        if L::LABELS.len() == 2 {
            labels.visit(&mut longest);
        }
        let mut words = [0; FEW];
        let mut packer = Packer::new(&mut words, L::LABELS.len(), longest.0);
        labels.visit(&mut packer);
        let (lengths, len, hash) = packer.finish();
        match words.get(..len) {
            Some(body) => short(Key {
                lengths,
                body,
                hash,
            }),
            None => Self::with(labels, long),
        }
    }

    /// Calls `f` with a key of so many values for a record of this form, as no series has it.
    pub(super) fn filling<R>(
        labels: usize,
        width: usize,
        form: Form,
        f: impl FnOnce(Key<'_>) -> R,
    ) -> R {
        let mut body = vec![0; form.words - width];
        let bytes = body.len() * WORD_BYTES;
        let told = match (labels, form.is_paired) {
            (1, true) => bytes.min(LONG - 1) as u32,
            (2, true) if bytes == 0 => 0,
            (_, true) => told_words(labels, body.len()),
            (_, false) => {
                // The first value has it all, so the lengths in front of the others are zero.
                if let Some(front) = body.first_mut() {
                    let len = bytes - LONGEST_FRONT - (labels - 1);
                    *front = LONG as u64 | (len as u64) << 8;
                }
                told_words(labels, body.len())
            }
        };
        f(Key {
            lengths: told << STATE_BITS,
            body: &body,
            hash: 0,
        })
    }

    /// Packs the labels and calls `f` with the key. Does not allocate, except to make room for the longest key so far of the
    /// thread.
    #[cold]
    pub(super) fn with<R>(labels: &impl Labels, f: impl FnOnce(Key<'_>) -> R) -> R {
        let (mut count, mut longest, mut bytes) = (0, 0, 0);
        labels.visit(&mut |value: &str| {
            count += 1;
            longest = value.len().max(longest);
            bytes += LONGEST_FRONT + value.len();
        });
        let mut words = take_words(bytes.div_ceil(WORD_BYTES));
        let mut packer = Packer::new(&mut words, count, longest);
        labels.visit(&mut |value: &str| packer.any(value.as_bytes()));
        let (lengths, len, hash) = packer.finish();
        let body = &words[..len];
        let result = f(Key {
            lengths,
            body,
            hash,
        });
        keep_words(words);
        result
    }

    /// The form of a record with this key, of so many words of values and so many labels. `None` if a label gave another value each
    /// time that it was asked, so that its length is not what it was said to be.
    pub(super) fn form(self, width: usize, labels: usize) -> Option<Form> {
        let told = Lengths::new(self.lengths, labels).words(labels);
        let is_true = told.is_none_or(|words| words == self.body.len());
        is_true.then_some(Form {
            words: width + self.body.len(),
            is_paired: told.is_some(),
        })
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

    /// The hash of a body with these lengths, which hardly change it: they only tell keys with the same body apart.
    #[inline(always)]
    pub(super) fn finish(&self, lengths: u32) -> u64 {
        self.0.finish() ^ u64::from(lengths >> STATE_BITS)
    }
}

/// From the system: what the standard library's maps are seeded with.
fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A key as it was read out of a record.
#[derive(Default)]
pub(super) struct KeyBuffer {
    labels: usize,
    lengths: Lengths,
    body: Vec<u8>,
}

impl KeyBuffer {
    /// Takes a key of so many values that has these lengths and this body.
    pub(super) fn read(&mut self, labels: usize, lengths: u32, body: impl Iterator<Item = u64>) {
        (self.labels, self.lengths) = (labels, Lengths::new(lengths, labels));
        self.body.clear();
        body.for_each(|word| self.body.extend_from_slice(&word.to_le_bytes()));
    }

    /// Calls `f` with the values.
    pub(super) fn with_values<R>(&self, f: impl FnOnce(&[&str]) -> R) -> R {
        text::with_slice(self.values(), f)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        let mut values = PackedValues::new(self.lengths, &self.body);
        std::iter::from_fn(move || values.next_text()).take(self.labels)
    }
}

/// The length of the longest value.
struct Longest(usize);

impl EachValue for Longest {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn value(&mut self, value: &str) {
        self.0 = self.0.max(value.len());
    }
}

/// Packs as far as its words reach, which are zero.
struct Packer<'a> {
    labels: usize,
    /// Lengths for the head, how far it is filled, and by how much a length fills it.
    told: u32,
    told_end: u32,
    told_bits: u32,
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
            ..LONG => self.short(value.as_bytes()),
            // In more words than there are.
            len => self.at += len / WORD_BYTES,
        }
    }
}

impl<'a> Packer<'a> {
    /// For so many values, of which the longest has so many bytes.
    #[inline(always)]
    fn new(words: &'a mut [u64], labels: usize, longest: usize) -> Self {
        Self {
            labels,
            told: 0,
            told_end: 0,
            told_bits: told_bits(labels, longest),
            words,
            at: 0,
            word: 0,
            bits: 0,
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
        if self.told_bits > 0 {
            self.told |= (value.len() as u32) << self.told_end;
            self.told_end += self.told_bits;
        } else {
            self.push(value.len() as u64, 8);
        }
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

    /// The lengths, how many words were packed, or would have been, and the hash.
    #[inline(always)]
    fn finish(&mut self) -> (u32, usize, u64) {
        if self.bits > 0 {
            self.flush();
        }
        let told = match self.told_bits {
            0 => told_words(self.labels, self.at),
            _ => self.told,
        };
        let lengths = told << STATE_BITS;
        (lengths, self.at, self.hasher.finish(lengths))
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

#[cfg(test)]
mod tests {
    use super::{Form, Key, WORD_BYTES};

    #[test]
    fn a_key_can_fill_a_record_of_any_form() {
        let width = 3;
        for labels in 1..12_usize {
            let pairs = match labels {
                1 => 0..=32,
                2 => 0..=14,
                _ => labels.div_ceil(WORD_BYTES)..=254,
            };
            let singles = (pairs.end() + 1..300).map(|words| (words, false));
            let all = pairs.map(|words| (words, true)).chain(singles);
            for (words, is_paired) in all.step_by(if cfg!(miri) { 97 } else { 1 }) {
                let words = width + words;
                let form = Form { words, is_paired };
                Key::filling(labels, width, form, |key| {
                    assert!(key.form(width, labels) == Some(form));
                    let bytes: Vec<u8> = key
                        .body
                        .iter()
                        .flat_map(|word| word.to_le_bytes())
                        .collect();
                    let byte = |at: usize| bytes.get(at).copied();
                    let read = Form::new(key.lengths, width, labels, byte);
                    assert_eq!(read, Some(form), "{labels} labels");
                });
            }
        }
    }
}
