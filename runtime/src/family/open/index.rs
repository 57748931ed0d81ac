//! A hash table of record addresses: linear probing, read without a lock.
//!
//! An entry only ever holds the address of a record, so whatever a reader finds in a table that is being changed is a record
//! to compare, or nothing. A reader that misses an entry because it is being moved looks again under the writers' lock.
//!
//! The table doubles in place, since memory that a reader may still be in could not be given back: an entry with a new home is
//! copied there, and only once readers know the new length what is left closes up.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32};

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
    /// Whether entries are being moved, so that a reader may miss one that is there.
    is_moving: AtomicBool,
}

/// Nothing, and whatever looks for its place from before it stands before it.
const EMPTY: u32 = 0;
/// Nothing, while entries behind it close up.
const GAP: u32 = u32::MAX;

/// Of a place with no entry, or one that has been put elsewhere.
const NO_HOME: u32 = u32::MAX;
const MOVED: u32 = u32::MAX - 1;

/// How often a reader looks while entries are being moved. Each is out of sight for a moment only, and the lock is held for long.
const LOOKS: usize = 3;

fn entry_of(address: Address) -> u32 {
    address.to_bits() + 1
}

#[inline(always)]
fn address_of(entry: u32) -> Option<Address> {
    (entry != EMPTY && entry != GAP).then(|| Address::from_bits(entry - 1))
}

fn address_at(place: &AtomicU32) -> Option<Address> {
    address_of(place.load(Ordering::Relaxed))
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            parts: std::array::from_fn(|_| OnceLock::new()),
            len: AtomicU32::new(0),
            is_moving: AtomicBool::new(false),
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
    #[inline(always)]
    pub(super) fn find<T>(&self, hash: u64, accept: impl Fn(Address) -> Option<T>) -> Option<T> {
        self.look(hash, &accept)
            .or_else(|| self.look_again(hash, &accept))
    }

    #[cold]
    fn look_again<T>(&self, hash: u64, accept: &impl Fn(Address) -> Option<T>) -> Option<T> {
        (1..LOOKS)
            .take_while(|_| self.is_moving.load(Ordering::Acquire))
            .find_map(|_| self.look(hash, accept))
    }

    #[inline(always)]
    fn look<T>(&self, hash: u64, accept: &impl Fn(Address) -> Option<T>) -> Option<T> {
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
                if let Some(found) = address_of(entry).and_then(accept) {
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

    /// Puts an address into the first free place from its home, which it returns.
    fn put(&self, hash: u64, address: Address, len: usize) -> Option<usize> {
        let mut places = (0..len)
            .map(|step| (home(hash, len) + step) & (len - 1))
            .map_while(|at| Some((at, self.place(at)?)));
        let (at, place) = places.find(|(_, place)| address_at(place).is_none())?;
        place.store(entry_of(address), Ordering::Release);
        Some(at)
    }

    fn grow(&self, hash_of: &mut impl FnMut(Address) -> u64) {
        let old = self.len();
        let new = (old * 2).max(FIRST);
        let part = (new / FIRST).trailing_zeros() as usize;
        let Some(added) = self.parts.get(part) else {
            return;
        };
        added.get_or_init(|| (0..new - old).map(|_| AtomicU32::new(EMPTY)).collect());
        let mut homes = vec![NO_HOME; new];
        for at in 0..old {
            let address = self.place(at).and_then(address_at);
            let Some(address) = address.filter(|_| homes[at] == NO_HOME) else {
                continue;
            };
            let hash = hash_of(address);
            homes[at] = home(hash, new) as u32;
            // In the new part, or at the start because the table had ended.
            if home(hash, new) > at {
                homes[at] = MOVED;
                if let Some(to) = self.put(hash, address, new) {
                    homes[to] = home(hash, new) as u32;
                }
            }
        }
        self.len.store(new as u32, Ordering::Release);
        self.is_moving.store(true, Ordering::Release);
        self.close_up(&homes);
        self.is_moving.store(false, Ordering::Release);
    }

    /// Takes out what stands elsewhere now, and moves the rest closer to its home.
    fn close_up(&self, homes: &[u32]) {
        let mask = homes.len() - 1;
        // From an empty place on, so that whatever stands in the way of an entry has moved before it.
        let empty = homes.iter().rposition(|home| *home == NO_HOME);
        for at in (1..=homes.len()).map(|step| (empty.unwrap_or(mask) + step) & mask) {
            let entry = self.place(at).and_then(|one| Some((one, address_at(one)?)));
            let (Some((place, address)), home) = (entry, homes[at]) else {
                continue;
            };
            let closer = (0..mask)
                .map(|step| (home as usize + step) & mask)
                .take_while(|closer| home != MOVED && *closer != at)
                .filter_map(|closer| self.place(closer))
                .find(|closer| address_at(closer).is_none());
            if let Some(closer) = closer {
                closer.store(entry_of(address), Ordering::Release);
            }
            if closer.is_some() || home == MOVED {
                place.store(GAP, Ordering::Release);
            }
        }
        // Nothing was left behind a gap.
        for place in (0..homes.len()).filter_map(|at| self.place(at)) {
            if place.load(Ordering::Relaxed) == GAP {
                place.store(EMPTY, Ordering::Release);
            }
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
                if step % (most / 10).max(1) == 0 {
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
