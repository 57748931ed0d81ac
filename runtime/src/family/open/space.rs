//! Words for records, in chunks that are allocated once and stay.

use std::sync::OnceLock;

use super::fill::Fill;
use crate::sync::AtomicU64;

/// Bits of an address: the others of an entry of the index are for hashes.
pub(super) const ADDRESS_BITS: u32 = 28;
/// Bits of an address that say where in its chunk.
const OFFSET_BITS: u32 = 21;
const CHUNKS: usize = 1 << (ADDRESS_BITS - OFFSET_BITS);
const MIN_CHUNK: usize = 128;
const MAX_CHUNK: usize = (1 << OFFSET_BITS) - 1;

/// Where a record starts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Address(u32);

impl Address {
    pub(super) const FIRST: Self = Self(0);

    pub(super) fn new(chunk: usize, offset: usize) -> Self {
        Self((chunk as u32) << OFFSET_BITS | offset as u32)
    }

    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    pub(super) fn to_bits(self) -> u32 {
        self.0
    }

    pub(super) fn plus(self, words: usize) -> Self {
        Self(self.0 + words as u32)
    }

    pub(super) fn chunk(self) -> usize {
        (self.0 >> OFFSET_BITS) as usize
    }

    pub(super) fn offset(self) -> usize {
        (self.0 & MAX_CHUNK as u32) as usize
    }
}

pub(super) struct Space {
    chunks: [OnceLock<Box<[AtomicU64]>>; CHUNKS],
}

impl Space {
    pub(super) fn new() -> Self {
        Self {
            chunks: std::array::from_fn(|_| OnceLock::new()),
        }
    }

    /// The words from an address to the end of its chunk.
    #[inline]
    pub(super) fn words(&self, address: Address) -> Option<&[AtomicU64]> {
        let chunk = self.chunks.get(address.chunk())?.get()?;
        chunk.get(address.offset()..)
    }

    /// Room for a record of so many words; `None` if the address space is used up.
    ///
    /// A chunk is an eighth of all before it, so at most a ninth of the memory is unused.
    pub(super) fn allocate(&self, fill: &mut Fill, size: usize) -> Option<Address> {
        if let Some(address) = fill.allocate(size) {
            return Some(address);
        }
        let len = (fill.total() / 8).clamp(MIN_CHUNK, MAX_CHUNK).max(size);
        let chunk = self.chunks.get(fill.chunks())?;
        if len > MAX_CHUNK {
            return None;
        }
        // Compilers make the allocator's zeroed memory of this, which nothing is written to.
        let words =
            chunk.get_or_init(|| vec![0_u64; len].into_iter().map(AtomicU64::new).collect());
        fill.add_chunk(words, size);
        fill.allocate(size)
    }

    /// The words that are given out from this address to the end of its extent, or else of the next one, and where they start.
    pub(super) fn used(&self, fill: &Fill, address: Address) -> Option<(Address, &[AtomicU64])> {
        let (start, len) = fill.used(address)?;
        Some((start, self.words(start)?.get(..len)?))
    }
}
