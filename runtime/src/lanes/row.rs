//! The cells of one metric or closed family, across all lanes.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;

use super::cell::{CellOp, Owned, Shared};
use super::table::Block;
use super::{TABLE, View, thread};
use crate::sync::{AtomicU64, Ordering};

/// No lane is this long, so an offset of this value always leads to the cold path. Half of what there is, so that the place of a
/// series behind it does not wrap around where `usize` has 32 bits.
const UNASSIGNED: u32 = u32::MAX / 2;

/// Cells for all series of a closed family: `width` of them in each lane, and once more to share.
pub struct Row {
    /// Where the row starts in every lane; assigned on first use, which is also how it is known to have been used.
    offset: AtomicU32,
    width: u32,
    /// For threads without a lane, and for values that cannot be summed over lanes.
    shared: OnceLock<Box<[AtomicU64]>>,
}

impl Row {
    /// # Panics
    /// In const evaluation if one row would be larger than all memory.
    pub(crate) const fn new(series: usize, cells_each: usize) -> Self {
        let width = match series.checked_mul(cells_each) {
            Some(width) if width < UNASSIGNED as usize => width as u32,
            _ => panic!(
                "this label set has more combinations than memory has room for: make a label open"
            ),
        };
        Self {
            offset: AtomicU32::new(UNASSIGNED),
            width,
            shared: OnceLock::new(),
        }
    }

    /// Applies `op` to `width` cells from `at`: in this thread's lane if it has one.
    #[inline(always)]
    pub(crate) fn update(&self, at: usize, width: usize, op: impl CellOp) {
        let start = self.offset.load(Ordering::Relaxed) as usize + at;
        // Two ways that meet, so that compilers put the address into one register. By that, some processors hand a value on from
        // the store of one update to the load of the next at once; by the sum of two registers they take five cycles.
        let cells = match thread::block().get(start..start + width) {
            Some(cells) => cells,
            None => match self.own_cells(at).get(..width) {
                Some(cells) => cells,
                None => return self.update_shared(at, width, op),
            },
        };
        op.apply::<Owned>(cells);
    }

    /// From `at` on to the end of this thread's block, once the row has a place in it; empty if the thread has no lane.
    #[cold]
    #[inline(never)]
    fn own_cells(&self, at: usize) -> Block {
        let start = self.assigned_offset() + at;
        thread::refresh().get(start..).unwrap_or_default()
    }

    #[cold]
    #[inline(never)]
    fn update_shared(&self, at: usize, width: usize, op: impl CellOp) {
        op.apply::<Shared>(&self.shared()[at..][..width]);
    }

    /// The cells that all threads share, for every series of the row.
    #[inline]
    pub(crate) fn shared(&self) -> &[AtomicU64] {
        self.shared.get_or_init(|| {
            let mut cells = Vec::with_capacity(self.width as usize);
            for _ in 0..self.width {
                cells.push(AtomicU64::new(0));
            }
            cells.into_boxed_slice()
        })
    }

    /// Whether anything was ever recorded.
    pub(crate) fn is_touched(&self) -> bool {
        self.is_assigned() || self.shared.get().is_some()
    }

    /// Every place that holds a part of the `width` cells from `at`.
    pub(crate) fn parts<'a>(
        &'a self,
        view: &'a View,
        at: usize,
        width: usize,
    ) -> impl Iterator<Item = &'a [AtomicU64]> {
        let offset = self.offset.load(Ordering::Relaxed);
        let lanes = (offset != UNASSIGNED).then(|| view.cells(offset as usize + at, width));
        let shared = self.shared.get().map(|cells| &cells[at..at + width]);
        lanes.into_iter().flatten().chain(shared)
    }

    /// Locks only until there is one: threads without a lane ask at every update.
    fn assigned_offset(&self) -> usize {
        if !self.is_assigned() {
            TABLE.assign(self.width as usize, |next| {
                let unassigned = !self.is_assigned();
                if unassigned {
                    // Relaxed is enough: the offset says only where to look, and a block too short for it leads here again.
                    let offset = u32::try_from(next).unwrap_or(UNASSIGNED);
                    self.offset.store(offset.min(UNASSIGNED), Ordering::Relaxed);
                }
                unassigned
            });
        }
        self.offset.load(Ordering::Relaxed) as usize
    }

    fn is_assigned(&self) -> bool {
        self.offset.load(Ordering::Relaxed) != UNASSIGNED
    }
}
