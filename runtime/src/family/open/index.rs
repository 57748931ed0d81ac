//! A hash table of record addresses: linear probing, read without a lock.
//!
//! An entry only ever holds the address of a record, so whatever a reader finds in a table that is being changed is a record
//! to compare, or nothing. A reader that misses an entry because it is being moved looks again.
//!
//! The table doubles in place, since memory that a reader may still be in could not be given back. What it will hold is made apart
//! from it, in the order of the records; entries with a home in the added part are written there, and only once readers know the
//! new length the others are written over those that there were.

use std::slice;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use super::pages;
use super::space::{ADDRESS_BITS, Address};
use crate::sync::Ordering;

/// Places in the first part.
const FIRST: u32 = 16;
const PARTS: usize = 29;

pub(super) struct Index {
    /// The table: each part is as long as all before it.
    parts: [OnceLock<Box<[AtomicU32]>>; PARTS],
    /// Places in use, a power of two or none.
    len: AtomicU32,
    /// Odd while entries are being moved, so that a reader may miss one that is there.
    moves: AtomicUsize,
}

/// A table is far too long if it is so many times longer than needed.
const LONG: u32 = 16;

/// Nothing, and whatever looks for its place from before it stands before it. What is allocated and given back is full of it.
const EMPTY: u32 = 0;

/// An address behind five bits of its hash, so that records with another hash are seldom read.
fn entry(hash: u64, address: Address) -> u32 {
    tag(hash) | (address.to_bits() + 1)
}

#[inline(always)]
fn tag(hash: u64) -> u32 {
    (hash >> u32::BITS) as u32 >> ADDRESS_BITS << ADDRESS_BITS
}

#[inline(always)]
fn address(entry: u32) -> Address {
    Address::from_bits((entry - 1) & !(u32::MAX << ADDRESS_BITS))
}

impl Index {
    pub(super) fn new() -> Self {
        Self {
            parts: std::array::from_fn(|_| OnceLock::new()),
            len: AtomicU32::new(0),
            moves: AtomicUsize::new(0),
        }
    }

    #[inline(always)]
    fn len(&self) -> u32 {
        // Pairs with the release of `grow`: the parts are there, and the entries in them.
        self.len.load(Ordering::Acquire)
    }

    /// The places from one on to the end of its part.
    #[inline(always)]
    fn places(&self, from: u32) -> &[AtomicU32] {
        // Parts behind the first start at their own length, the highest bit of all in them.
        let highest = (from | (FIRST - 1)).ilog2();
        let part = (highest - (FIRST - 1).ilog2()) as usize;
        let offset = from & !(1 << highest & !(FIRST - 1));
        let places = self.parts.get(part).and_then(OnceLock::get);
        places
            .and_then(|places| places.get(offset as usize..))
            .unwrap_or_default()
    }

