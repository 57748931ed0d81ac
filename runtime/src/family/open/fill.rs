//! What of the space is given out to records, and what of it was given back to the system.
//!
//! A chunk is filled in *extents*, which no block of records reaches beyond. An extent in which no series lives any longer is
//! given back as a whole once its records have rested. But its records stay where they were: a handle to one of them takes the
//! word where its state was for its state, so that word must never become a label value or the value of another series. And a
//! record's generations go on from where the extent's highest was, so no handle takes a later series for its own.

use super::by_form::ByForm;
use super::record::Form;
use super::removed::Rest;
use super::space::Address;
use crate::metrics::Slot;
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
    /// The extents that were given back with records of a form, in their order, and some that are in use again.
    given_back: ByForm<Vec<usize>>,
}

/// A chunk's extents.
struct Chunk {
    first: u32,
    /// Words of the first one, behind which the others start.
    ahead: u32,
}

/// There are many of them, so they are small.
struct Extent {
    start: Address,
    /// In words.
    len: u32,
    /// Words given out.
    used: u32,
    /// Series that live in it.
    live: u32,
    /// When the last of those that ended did, in seconds of the process.
    since: u32,
    /// Whether it is about to be given back: nobody may get a record in it.
    is_leaving: bool,
    given_back: Option<Box<Layout>>,
}

/// The records of an extent that was given back.
pub(super) struct Layout {
    start: Address,
    /// A bit for each word, set where a block starts, in the word behind it if it is a pair, and behind the last one.
    marks: Vec<u64>,
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

