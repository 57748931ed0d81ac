//! A hash table of record addresses: linear probing, read without a lock.
//!
//! An entry only ever holds the address of a record, so whatever a reader finds in a table that is being changed is a record
//! to compare, or nothing. A reader that misses an entry because it is being moved looks again under the writers' lock.
//!
//! The table doubles in place, since memory that a reader may still be in could not be given back: what is there stays where it
//! is, and an entry with a new home is copied there. Only once readers know the new length its old place becomes a [`GAP`].

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use super::space::Address;
use crate::sync::Ordering;

/// Places in the first part.
const FIRST: usize = 16;
const PARTS: usize = 28;

pub(super) struct Index {
    /// The table: each part is as long as all before it.
    parts: [OnceLock<Box<[AtomicU32]>>; PARTS],
    /// Places in use, a power of two or none.
    len: AtomicU32,
}

/// Nothing, and no entry behind it that began its search before.
const EMPTY: u32 = 0;
/// Nothing, but the search goes on.
const GAP: u32 = u32::MAX;

fn entry_of(address: Address) -> u32 {
    address.to_bits() + 1
}

#[inline(always)]
fn address_of(entry: u32) -> Option<Address> {
    (entry != EMPTY && entry != GAP).then(|| Address::from_bits(entry - 1))
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            parts: std::array::from_fn(|_| OnceLock::new()),
            len: AtomicU32::new(0),
        }
    }

    #[inline(always)]
    fn len(&self) -> usize {
        // Pairs with the release of `grow`: the parts are there, and the entries in them.
        self.len.load(Ordering::Acquire) as usize
    }

    /// The places from one on to the end of its part.
    #[inline(always)]
    fn places(&self, from: usize) -> &[AtomicU32] {
        let part = (usize::BITS - (from / FIRST).leading_zeros()) as usize;
        let places = self.parts.get(part).and_then(OnceLock::get);
        // Parts behind the first start at their own length.
        let offset = match part {
            0 => from,
            _ => from ^ (FIRST << (part - 1)),
        };
        places
            .and_then(|places| places.get(offset..))
            .unwrap_or_default()
    }

    fn place(&self, at: usize) -> Option<&AtomicU32> {
        self.places(at).first()
    }

    /// The first address that `accept` takes among those with this hash and their neighbours.
    #[inline]
    pub(super) fn find<T>(
        &self,
        hash: u64,
        mut accept: impl FnMut(Address) -> Option<T>,
    ) -> Option<T> {
        let len = self.len();
        let mut at = home(hash, len);
        // Entries may move while this looks on, but not past a whole table of them.
        let mut left = len;
        while left > 0 {
            let places = self.places(at);
            for place in places {
                // Pairs with the release of `insert`: the record that the address leads to was written before.
                let entry = place.load(Ordering::Acquire);
                if entry == EMPTY {
                    return None;
                }
                if let Some(found) = address_of(entry).and_then(&mut accept) {
                    return Some(found);
                }
            }
            // The part ends here, and maybe the table.
            left = left.saturating_sub(places.len().max(1));
            at = (at + places.len()) & (len - 1);
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
        if (live + 1) * 8 > self.len() * 7 {
            self.grow(&mut hash_of);
        }
        self.put(hash, address, self.len());
    }

    fn put(&self, hash: u64, address: Address, len: usize) {
        let mut at = home(hash, len);
        while let Some(place) = self.place(at) {
            if address_of(place.load(Ordering::Relaxed)).is_none() {
                place.store(entry_of(address), Ordering::Release);
                return;
            }
            at = next(at, len);
        }
    }

    fn grow(&self, hash_of: &mut impl FnMut(Address) -> u64) {
        let old = self.len();
        let new = (old * 2).max(FIRST);
        let part = (new / FIRST).trailing_zeros() as usize;
        let Some(added) = self.parts.get(part) else {
            return;
        };
        added.get_or_init(|| (0..new - old).map(|_| AtomicU32::new(EMPTY)).collect());
        let mut moved = Vec::new();
        for at in 0..old {
            let Some(place) = self.place(at) else {
                continue;
            };
            let Some(address) = address_of(place.load(Ordering::Relaxed)) else {
                continue;
            };
            let hash = hash_of(address);
            // Behind its new home it is still found, unless it was at the start because the table had ended.
            if home(hash, new) > at {
                self.put(hash, address, new);
                moved.push(at as u32);
            }
        }
        self.len.store(new as u32, Ordering::Release);
        for place in moved.into_iter().filter_map(|at| self.place(at as usize)) {
            place.store(GAP, Ordering::Release);
        }
    }

    /// Takes an address out and moves what follows it closer to its home. Under the writers' lock.
    pub(super) fn remove(
        &self,
        hash: u64,
        address: Address,
        mut hash_of: impl FnMut(Address) -> u64,
    ) {
        let len = self.len();
        // At most once around: there may be no place that is empty.
        let mut places = (0..len)
            .map(|step| (home(hash, len) + step) & (len - 1))
            .map_while(|at| Some((at, self.place(at)?)))
            .map(|(at, place)| (at, place, place.load(Ordering::Relaxed)))
            .take_while(|(.., entry)| *entry != EMPTY);
        let Some((mut hole, mut place, _)) = places.find(|(.., entry)| *entry == entry_of(address))
        else {
            return;
        };
        for (at, other, entry) in places {
            let Some(address) = address_of(entry) else {
                continue;
            };
            let from_home = at.wrapping_sub(home(hash_of(address), len)) & (len - 1);
            if from_home >= at.wrapping_sub(hole) & (len - 1) {
                place.store(entry, Ordering::Release);
                (hole, place) = (at, other);
            }
        }
        place.store(EMPTY, Ordering::Release);
    }
}

/// Tables are as long as a power of two.
#[inline]
fn home(hash: u64, len: usize) -> usize {
    hash as usize & len.wrapping_sub(1)
}

#[inline]
fn next(at: usize, len: usize) -> usize {
    (at + 1) & (len - 1)
}

#[cfg(test)]
mod tests {
    use super::{Address, Index};

    /// Whether the address is found, and nowhere found once it is out.
    fn has(index: &Index, hash: u64, address: Address) -> bool {
        let found = index.find(hash, |other| (other == address).then_some(()));
        found.is_some()
    }

    /// Spread over all places, only over the last ones, so that every table is wrapped around, and all in one place.
    #[test]
    fn what_is_in_is_found_whatever_grew_or_went_since() {
        let spread = |bits: u32| u64::from(bits).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
        let hashes: [(&dyn Fn(Address) -> u64, u32); 3] = [
            (&|address| spread(address.to_bits()), 3_000),
            (&|address| !(spread(address.to_bits()) % 8), 300),
            (&|_| 5, 100),
        ];
        for (hash_of, most) in hashes {
            let most = if cfg!(miri) { most / 30 } else { most };
            let (index, mut live) = (Index::new(), Vec::new());
            for step in 0..4 * most {
                let address = Address::from_bits(step);
                index.insert(hash_of(address), address, live.len(), hash_of);
                live.push(address);
                // Grows by three out of four.
                if step % 4 == 3 {
                    let gone = live.swap_remove(step as usize * 7 % live.len());
                    index.remove(hash_of(gone), gone, hash_of);
                    assert!(!has(&index, hash_of(gone), gone));
                }
                if step % (most / 10) == 0 {
                    assert!(live.iter().all(|one| has(&index, hash_of(*one), *one)));
                }
            }
            for address in live.drain(..) {
                index.remove(hash_of(address), address, hash_of);
                assert!(!has(&index, hash_of(address), address));
            }
        }
    }
}
