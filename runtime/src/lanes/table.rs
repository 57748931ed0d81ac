//! Who owns which lane, and where its block is. The loom model runs this file against its own `sync`.

use std::sync::Arc;

use crate::sync::{AtomicU64, Mutex, Ordering};

/// The cells of one lane. Blocks are leaked: the lane's next owner goes on with them.
pub(crate) type Block = &'static [AtomicU64];

pub(crate) struct LaneTable(Mutex<State>);

pub(crate) struct State {
    /// The block of each lane ever handed out.
    blocks: Vec<Block>,
    /// The same for views, until one of them changes.
    shared: Option<Arc<[Block]>>,
    /// Blocks that were too short, kept where leak detectors find them: a thread or a view may still read one.
    outgrown: Vec<Block>,
    /// Lanes whose owner has ended.
    free: Vec<usize>,
    /// Cells given to rows so far.
    cells: usize,
    /// The smallest block, in cells.
    min_block: usize,
}

impl State {
    pub(crate) const fn new(min_block: usize) -> Self {
        Self {
            blocks: Vec::new(),
            shared: None,
            outgrown: Vec::new(),
            free: Vec::new(),
            cells: 0,
            min_block,
        }
    }
}

impl LaneTable {
    /// Takes the lock ready made, since loom's cannot be made in a constant.
    pub(crate) const fn new(state: Mutex<State>) -> Self {
        Self(state)
    }

    fn state(&self) -> impl std::ops::DerefMut<Target = State> + '_ {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// Gives `width` cells to a row, at the same offset in every lane, unless `assigned` says that it has some already.
    ///
    /// `assign` runs under the lock, so that two threads that use a row for the first time agree on its offset.
    pub(crate) fn assign(&self, width: usize, assign: impl FnOnce(usize) -> bool) {
        let mut state = self.state();
        if assign(state.cells) {
            state.cells += width;
        }
    }

    /// Takes a lane for the calling thread, which is from now on its only writer; `None` if all `limit` are taken.
    pub(crate) fn acquire(&self, limit: usize) -> Option<usize> {
        let mut state = self.state();
        if let Some(lane) = state.free.pop() {
            return Some(lane);
        }
        if state.blocks.len() == limit {
            return None;
        }
        state.shared = None;
        state.blocks.push(&[]);
        Some(state.blocks.len() - 1)
    }

    /// Gives a lane back. The caller wrote its cells with relaxed stores; the lock makes them visible to the next owner.
    pub(crate) fn release(&self, lane: usize) {
        self.state().free.push(lane);
    }

    /// The block of a lane that the caller owns, grown to hold every row assigned so far.
    ///
    /// Values move by a copy without atomics: the caller is the only writer. Blocks double, so the ones left behind are
    /// together no larger than the one in use.
    pub(crate) fn block(&self, lane: usize) -> Block {
        let mut state = self.state();
        let old = state.blocks[lane];
        if old.len() < state.cells {
            let len = state.cells.next_power_of_two().max(state.min_block);
            let mut new = Vec::with_capacity(len);
            for i in 0..len {
                let value = old.get(i).map_or(0, |cell| cell.load(Ordering::Relaxed));
                new.push(AtomicU64::new(value));
            }
            state.blocks[lane] = Box::leak(new.into_boxed_slice());
            state.shared = None;
            state.outgrown.push(old);
        }
        state.blocks[lane]
    }

    /// All blocks, to read.
    pub(crate) fn view(&self) -> View {
        let mut state = self.state();
        let State { blocks, shared, .. } = &mut *state;
        View {
            blocks: Arc::clone(shared.get_or_insert_with(|| blocks.as_slice().into())),
        }
    }
}

/// The blocks of all lanes at one moment.
///
/// A block that its owner replaces afterwards keeps the values it had, so what a view reads is at most as new as what the
/// next view reads: sums never go down.
pub struct View {
    blocks: Arc<[Block]>,
}

impl View {
    /// `width` cells from `offset` in each lane that has them.
    pub(crate) fn cells(&self, offset: usize, width: usize) -> impl Iterator<Item = &[AtomicU64]> {
        self.blocks
            .iter()
            .filter_map(move |block| block.get(offset..offset + width))
    }
}