    /// The addresses with this hash, and some of their neighbours. May miss one while entries are being moved.
    #[inline(always)]
    pub(super) fn candidates(&self, hash: u64) -> Candidates<'_> {
        Candidates {
            tag: tag(hash),
            // Before any place is read, so that nothing moved since if it is the same later.
            moves: self.moves(),
            places: self.walk(hash),
        }
    }

    /// How often entries were moved: what was not found between two times that this is even and the same was not there.
    #[inline(always)]
    pub(super) fn moves(&self) -> usize {
        // Places are read with acquire, so who saw an entry that was moved sees this too. Pairs with the release at the end of
        // a move.
        self.moves.load(Ordering::Acquire)
    }

    /// Calls `change` while readers know that entries move. Under the writers' lock.
    fn moving(&self, change: impl FnOnce()) {
        let before = self.moves.load(Ordering::Relaxed);
        // Places are written with release, and so after this.
        self.moves.store(before.wrapping_add(1), Ordering::Relaxed);
        change();
        self.moves.store(before.wrapping_add(2), Ordering::Release);
    }

    /// The places from the home of a hash on.
    #[inline(always)]
    fn walk(&self, hash: u64) -> Walk<'_> {
        let len = self.len();
        let from = home(hash, len);
        Walk {
            index: self,
            part: self.places(from).iter(),
            from,
            len,
            left: len,
        }
    }

    /// Whether no entry moved since a look-up began: what it did not find was not there.
    pub(super) fn is_settled(&self, vacancy: Vacancy<'_>) -> bool {
        let moves = self.moves();
        moves.is_multiple_of(2) && vacancy.moves == moves
    }

    /// Whether what was not found without the lock is still not there. Under the writers' lock.
    pub(super) fn is_vacant(&self, vacancy: Vacancy<'_>) -> bool {
        // Only a move empties a place. So all places before this one are in use still, and whoever entered the same key would have
        // taken this one.
        let is_empty = |place: &AtomicU32| place.load(Ordering::Relaxed) == EMPTY;
        vacancy.place.is_some_and(is_empty) && self.is_settled(vacancy)
    }

    /// Adds an address that was not found to a table of `live` entries. Beyond nine tenths the table grows, and `all` puts
    /// in every series, this one among them. Under the writers' lock, under which the place was found too, or is still
    /// [vacant](Self::is_vacant).
    pub(super) fn insert(
        &self,
        vacancy: Vacancy<'_>,
        hash: u64,
        address: Address,
        live: usize,
        all: impl FnOnce(&mut Draft),
    ) {
        let len = self.len();
        match vacancy.place {
            Some(place) if (live + 1) * 10 <= len as usize * 9 => {
                place.store(entry(hash, address), Ordering::Release);
            }
            _ => self.resize((len * 2).max(FIRST), all),
        }
    }

    /// Makes a table shorter that became far too long, and gives back what it leaves; `all` puts in every series. Under the
    /// writers' lock.
    pub(super) fn shrink(&self, live: usize, all: impl FnOnce(&mut Draft)) {
        let len = (live as u32 * 2).next_power_of_two().max(FIRST);
        if len * LONG <= self.len() {
            self.resize(len, all);
        }
    }

    #[cold]
    fn resize(&self, new: u32, all: impl FnOnce(&mut Draft)) {
        let mut draft = Draft(vec![EMPTY; new as usize]);
        all(&mut draft);
        let old = self.len();
        let (before, added) = draft.0.split_at(old.min(new) as usize);
        // There are fewer addresses than places in all parts.
        let parts = 1 + (new / FIRST).ilog2() as usize;
        let (parts, left) = self.parts.split_at(parts);
        if let Some(last) = parts.last() {
            last.get_or_init(|| {
                let places = vec![EMPTY; added.len()].into_iter();
                // A vector, and so the allocator's zeroed memory.
                let places: Vec<AtomicU32> = places.map(AtomicU32::new).collect();
                places.into()
            });
            self.overwrite(old, added);
        }
        self.moving(|| {
            self.len.store(new, Ordering::Release);
            self.overwrite(0, before);
            for part in left.iter().map_while(OnceLock::get) {
                pages::clear(part);
            }
        });
    }

    /// Writes entries one behind the other. Under the writers' lock.
    fn overwrite(&self, mut at: u32, mut entries: &[u32]) {
        while !entries.is_empty() {
            let places = self.places(at);
            for (place, entry) in places.iter().zip(entries) {
                place.store(*entry, Ordering::Release);
            }
            at += places.len() as u32;
            entries = entries.get(places.len()..).unwrap_or_default();
        }
    }

    /// Takes an address out and moves what follows it closer to its home. Under the writers' lock.
    pub(super) fn remove(&self, hash: u64, removed: Address, hash_of: impl Fn(Address) -> u64) {
        let len = self.len();
        // At most once around: there may be no place that is empty.
        let mut places = (0..len)
            .map(|step| (home(hash, len) + step) & (len - 1))
            .map_while(|at| Some((at, self.places(at).first()?)))
            .map(|(at, place)| (at, place, place.load(Ordering::Relaxed)))
            .take_while(|(.., other)| *other != EMPTY);
        let removed = entry(hash, removed);
        let Some((mut hole, mut place, _)) = places.find(|(.., other)| *other == removed) else {
            return;
        };
        self.moving(|| {
            for (at, other, entry) in places {
                let from_home = at.wrapping_sub(home(hash_of(address(entry)), len)) & (len - 1);
                if from_home >= at.wrapping_sub(hole) & (len - 1) {
                    place.store(entry, Ordering::Release);
                    (hole, place) = (at, other);
                }
            }
            place.store(EMPTY, Ordering::Release);
        });
    }
}

/// The entries of a table of another length.
pub(super) struct Draft(Vec<u32>);