    /// Adds the words of a chunk, in which there must be room for a block of `size` words.
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
        reserve(&mut self.extents, len / EXTENT + 2);
        for end in (ahead..len).step_by(EXTENT).chain([len]) {
            self.extents.push(Extent {
                start: Address::new(chunk, start),
                len: (end - start) as u32,
                used: 0,
                live: 0,
                since: 0,
                is_leaving: false,
                given_back: None,
            });
            start = end;
        }
        reserve(&mut self.chunks, 1);
        self.chunks.push(Chunk {
            first: first as u32,
            ahead: ahead as u32,
        });
        self.total += len;
    }

    /// Room for a block in the extent that is being filled, or in those behind it.
    pub(super) fn allocate(&mut self, size: usize) -> Option<Address> {
        while let Some(extent) = self.extents.get_mut(self.filling) {
            if (extent.len - extent.used) as usize >= size {
                let address = extent.start.plus(extent.used as usize);
                extent.used += size as u32;
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
            .filter(|extent| extent.given_back.is_none())
            .find_map(|extent| {
                let start = extent.start.max(address);
                let end = extent.start.plus(extent.used as usize);
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
                && !extent.is_leaving
                && extent.given_back.is_none()
                && now.saturating_sub(extent.since) >= rest.seconds
            {
                extent.is_leaving = true;
                leaving.push(index);
            }
        }
        leaving
    }

    pub(super) fn is_leaving(&self, address: Address) -> bool {
        let extent = self
            .index(address)
            .and_then(|index| self.extents.get(index));
        extent.is_some_and(|extent| extent.is_leaving)
    }

    /// Where an extent starts, how many words it has, and how many of them are given out.
    pub(super) fn extent(&self, index: usize) -> Option<(Address, usize, usize)> {
        let extent = self.extents.get(index)?;
        Some((extent.start, extent.len as usize, extent.used as usize))
    }

    /// Notes that an extent was given back.
    pub(super) fn give_back(&mut self, index: usize, layout: Layout) {
        let Some(extent) = self.extents.get_mut(index) else {
            return;
        };
        // No series can live in records that are worn out.
        if layout.generation < Slot::LAST {
            for (_, form) in layout.records() {
                let indices = self.given_back.get_or_default(form);
                if let Err(at) = indices.binary_search(&index) {
                    indices.insert(at, index);
                }
            }
        }
        extent.is_leaving = false;
        extent.given_back = Some(Box::new(layout));
    }

    /// Takes back an extent that has a record of this form.
    pub(super) fn take_back(&mut self, form: Form) -> Option<Layout> {
        let indices = self.given_back.get_mut(form)?;
        while let Some(index) = indices.pop() {
            // None if it is in use again since a record of another form was wanted.
            let extent = self.extents.get_mut(index);
            if let Some(layout) = extent.and_then(|extent| extent.given_back.take()) {
                return Some(*layout);
            }
        }
        *indices = Vec::new();
        None
    }

    fn extent_mut(&mut self, address: Address) -> Option<&mut Extent> {
        let index = self.index(address)?;
        self.extents.get_mut(index)
    }

    fn index(&self, address: Address) -> Option<usize> {
        let Chunk { first, ahead } = self.chunks.get(address.chunk())?;
        let behind = address.offset().checked_sub(*ahead as usize);
        Some(*first as usize + behind.map_or(0, |behind| 1 + behind / EXTENT))
    }
}

/// Makes room for so many more, and not for twice as many as there are: memory of a series is counted in bytes.
fn reserve<T>(list: &mut Vec<T>, more: usize) {
    const AT_ONCE: usize = 8;
    if list.capacity() - list.len() < more {
        list.reserve_exact(more + AT_ONCE);
    }
}

impl Layout {
    /// Of an extent that starts there.
    pub(super) fn new(start: Address, used: usize) -> Self {
        let mut layout = Self {
            start,
            marks: vec![0; used / BITS + 1],
            generation: 0,
        };
        layout.mark(used);
        layout
    }

    /// Adds a record.
    pub(super) fn push(&mut self, address: Address, generation: u32) {
        let at = address.offset() - self.start.offset();
        self.mark(at + usize::from(address.is_second()));
        self.generation = self.generation.max(generation);
    }

    fn mark(&mut self, at: usize) {
        if let Some(bits) = self.marks.get_mut(at / BITS) {
            *bits |= 1 << (at % BITS);
        }
    }

    /// The records and their forms.
    pub(super) fn records(&self) -> impl Iterator<Item = (Address, Form)> {
        let is_marked = |at: usize| self.marks[at / BITS] >> (at % BITS) & 1 == 1;
        // A block has at least two words, a pair three.
        let is_start = move |at: &usize| is_marked(*at) && (*at == 0 || !is_marked(*at - 1));
        let starts = (0..self.marks.len() * BITS).filter(is_start);
        let ends = starts.clone().skip(1);
        starts.zip(ends).flat_map(move |(start, end)| {
            let is_paired = is_marked(start + 1);
            let form = Form {
                words: (end - start - 1) / if is_paired { 2 } else { 1 },
                is_paired,
            };
            let first = self.start.plus(start);
            let addresses = [first, first.second()].into_iter();
            addresses.take(form.records()).map(move |one| (one, form))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{BITS, EXTENT, Fill, Form, Layout, Rest, Slot};
    use crate::family::open::space::{Address, Space};

    const REST: Rest = Rest {
        seconds: 10,
        most: 0,
    };

    #[test]
    fn records_stand_behind_each_other_and_none_reaches_into_the_next_extent() {
        let (space, mut fill) = (Space::new(), Fill::default());
        let mut expected = Vec::new();
        let many = if cfg!(miri) { 1_000 } else { 20_000 };
        for size in (2..9).cycle().take(many).chain([EXTENT, 3 * EXTENT, 5]) {
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

    const SINGLE: Form = Form {
        words: 7,
        is_paired: false,
    };
    const PAIR: Form = Form {
        words: 4,
        is_paired: true,
    };

    #[test]
    fn an_extent_is_given_back_once_no_series_is_left_and_all_have_rested() {
        let (space, mut fill) = (Space::new(), Fill::default());
        let records: Vec<Address> = (0..if cfg!(miri) { 300 } else { 2_000 })
            .map(|_| space.allocate(&mut fill, SINGLE.block()).unwrap())
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
                .step_by(SINGLE.block())
                .for_each(|at| layout.push(start.plus(at), at as u32));
            fill.give_back(index, layout);
        }
        // What is left in use.
        let (start, _) = fill.used(Address::FIRST).unwrap();
        assert!(start > records[0] && start <= *last);
        assert!(fill.take_back(PAIR).is_none());
        let mut taken_back = Vec::new();
        while let Some(layout) = fill.take_back(SINGLE) {
            taken_back.push(layout);
        }
        assert_eq!(taken_back.len(), given_back);
        let mut found: Vec<Address> = Vec::new();
        for layout in &taken_back {
            let forms: Vec<Form> = layout.records().map(|(_, form)| form).collect();
            assert!(forms.iter().all(|form| *form == SINGLE));
            let highest = (forms.len() - 1) * SINGLE.block();
            assert_eq!(layout.generation as usize, highest);
            found.extend(layout.records().map(|(address, _)| address));
        }
        found.sort();
        assert!(found == records[..found.len()]);
        assert!(fill.used(Address::FIRST).unwrap().0 == Address::FIRST);
    }

    #[test]
    fn an_extent_whose_records_are_worn_out_never_comes_back() {
        let (space, mut fill) = (Space::new(), Fill::default());
        let address = space.allocate(&mut fill, PAIR.block()).unwrap();
        for generation in [Slot::LAST - 1, Slot::LAST] {
            let mut layout = Layout::new(address, PAIR.block());
            layout.push(address, 4);
            layout.push(address.second(), generation);
            fill.give_back(0, layout);
            assert_eq!(fill.take_back(PAIR).is_some(), generation < Slot::LAST);
        }
    }

    #[test]
    fn a_layout_holds_records_of_all_forms() {
        let form = |words, is_paired| Form { words, is_paired };
        for forms in [
            &[form(1, false), form(1, true), form(2, true), form(1, false)][..],
            &[form(BITS, false), form(5 * BITS, true), form(9, true)],
            &[form(BITS - 1, false)],
            &[form(1, false)],
            &[form(1, true); 2 * BITS],
        ] {
            let start = Address::FIRST.plus(1_000);
            let mut layout = Layout::new(start, forms.iter().map(|form| form.block()).sum());
            let mut expected = Vec::new();
            let mut at = start;
            for form in forms {
                for _ in 0..form.records() {
                    layout.push(at, 4);
                    expected.push((at, *form));
                    at = at.next(*form);
                }
            }
            assert!(layout.records().eq(expected));
        }
    }
}
