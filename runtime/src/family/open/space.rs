//! Words for records, in chunks that are allocated once and stay.

use std::sync::OnceLock;

use super::fill::Fill;
use super::record::Form;
use crate::sync::AtomicU64;

/// Bits of an address: the others of an entry of the index are for hashes.
pub(super) const ADDRESS_BITS: u32 = 27;
/// Bits of an address that say where in its chunk.
const OFFSET_BITS: u32 = 17;
/// Below the offset there is a bit for the second record of a pair.
const CHUNKS: usize = 1 << (ADDRESS_BITS - OFFSET_BITS - 1);
/// Chunks that have a place in any space, some 70 KiB.
const FEW: usize = 64;
const MIN_CHUNK: usize = 128;
const MAX_CHUNK: usize = (1 << OFFSET_BITS) - 1;

/// A record: the block that it is in, and whether it is the second one there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Address(u32);

impl Address {
    pub(super) const FIRST: Self = Self(0);

    pub(super) fn new(chunk: usize, offset: usize) -> Self {
        Self(((chunk as u32) << OFFSET_BITS | offset as u32) << 1)
    }

    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    pub(super) fn to_bits(self) -> u32 {
        self.0
    }

    /// So many words behind the start of the block.
    pub(super) fn plus(self, words: usize) -> Self {
        Self(((self.0 >> 1) + words as u32) << 1)
    }

    /// The second record of the block.
    pub(super) fn second(self) -> Self {
        Self(self.0 | 1)
    }

    /// The record behind this one, which is of this form.
    pub(super) fn next(self, form: Form) -> Self {
        match form.is_paired && !self.is_second() {
            true => self.second(),
            false => self.plus(form.block()),
        }
    }

    #[inline(always)]
    pub(super) fn is_second(self) -> bool {
        self.0 & 1 == 1
    }

    #[inline(always)]
    pub(super) fn chunk(self) -> usize {
        (self.0 >> (OFFSET_BITS + 1)) as usize
    }

    #[inline(always)]
    pub(super) fn offset(self) -> usize {
        (self.0 >> 1) as usize & MAX_CHUNK
    }
}

type Chunk = OnceLock<Box<[AtomicU64]>>;

pub(super) struct Space {
    few: [Chunk; FEW],
    /// The others, of which most families need none.
    more: OnceLock<Box<[Chunk]>>,
}

impl Space {
    pub(super) fn new() -> Self {
        Self {
            few: std::array::from_fn(|_| OnceLock::new()),
            more: OnceLock::new(),
        }
    }

    #[inline(always)]
    fn chunk(&self, index: usize) -> Option<&Chunk> {
        match self.few.get(index) {
            None => self.more.get()?.get(index - FEW),
            chunk => chunk,
        }
    }

    /// The words from an address to the end of its chunk.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn words(&self, address: Address) -> Option<&[AtomicU64]> {
        let chunk = self.chunk(address.chunk())?.get()?;
        chunk.get(address.offset()..)
    }

    /// Room for a block of so many words; `None` if the address space is used up.
    ///
    /// A chunk is a fortieth of all before it, so little of the memory is unused.
    pub(super) fn allocate(&self, fill: &mut Fill, size: usize) -> Option<Address> {
        if let Some(address) = fill.allocate(size) {
            return Some(address);
        }
        let len = (fill.total() / 40).clamp(MIN_CHUNK, MAX_CHUNK);
        // Nothing is left of a chunk that is filled with blocks of this size.
        let len = (len - len % size).max(size);
        if fill.chunks() == FEW {
            let more = || (FEW..CHUNKS).map(|_| OnceLock::new()).collect();
            self.more.get_or_init(more);
        }
        let chunk = self.chunk(fill.chunks())?;
        if len > MAX_CHUNK {
            return None;
        }
        let words = chunk.get_or_init(|| {
            let words = vec![0; len].into_iter();
            // Of a vector, and not of a slice, compilers make the allocator's zeroed memory, which nothing is written to.
            let words: Vec<AtomicU64> = words.map(AtomicU64::new).collect();
            words.into()
        });
        fill.add_chunk(words, size);
        fill.allocate(size)
    }

    /// The words that are given out from this address to the end of its extent, or else of the next one, and where they start.
    pub(super) fn used(&self, fill: &Fill, address: Address) -> Option<(Address, &[AtomicU64])> {
        let (start, len) = fill.used(address)?;
        Some((start, self.words(start)?.get(..len)?))
    }
}