impl Draft {
    /// Puts a series into the first free place from its home.
    #[inline(always)]
    pub(super) fn put(&mut self, hash: u64, address: Address) {
        let len = self.0.len() as u32;
        let mut at = home(hash, len);
        while let Some(place) = self.0.get_mut(at as usize) {
            if *place == EMPTY {
                *place = entry(hash, address);
                return;
            }
            at = (at + 1) & (len - 1);
        }
    }
}

/// Places one behind the other, at most once around.
#[derive(Clone)]
struct Walk<'a> {
    index: &'a Index,
    /// What is left of a part.
    part: slice::Iter<'a, AtomicU32>,
    /// The place where the walk came into that part.
    from: u32,
    len: u32,
    /// How many there are from there on. Entries may move while this looks on, but not past a whole table of them.
    left: u32,
}

impl Walk<'_> {
    /// By value, for what is lent has to be in memory, and a walk should not be.
    #[cold]
    #[inline(never)]
    fn go_on(mut self) -> Self {
        let seen = self.index.places(self.from).len() as u32;
        self.left = self.left.saturating_sub(seen);
        // A part ends where the table does.
        self.from = (self.from + seen) & self.len.wrapping_sub(1);
        if self.left > 0 {
            self.part = self.index.places(self.from).iter();
        }
        self
    }
}

// Not in debug builds, which would compile the code once for each label set and be no faster. Nor with closures, which nothing
// can have inlined.
impl<'a> Iterator for Walk<'a> {
    type Item = &'a AtomicU32;

    #[cfg_attr(not(debug_assertions), inline(always))]
    fn next(&mut self) -> Option<Self::Item> {
        if let Some(place) = self.part.next() {
            return Some(place);
        }
        *self = self.clone().go_on();
        self.part.next()
    }
}

/// What may be behind a hash.
pub(super) struct Candidates<'a> {
    tag: u32,
    moves: usize,
    places: Walk<'a>,
}

/// Where an address would be entered whose hash was not found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Vacancy<'a> {
    /// The first empty place from its home on, if there is one.
    place: Option<&'a AtomicU32>,
    /// How often entries had been moved before it was looked for. A word, as what a compiler may keep in its place is: of a word that
    /// is written in halves, a processor would have to wait for both.
    moves: usize,
}

impl<'a> Candidates<'a> {
    /// The next one, or that there is none.
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn next(&mut self) -> Result<Address, Vacancy<'a>> {
        let moves = self.moves;
        loop {
            let Some(place) = self.places.next() else {
                return Err(Vacancy { place: None, moves });
            };
            // Pairs with the release of `insert`: the record that the address leads to was written before.
            match place.load(Ordering::Acquire) {
                EMPTY => {
                    let place = Some(place);
                    return Err(Vacancy { place, moves });
                }
                entry if self.tag ^ entry >= 1 << ADDRESS_BITS => {}
                entry => return Ok(address(entry)),
            }
        }
    }
}

/// Tables are as long as a power of two.
#[inline]
fn home(hash: u64, len: u32) -> u32 {
    hash as u32 & len.wrapping_sub(1)
}

#[cfg(test)]
mod tests {
    use std::hash::{DefaultHasher, Hasher};

    use super::{Address, Draft, Index, Vacancy};

    fn candidates(index: &Index, hash: u64) -> impl Iterator<Item = Address> {
        let mut candidates = index.candidates(hash);
        std::iter::from_fn(move || candidates.next().ok())
    }

