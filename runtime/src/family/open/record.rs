//! One series with open labels as words: head, values, label values.
//!
//! ```text
//! a pair of records             a single record
//! head 1 | head 2               head | nothing
//! values 1                      values
//! body of key 1                 body of the key
//! values 2
//! body of key 2
//! ```
//! A head is half a word: 24 bits of state, and eight that tell how long the label values are ([`lengths`](super::lengths)). Records
//! of the same size are paired if their heads tell what it is. Others, the longest, are single.
//!
//! The state is a generation, odd while the series lives, a bit that says whether it was touched since the last collection,
//! and one that says whether a scrape can copy the label values as they are.

use std::sync::atomic::fence;

use super::key::{Key, KeyBuffer, KeyHasher, WORD_BYTES};
use super::lengths::Lengths;
use super::space::Address;
use crate::metrics::{STATE_BITS, Slot};
use crate::sync::{AtomicU64, Ordering};

/// What a record takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Form {
    /// Of values and body.
    pub(super) words: usize,
    pub(super) is_paired: bool,
}

impl Form {
    /// Of the records in a block with this first head, whose body consists of these bytes; `None` if they end too soon.
    #[inline(always)]
    pub(super) fn new(
        head: u32,
        width: usize,
        labels: usize,
        byte: impl Fn(usize) -> Option<u8>,
    ) -> Option<Self> {
        let mut lengths = Lengths::new(head, labels);
        if let Some(words) = lengths.words(labels) {
            return Some(Self {
                words: width + words,
                is_paired: true,
            });
        }
        let mut end = 0;
        for _ in 0..labels {
            let (front, len) = lengths.next(|at| byte(end + at))?;
            end += front + len;
        }
        Some(Self {
            words: width + end.div_ceil(WORD_BYTES),
            is_paired: false,
        })
    }

    /// How many records are in a block.
    pub(super) fn records(self) -> usize {
        1 + usize::from(self.is_paired)
    }

    /// Words of a block.
    pub(super) fn block(self) -> usize {
        1 + self.records() * self.words
    }
}

#[derive(Clone, Copy)]
pub(super) struct Record {
    slot: Slot,
    /// Zero where the state is.
    lengths: u32,
    body: &'static [AtomicU64],
}

