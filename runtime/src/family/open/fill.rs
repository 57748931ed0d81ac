//! What of the space is given out to records, and what of it was given back to the system.
//!
//! A chunk is filled in *extents*, which no record reaches beyond. An extent in which no series lives any longer is given back as a
//! whole once its records have rested. But its records stay where they were: a handle to one of them takes the word where its
//! state was for its state, so that word must never become a label value or the value of another series. And a record's
//! generations go on from where the extent's highest was, so no handle takes a later series for its own.

use std::collections::HashMap;

use super::removed::Rest;
use super::space::Address;
use crate::sync::AtomicU64;

/// Words of an extent: 16 KiB.
const EXTENT: usize = 2_048;

const BITS: usize = u64::BITS as usize;

/// Belongs to the writers' lock.
#[derive(Default)]
pub(super) struct Fill {
    chunks: Vec<Chunk>,
    extents: Vec<Extent>,
    /// The extent that is being filled.
    filling: usize,
    /// Words of all chunks.
    total: usize,
    /// The extents that were given back with records of a size, in their order, and some that are in use again.
    given_back: HashMap<usize, Vec<usize>>,
}

/// A chunk's extents.
struct Chunk {
    first: usize,
    /// Words of the first one, behind which the others start.
    ahead: usize,
}

struct Extent {
    start: Address,
    len: usize,
    /// Words given out.
    used: usize,
    /// Series that live in it.
    live: usize,
    /// When the last of those that ended did, in seconds of the process.
    since: u32,
    state: State,
}

enum State {
    Filled,
    /// About to be given back: nobody may get a record in it.
    Leaving,
    GivenBack(Layout),
}

/// The records of an extent that was given back.
pub(super) struct Layout {
    start: Address,
    /// A bit for each word, set where a record starts, and one behind the last record.
    starts: Vec<u64>,
    /// The highest of any record.
    pub(super) generation: u32,
}

impl Fill {
    /// Words of all chunks.
    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// Adds the words of a chunk, in which there must be room for a record of `size` words.
    pub(super) fn add_chunk(&mut self, words: &[AtomicU64], size: usize) {
        let (chunk, len) = (self.chunks.len(), words.len());
        let first = self.extents.len();
        // Extents in the middle start at a multiple of their own size, which pages do too.
        let ahead = if size > EXTENT || len < 2 * EXTENT {
            len
        } else {
            EXTENT - words.as_ptr().addr() / size_of::<AtomicU64>() % EXTENT
        };
        let mut start = 0;
        for end in (ahead..len).step_by(EXTENT).chain([len]) {
            self.extents.push(Extent {
                start: Address::new(chunk, start),
                len: end - start,
                used: 0,
                live: 0,
                since: 0,
                state: State::Filled,
            });
            start = end;
        }
        self.chunks.push(Chunk { first, ahead });
        self.total += len;
    }

    /// Room for a record in the extent that is being filled, or in those behind it.
    pub(super) fn allocate(&mut self, size: usize) -> Option<Address> {
        while let Some(extent) = self.extents.get_mut(self.filling) {
            if extent.len - extent.used >= size {
                let address = extent.start.plus(extent.used);
                extent.used += size;
                return Some(address);
            }
            self.filling += 1;
        }
        None
    }

    /// Counts a series that began in the record there.
    pub(super) fn begin(&mut self, address: Address) {
        if let Some(extent) = self.extent_mut(address) {
            extent.live += 1;
        }
    }

    /// Counts a series that ended there.
    pub(super) fn end(&mut self, address: Address, now: u32) {
        if let Some(extent) = self.extent_mut(address) {
            extent.live -= 1;
            extent.since = now;
        }
    }

