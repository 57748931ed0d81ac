//! Words for records, in chunks that are allocated once and stay.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use crate::sync::{AtomicU64, Ordering};

/// Bits of an address that say where in its chunk.
const OFFSET_BITS: u32 = 26;
const CHUNKS: usize = 1 << (u32::BITS - OFFSET_BITS);
const MIN_CHUNK: usize = 128;
const MAX_CHUNK: usize = (1 << OFFSET_BITS) - 1;

/// Where a record starts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Address(u32);

impl Address {
    pub(super) const FIRST: Self = Self(0);

    fn new(chunk: usize, offset: usize) -> Self {
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

    fn chunk(self) -> usize {
        (self.0 >> OFFSET_BITS) as usize
    }

    fn offset(self) -> usize {
        (self.0 & MAX_CHUNK as u32) as usize
    }
}

pub(super) struct Space {
    chunks: [Chunk; CHUNKS],
}

struct Chunk {
    words: OnceLock<Box<[AtomicU64]>>,
    /// Words given out. Written under the writers' lock.
    used: AtomicU32,
}

impl Space {
    pub(super) fn new() -> Self {
        Self {
            chunks: std::array::from_fn(|_| Chunk {
                words: OnceLock::new(),
                used: AtomicU32::new(0),
            }),
        }
    }

    /// The words from an address to the end of its chunk.
    #[inline]
    pub(super) fn words(&self, address: Address) -> Option<&[AtomicU64]> {
        self.chunks
            .get(address.chunk())?
            .words
            .get()?
            .get(address.offset()..)
    }

    /// Room for a record of so many words; `None` if the address space is used up. Under the writers' lock.
    ///
    /// A chunk is a quarter of all words before it, so at most a fifth of the memory is unused.
    pub(super) fn allocate(&self, size: usize) -> Option<Address> {
        let mut total = 0;
        for (i, chunk) in self.chunks.iter().enumerate() {
            let wanted = (total / 4).clamp(MIN_CHUNK, MAX_CHUNK).max(size);
            if wanted > MAX_CHUNK {
                return None;
            }
            let words = chunk
                .words
                .get_or_init(|| (0..wanted).map(|_| AtomicU64::new(0)).collect());
            let used = chunk.used.load(Ordering::Relaxed) as usize;
            let is_last = self
                .chunks
                .get(i + 1)
                .is_none_or(|next| next.words.get().is_none());
            if is_last && words.len() - used >= size {
                chunk.used.store((used + size) as u32, Ordering::Relaxed);
                return Some(Address::new(i, used));
            }
            total += words.len();
        }
        None
    }

    /// The first record at this address or behind it: past the end of a chunk, that of the next one. Under the writers' lock.
    pub(super) fn at_or_after(&self, address: Address) -> Option<Address> {
        let chunk = self.chunks.get(address.chunk())?;
        if address.offset() < chunk.used.load(Ordering::Relaxed) as usize {
            return Some(address);
        }
        let next = address.chunk() + 1;
        let used = self.chunks.get(next)?.used.load(Ordering::Relaxed);
        (used > 0).then(|| Address::new(next, 0))
    }
}
