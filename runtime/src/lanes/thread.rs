//! The lane of the calling thread.

use std::cell::Cell;

use super::table::Block;
use super::{TABLE, limit};

/// How many updates a thread without a lane makes before it asks again whether one is free.
const UPDATES_BETWEEN_TRIES: u32 = 1024;

thread_local! {
    /// The block of this thread's lane, empty while it has none. Apart from [`OWNER`] because a thread-local without a
    /// destructor is read without a check.
    static BLOCK: Cell<Block> = const { Cell::new(&[]) };
    static OWNER: Owner = const { Owner { lane: Cell::new(None), wait: Cell::new(0) } };
}

struct Owner {
    lane: Cell<Option<usize>>,
    wait: Cell<u32>,
}

impl Drop for Owner {
    fn drop(&mut self) {
        if let Some(lane) = self.lane.take() {
            // First the block, then the lane: a later destructor of this thread must not write into a lane that another
            // thread may own by then. It finds no block, and no owner either, and uses the shared cells.
            BLOCK.set(&[]);
            TABLE.release(lane);
        }
    }
}

/// The block that this thread alone writes to; empty if it has none.
#[inline(always)]
pub(super) fn block() -> Block {
    BLOCK.get()
}

/// Takes a lane, or grows its block to hold every row assigned so far. Still empty if no lane is free or the thread is ending.
pub(super) fn refresh() -> Block {
    OWNER
        .try_with(|owner| {
            if owner.lane.get().is_none() && !owner.take_lane() {
                return;
            }
            if let Some(lane) = owner.lane.get() {
                BLOCK.set(TABLE.block(lane));
            }
        })
        // The thread is ending and has given its lane back.
        .unwrap_or(());
    BLOCK.get()
}

impl Owner {
    fn take_lane(&self) -> bool {
        if self.wait.get() > 0 {
            self.wait.set(self.wait.get() - 1);
            return false;
        }
        self.lane.set(TABLE.acquire(limit()));
        self.wait.set(UPDATES_BETWEEN_TRIES);
        self.lane.get().is_some()
    }
}
