//! Lanes: how an increment costs less than one atomic add.
//!
//! # Problem
//! An atomic read-modify-write costs about 5 ns on an uncontended cache line and several times that on a shared one.
//! Sharding a counter by thread removes the sharing but not the `lock` prefix, and pads every counter to a cache line for
//! every shard.
//!
//! # Idea
//! A thread that records owns a *lane* exclusively until it ends. While it owns the lane it is the only writer to it, so an
//! increment is a relaxed load, an add and a relaxed store. A lane is one block of cells for *all* metrics of the process,
//! laid out like a per-CPU area: a metric knows its offset, a thread knows its block, and the cell is `block[offset]`.
//! Nothing needs padding, because neighbours in a block have the same writer. Collection sums the lanes.
//!
//! The hand-over orders the memory: lanes are given out and taken back under one mutex ([`table`]), so whoever takes a lane
//! sees everything its last owner wrote.
//!
//! # Costs
//! - Eight bytes for each cell and lane, allocated when a metric is first used and a thread first records. There are at most
//!   [`limit`] lanes; threads beyond share atomic cells that belong to the metric ([`Row::shared`]).
//! - Offsets are never given back: metrics live as long as the process.
//! - Between the load and the store of one thread nothing else writes the cell, except code that interrupts *that* thread:
//!   an increment made in a signal handler may be lost, or lose the one that it interrupted. A forked child keeps the counts
//!   of the moment of the fork.

mod cell;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod thread;

pub(crate) use cell::{CellOp, Shared, Writer};
pub(crate) use row::Row;
pub(crate) use table::View;

use table::{LaneTable, State};

use crate::sync::Mutex;

/// The smallest block, in cells: 1 KiB.
const MIN_BLOCK: usize = 128;

static TABLE: LaneTable = LaneTable::new(Mutex::new(State::new(MIN_BLOCK)));

/// How many lanes there may be: with the number of cores and not of threads.
fn limit() -> usize {
    std::thread::available_parallelism().map_or(8, |cores| (cores.get() * 2).clamp(8, 256))
}

/// The lanes as they are now, to sum rows over.
pub(crate) fn view() -> View {
    TABLE.view()
}