    /// From an address on the words that are given out, to the end of its extent, or else those of the next: where they start,
    /// and how many they are.
    pub(super) fn used(&self, address: Address) -> Option<(Address, usize)> {
        let extents = self.extents.get(self.index(address)?..)?;
        extents
            .iter()
            .filter(|extent| !matches!(extent.state, State::GivenBack(_)))
            .find_map(|extent| {
                let start = extent.start.max(address);
                let end = extent.start.plus(extent.used);
                (start < end).then(|| (start, end.offset() - start.offset()))
            })
    }

    /// The extents to be given back: no series lives in them, and all their records have rested. Nobody gets a record in them from
    /// now on.
    pub(super) fn leave(&mut self, rest: Rest, now: u32) -> Vec<usize> {
        let filling = self.filling;
        let mut leaving = Vec::new();
        for (index, extent) in self.extents.iter_mut().enumerate() {
            if extent.live == 0
                && extent.used > 0
                && index != filling
                && matches!(extent.state, State::Filled)
                && now.saturating_sub(extent.since) >= rest.seconds
            {
                extent.state = State::Leaving;
                leaving.push(index);
            }
        }
        leaving
    }

    pub(super) fn is_leaving(&self, address: Address) -> bool {
        let extent = self
            .index(address)
            .and_then(|index| self.extents.get(index));
        extent.is_some_and(|extent| matches!(extent.state, State::Leaving))
    }

    /// Where an extent starts, how many words it has, and how many of them are given out.
    pub(super) fn extent(&self, index: usize) -> Option<(Address, usize, usize)> {
        let extent = self.extents.get(index)?;
        Some((extent.start, extent.len, extent.used))
    }

    /// Notes that an extent was given back.
    pub(super) fn give_back(&mut self, index: usize, layout: Layout) {
        let Some(extent) = self.extents.get_mut(index) else {
            return;
        };
        for (_, size) in layout.records() {
            let indices = self.given_back.entry(size).or_default();
            if let Err(at) = indices.binary_search(&index) {
                indices.insert(at, index);
            }
        }
        extent.state = State::GivenBack(layout);
    }

    /// Takes back an extent that has a record of this size.
    pub(super) fn take_back(&mut self, size: usize) -> Option<Layout> {
        let indices = self.given_back.get_mut(&size)?;
        while let Some(index) = indices.pop() {
            let Some(extent) = self.extents.get_mut(index) else {
                continue;
            };
            match std::mem::replace(&mut extent.state, State::Filled) {
                State::GivenBack(layout) => return Some(layout),
                // It is in use again since a record of another size was wanted.
                state => extent.state = state,
            }
        }
        self.given_back.remove(&size);
        None
    }

    fn extent_mut(&mut self, address: Address) -> Option<&mut Extent> {
        let index = self.index(address)?;
        self.extents.get_mut(index)
    }

    fn index(&self, address: Address) -> Option<usize> {
        let Chunk { first, ahead } = self.chunks.get(address.chunk())?;
        let behind = address.offset().checked_sub(*ahead);
        Some(first + behind.map_or(0, |behind| 1 + behind / EXTENT))
    }
}

impl Layout {
    /// Of an extent that starts there.
    pub(super) fn new(start: Address, used: usize) -> Self {
        let mut layout = Self {
            start,
            starts: vec![0; used / BITS + 1],
            generation: 0,
        };
        layout.mark(used);
        layout
    }

    /// Adds a record.
    pub(super) fn push(&mut self, address: Address, generation: u32) {
        self.mark(address.offset() - self.start.offset());
        self.generation = self.generation.max(generation);
    }

    fn mark(&mut self, at: usize) {
        if let Some(bits) = self.starts.get_mut(at / BITS) {
            *bits |= 1 << (at % BITS);
        }
    }

    /// Where each record starts, and how many words it has.
    pub(super) fn records(&self) -> impl Iterator<Item = (Address, usize)> {
        let is_start = |at: &usize| self.starts[at / BITS] >> (at % BITS) & 1 == 1;
        let starts = (0..self.starts.len() * BITS).filter(is_start);
        let ends = starts.clone().skip(1);
        starts
            .zip(ends)
            .map(|(start, end)| (self.start.plus(start), end - start))
    }
}