    fn vacancy(index: &Index, hash: u64) -> Vacancy<'_> {
        let mut candidates = index.candidates(hash);
        loop {
            if let Err(vacancy) = candidates.next() {
                return vacancy;
            }
        }
    }

    fn put_all(draft: &mut Draft, all: &[Address], hash_of: impl Fn(Address) -> u64) {
        all.iter()
            .for_each(|address| draft.put(hash_of(*address), *address));
    }

    /// Inserts the last of all.
    fn insert(index: &Index, all: &[Address], hash_of: impl Fn(Address) -> u64) {
        let (address, others) = all.split_last().unwrap();
        let hash = hash_of(*address);
        let put_all = |draft: &mut Draft| put_all(draft, all, hash_of);
        index.insert(vacancy(index, hash), hash, *address, others.len(), put_all);
    }

    /// Whether the address is found, and nowhere found once it is out.
    fn has(index: &Index, hash: u64, address: Address) -> bool {
        candidates(index, hash).any(|other| other == address)
    }

    fn spread(address: Address) -> u64 {
        let product = u64::from(address.to_bits()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product.rotate_right(20)
    }

    #[test]
    fn records_with_another_hash_are_seldom_read() {
        let random = |address: Address| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u32(address.to_bits());
            hasher.finish()
        };
        // As many as 128 places take, so many of them are not at home.
        let index = Index::new();
        let addresses: Vec<Address> = (0..115).map(Address::from_bits).collect();
        for live in 1..=addresses.len() {
            insert(&index, &addresses[..live], random);
        }
        let mut reads = 0;
        for address in &addresses {
            let before = candidates(&index, random(*address)).position(|other| other == *address);
            reads += before.unwrap() + 1;
        }
        assert_eq!(index.len(), 128);
        assert!(reads < 140, "{reads}");
    }

    /// All of them are at home in one place, which the third leaves when the table grows.
    fn neighbours(address: Address) -> u64 {
        match address.to_bits() {
            2 => 5 + 16,
            other => 5 + 32 * u64::from(other > 2),
        }
    }

    #[test]
    fn who_misses_an_entry_that_is_being_moved_can_tell() {
        let all: Vec<Address> = (0..16).map(Address::from_bits).collect();
        let [first, second, third] = all[..3] else {
            unreachable!()
        };
        let removes = |index: &Index| index.remove(neighbours(first), first, neighbours);
        let grows = |index: &Index| {
            for live in 4..=16 {
                insert(index, &all[..live], neighbours);
            }
        };
        for change in [&removes as &dyn Fn(&Index), &grows] {
            let index = Index::new();
            for live in 1..=3 {
                insert(&index, &all[..live], neighbours);
            }
            let before = index.moves();
            let found = candidates(&index, neighbours(third)).any(|address| {
                if address == second {
                    change(&index);
                }
                address == third
            });
            assert!(!found);
            assert_ne!(index.moves(), before);
            assert_eq!(index.moves() % 2, 0);
            assert!(has(&index, neighbours(third), third));
        }
    }

    #[test]
    fn what_was_not_found_is_looked_for_again_if_its_place_is_taken_or_entries_moved() {
        let [first, second, other] = [0, 1, 2].map(Address::from_bits);
        let index = Index::new();
        assert!(
            !index.is_vacant(vacancy(&index, 5)),
            "there is no place yet"
        );
        insert(&index, &[first], neighbours);

        let behind_first = vacancy(&index, neighbours(second));
        insert(&index, &[first, other], |_| 9);
        assert!(index.is_vacant(behind_first));
        insert(&index, &[first, other, second], neighbours);
        assert!(!index.is_vacant(behind_first));

        let behind_second = vacancy(&index, neighbours(second));
        assert!(index.is_vacant(behind_second));
        index.remove(neighbours(first), first, neighbours);
        assert!(!index.is_vacant(behind_second));
    }

    /// Spread over all places, only over the last ones, so that every table is wrapped around, and all in one place.
    #[test]
    fn what_is_in_is_found_whatever_grew_or_went_since() {
        let hashes: [(&dyn Fn(Address) -> u64, u32); 3] = [
            (&spread, 3_000),
            (&|address| !(spread(address) % 8), 300),
            (&|_| 5, 100),
        ];
        for (hash_of, most) in hashes {
            let most = if cfg!(miri) { most / 30 } else { most };
            let (index, mut live) = (Index::new(), Vec::new());
            for step in 0..4 * most {
                let address = Address::from_bits(step);
                live.push(address);
                insert(&index, &live, hash_of);
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
            // Those that are left stay where they are found.
            for address in live.drain(live.len() / 40..) {
                index.remove(hash_of(address), address, hash_of);
            }
            index.shrink(live.len(), |draft| put_all(draft, &live, hash_of));
            assert!(index.len() <= 64 || index.len() < most / 4);
            assert!(live.iter().all(|one| has(&index, hash_of(*one), *one)));
            for address in live.drain(..) {
                index.remove(hash_of(address), address, hash_of);
                assert!(!has(&index, hash_of(address), address));
            }
        }
    }
}
