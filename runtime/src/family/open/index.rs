//! A hash table of record addresses: linear probing, read without a lock.
//!
//! An entry only ever holds the address of a record, so whatever a reader finds in a table that is being changed is a record
//! to compare, or nothing. A reader that misses an entry because it is being moved looks again under the writers' lock.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use super::space::Address;
use crate::sync::Ordering;

const MIN_LOG2: u32 = 4;
const MAX_LOG2: u32 = 31;

pub(super) struct Index {
    /// One table for each power of two; a table that was outgrown stays for the readers that may still be in it. Those are
    /// together smaller than the one in use.
    tables: [OnceLock<Box<[AtomicU32]>>; (MAX_LOG2 - MIN_LOG2) as usize],
    /// Which table is in use.
    current: AtomicU32,
}

const EMPTY: u32 = 0;

fn entry_of(address: Address) -> u32 {
    address.to_bits() + 1
}

fn address_of(entry: u32) -> Address {
    Address::from_bits(entry - 1)
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            tables: std::array::from_fn(|_| OnceLock::new()),
            current: AtomicU32::new(0),
        }
    }

    #[inline]
    fn table(&self) -> &[AtomicU32] {
        let current = self.current.load(Ordering::Acquire);
        self.tables
            .get(current as usize)
            .and_then(OnceLock::get)
            .map_or(&[], |table| table)
    }

    /// The first address that `accept` takes among those with this hash and their neighbours.
    #[inline]
    pub(super) fn find<T>(
        &self,
        hash: u64,
        mut accept: impl FnMut(Address) -> Option<T>,
    ) -> Option<T> {
        let table = self.table();
        let mut at = home(hash, table);
        // Entries may move while this looks on, but not past a whole table of them.
        let mut left = table.len();
        while left > 0 {
            // Pairs with the release of `insert`: the record that the address leads to was written before.
            let entry = table.get(at)?.load(Ordering::Acquire);
            if entry == EMPTY {
                return None;
            }
            if let Some(found) = accept(address_of(entry)) {
                return Some(found);
            }
            at = next(at, table);
            left -= 1;
        }
        None
    }

    /// Adds an address to a table of `live` entries, growing it beyond seven eighths. Under the writers' lock.
    pub(super) fn insert(
        &self,
        hash: u64,
        address: Address,
        live: usize,
        mut hash_of: impl FnMut(Address) -> u64,
    ) {
        let table = self.table();
        if (live + 1) * 8 > table.len() * 7 {
            self.grow(&mut hash_of);
        }
        place(self.table(), hash, address);
    }

    fn grow(&self, hash_of: &mut impl FnMut(Address) -> u64) {
        let old = self.table();
        let current = self.current.load(Ordering::Relaxed);
        let larger = if old.is_empty() { 0 } else { current + 1 };
        let len = 1_usize << (MIN_LOG2 + larger);
        let new: Box<[AtomicU32]> = (0..len).map(|_| AtomicU32::new(EMPTY)).collect();
        for entry in old.iter().map(|entry| entry.load(Ordering::Relaxed)) {
            if entry != EMPTY {
                place(&new, hash_of(address_of(entry)), address_of(entry));
            }
        }
        if let Some(table) = self.tables.get(larger as usize) {
            table.get_or_init(|| new);
            self.current.store(larger, Ordering::Release);
        }
    }

    /// Takes an address out and moves what follows it closer to its home. Under the writers' lock.
    pub(super) fn remove(
        &self,
        hash: u64,
        address: Address,
        mut hash_of: impl FnMut(Address) -> u64,
    ) {
        let table = self.table();
        let mask = table.len().wrapping_sub(1);
        let mut hole = home(hash, table);
        while let Some(entry) = table.get(hole)
            && entry.load(Ordering::Relaxed) != entry_of(address)
        {
            if entry.load(Ordering::Relaxed) == EMPTY {
                return;
            }
            hole = next(hole, table);
        }
        let mut at = next(hole, table);
        while let Some(entry) = table.get(at).map(|entry| entry.load(Ordering::Relaxed))
            && entry != EMPTY
        {
            let distance = at.wrapping_sub(home(hash_of(address_of(entry)), table)) & mask;
            if distance >= at.wrapping_sub(hole) & mask {
                table[hole].store(entry, Ordering::Release);
                hole = at;
            }
            at = next(at, table);
        }
        if let Some(entry) = table.get(hole) {
            entry.store(EMPTY, Ordering::Release);
        }
    }
}

fn place(table: &[AtomicU32], hash: u64, address: Address) {
    let mut at = home(hash, table);
    while let Some(entry) = table.get(at) {
        if entry.load(Ordering::Relaxed) == EMPTY {
            entry.store(entry_of(address), Ordering::Release);
            return;
        }
        at = next(at, table);
    }
}

/// Tables are as long as a power of two.
#[inline]
fn home(hash: u64, table: &[AtomicU32]) -> usize {
    hash as usize & table.len().wrapping_sub(1)
}

#[inline]
fn next(at: usize, table: &[AtomicU32]) -> usize {
    (at + 1) & table.len().wrapping_sub(1)
}