impl Record {
    /// The first or second record in a block that begins with the first of `words`, with so many words of values and of body.
    /// A second one's body must be as long as the first one's.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn new(
        words: &'static [AtomicU64],
        is_second: bool,
        width: usize,
        body: usize,
    ) -> Option<Self> {
        // Without a branch, which could not be predicted.
        let start = 1 + usize::from(is_second) * (width + body);
        // One look at the room: what follows is known to be there.
        let words = words.get(..start + width + body)?;
        let (heads, values) = (words.first()?, words.get(start..start + width)?);
        // Pairs with the release of `write`: the key belongs to this generation, or `slot_of` sees that it does not.
        let (slot, lengths) = Slot::new(heads, is_second, values, Ordering::Acquire);
        Some(Self {
            slot,
            lengths,
            body: words.get(start + width..)?,
        })
    }

    /// The words of a pair of records outside the space, the first of which lives for ever, and the other one not at all.
    pub(super) fn leaked(key: Key<'_>, width: usize) -> &'static [AtomicU64] {
        let is_paired = true;
        let words = width + key.body.len();
        let len = Form { words, is_paired }.block();
        let words: Box<[AtomicU64]> = (0..len).map(|_| AtomicU64::new(0)).collect();
        let words = Box::leak(words);
        if let Some(record) = Self::new(words, false, width, key.body.len()) {
            record.write(key, true);
        }
        words
    }

    /// The slot, if the record is a live series with this key.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn slot_of(self, key: Key<'_>) -> Option<Slot> {
        let is_equal = self.slot.is_live() && self.lengths == key.lengths && self.has(key.body);
        // Pairs with the fence of `retire`: who read a word of a later key sees a later generation here.
        fence(Ordering::Acquire);
        (is_equal && self.slot.is_current()).then_some(self.slot)
    }

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn has(self, body: &[u64]) -> bool {
        let mut words = self.body.iter().zip(body);
        words.all(|(stored, word)| stored.load(Ordering::Relaxed) == *word)
    }

    pub(super) fn slot(self) -> Slot {
        self.slot
    }

    /// Ends the series, and returns whether another can live here. Under the writers' lock.
    pub(super) fn retire(self) -> bool {
        let is_usable = self.slot.end();
        // Before any word of a later key.
        fence(Ordering::Release);
        is_usable
    }

    /// Begins a series at zero in a record that no live series has; no text format has to escape any of its label values, or
    /// one has. Under the writers' lock.
    pub(super) fn write(self, key: Key<'_>, is_plain: bool) -> Slot {
        for value in self.slot.values() {
            value.store(0, Ordering::Relaxed);
        }
        self.write_body(key);
        self.slot.begin(key.lengths, is_plain)
    }

    /// Writes a record that no series has lived in since it was given back. Under the writers' lock.
    pub(super) fn write_rested(self, key: Key<'_>, generation: u32) {
        self.write_body(key);
        self.slot.rest(key.lengths, generation);
    }

    fn write_body(self, key: Key<'_>) {
        for (to, word) in self.body.iter().zip(key.body) {
            to.store(*word, Ordering::Relaxed);
        }
    }

    /// Copies the key of so many label values. Under the writers' lock.
    pub(super) fn read_key(self, labels: usize, buffer: &mut KeyBuffer) {
        buffer.read(labels, self.lengths, self.body.iter().map(load));
    }

    /// The hash of the key. Under the writers' lock.
    pub(super) fn hash(self) -> u64 {
        hash(KeyHasher::new(), self.lengths, self.body)
    }
}

/// The form of the records in a block that begins with the first of `words`. Under the writers' lock.
pub(super) fn form(words: &[AtomicU64], width: usize, labels: usize) -> Option<Form> {
    let byte = |at: usize| {
        let word = words.get(1 + width + at / WORD_BYTES)?;
        Some((load(word) >> (at % WORD_BYTES * 8)) as u8)
    };
    Form::new(load(words.first()?) as u32, width, labels, byte)
}

/// Calls `each` with the hash and the address of each live record in blocks that stand behind each other from `start` on, which
/// is the first of `words`. Under the writers' lock.
pub(super) fn each_live(
    start: Address,
    mut words: &[AtomicU64],
    width: usize,
    labels: usize,
    mut each: impl FnMut(u64, Address),
) {
    let hasher = KeyHasher::new();
    let (mut block, mut before) = (start, None);
    while let Some((heads, records)) = words.split_first() {
        let heads = load(heads);
        let upper = heads as u32 >> STATE_BITS;
        // Mostly that of the block before, which the same bits tell.
        let known = before.filter(|(told, _)| *told == upper);
        let known = known.map(|(_, form)| form);
        let Some(form) = known.or_else(|| form(words, width, labels)) else {
            return;
        };
        let Some((first, behind)) = records.split_at_checked(form.words) else {
            return;
        };
        before = form.is_paired.then_some((upper, form));
        // In a block of one the second head is zero.
        for (record, address) in [(first, block), (behind, block.second())] {
            let head = (heads >> (u32::from(address.is_second()) * u32::BITS)) as u32;
            if Slot::is_live_in(head)
                && let Some(body) = record.get(width..form.words)
            {
                each(hash(hasher.clone(), head, body), address);
            }
        }
        block = block.plus(form.block());
        words = words.get(form.block()..).unwrap_or_default();
    }
}

/// Of a key with these lengths and this body.
fn hash(mut hasher: KeyHasher, lengths: u32, body: &[AtomicU64]) -> u64 {
    body.iter().for_each(|word| hasher.word(load(word)));
    hasher.finish(lengths)
}

fn load(word: &AtomicU64) -> u64 {
    word.load(Ordering::Relaxed)
}