#[cfg(test)]
mod tests {
    use super::{BITS, EXTENT, Fill, Layout, Rest};
    use crate::family::open::space::{Address, Space};

    const REST: Rest = Rest {
        seconds: 10,
        most: 0,
    };

    #[test]
    fn records_stand_behind_each_other_and_none_reaches_into_the_next_extent() {
        let (space, mut fill) = (Space::new(), Fill::default());
        let mut expected = Vec::new();
        for size in (2..9).cycle().take(20_000).chain([EXTENT, 3 * EXTENT, 5]) {
            let address = space.allocate(&mut fill, size).unwrap();
            expected.push((address, size));
        }
        let mut found = expected.iter();
        let mut from = Address::FIRST;
        while let Some((start, words)) = space.used(&fill, from) {
            let mut at = start;
            from = start.plus(words.len());
            while at < from {
                let (address, size) = *found.next().unwrap();
                assert!(at == address);
                at = at.plus(size);
            }
            assert!(at == from);
        }
        assert!(found.next().is_none());
    }

    #[test]
    fn an_extent_is_given_back_once_no_series_is_left_and_all_have_rested() {
        let (space, mut fill) = (Space::new(), Fill::default());
        let records: Vec<Address> = (0..2_000)
            .map(|_| space.allocate(&mut fill, 8).unwrap())
            .collect();
        records.iter().for_each(|address| fill.begin(*address));
        assert!(fill.leave(REST, 100).is_empty());
        let (last, others) = records.split_last().unwrap();
        others.iter().for_each(|address| fill.end(*address, 100));
        assert!(fill.leave(REST, 109).is_empty());
        let leaving = fill.leave(REST, 110);
        assert!(!leaving.is_empty());
        assert!(fill.leave(REST, 110).is_empty(), "they are leaving already");
        assert!(fill.is_leaving(records[0]) && !fill.is_leaving(*last));

        let given_back = leaving.len();
        for index in leaving {
            let (start, _, used) = fill.extent(index).unwrap();
            let mut layout = Layout::new(start, used);
            (0..used)
                .step_by(8)
                .for_each(|at| layout.push(start.plus(at), at as u32));
            fill.give_back(index, layout);
        }
        // What is left in use.
        let (start, _) = fill.used(Address::FIRST).unwrap();
        assert!(start > records[0] && start <= *last);
        assert!(fill.take_back(7).is_none());
        let mut taken_back = Vec::new();
        while let Some(layout) = fill.take_back(8) {
            taken_back.push(layout);
        }
        assert_eq!(taken_back.len(), given_back);
        let mut found: Vec<Address> = Vec::new();
        for layout in &taken_back {
            let sizes: Vec<usize> = layout.records().map(|(_, size)| size).collect();
            assert!(sizes.iter().all(|size| *size == 8));
            assert_eq!(layout.generation as usize, (sizes.len() - 1) * 8);
            found.extend(layout.records().map(|(address, _)| address));
        }
        found.sort();
        assert!(found == records[..found.len()]);
        assert!(fill.used(Address::FIRST).unwrap().0 == Address::FIRST);
    }

    #[test]
    fn a_layout_holds_records_of_all_sizes() {
        for sizes in [
            &[2, 3, BITS, 1, 5 * BITS, 9][..],
            &[BITS],
            &[1],
            &[2 * BITS, 1],
        ] {
            let start = Address::FIRST.plus(1_000);
            let mut layout = Layout::new(start, sizes.iter().sum());
            let mut expected = Vec::new();
            let mut at = start;
            for size in sizes {
                layout.push(at, 4);
                expected.push((at, *size));
                at = at.plus(*size);
            }
            assert!(layout.records().eq(expected));
        }
    }
}
