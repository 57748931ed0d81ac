//! Where a handle writes to.

use crate::lanes::{CellOp, Row, Shared};
use crate::sync::{AtomicU64, Ordering};

/// One series: of a closed family (or of a metric without labels), or of an open one.
#[derive(Clone, Copy)]
pub enum Target {
    /// Cells of a row, from `at`.
    Row {
        row: &'static Row,
        at: u32,
    },
    Slot(Slot),
}

/// The cells of one series with open labels, which may be removed while handles to it exist.
///
/// The first cell is the slot's state: its generation, and whether it was touched since the last collection. A handle
/// remembers the generation that it was made for, so that updates through it end with its series.
#[derive(Clone, Copy)]
pub struct Slot {
    cells: &'static [AtomicU64],
    generation: u64,
}

/// Lowest bit of the state.
const TOUCHED: u64 = 1;

impl Slot {
    /// Cells that precede the values.
    pub(crate) const HEADER: usize = 1;

    pub(crate) fn new(cells: &'static [AtomicU64]) -> Self {
        let generation = cells[0].load(Ordering::Relaxed) & !TOUCHED;
        Self { cells, generation }
    }

    /// The cells of the values, marked as touched; `None` once the series was removed.
    #[inline]
    fn touch(self) -> Option<&'static [AtomicU64]> {
        let (state, values) = self.cells.split_first()?;
        let now = state.load(Ordering::Relaxed);
        if now & !TOUCHED != self.generation {
            return None;
        }
        if now & TOUCHED == 0 {
            // Fails only if the series was removed meanwhile, or touched, which comes to the same.
            let _ =
                state.compare_exchange(now, now | TOUCHED, Ordering::Relaxed, Ordering::Relaxed);
        }
        Some(values)
    }

    /// Whether the series was touched since this was asked last.
    pub(crate) fn take_touched(self) -> bool {
        let state = &self.cells[0];
        state.load(Ordering::Relaxed) & TOUCHED != 0
            && state.fetch_and(!TOUCHED, Ordering::Relaxed) & TOUCHED != 0
    }

    /// Ends the series: handles made so far write nowhere from now on. Returns the slot for the next one.
    pub(crate) fn retire(self) -> Self {
        let generation = self.generation.wrapping_add(TOUCHED + 1);
        self.cells[0].store(generation, Ordering::Relaxed);
        Self { generation, ..self }
    }

    /// The cells of the values, to read or to reset.
    pub(crate) fn values(self) -> &'static [AtomicU64] {
        &self.cells[Self::HEADER..]
    }

    fn is_live(self) -> bool {
        self.cells[0].load(Ordering::Relaxed) & !TOUCHED == self.generation
    }
}

impl Target {
    /// Applies `op` to the series' cells, `width` of them.
    #[inline(always)]
    pub(crate) fn update(self, width: u32, op: impl CellOp) {
        match self {
            Self::Row { row, at } => row.update(at, width, op),
            Self::Slot(slot) => {
                if let Some(cells) = slot.touch() {
                    op.apply::<Shared>(cells);
                }
            }
        }
    }

    /// The series' cells where all threads share them, for values that cannot be summed; `None` once it was removed.
    #[inline(always)]
    pub(crate) fn shared(self) -> Option<&'static [AtomicU64]> {
        match self {
            Self::Row { row, at } => row.shared().get(at as usize..),
            Self::Slot(slot) => slot.touch(),
        }
    }

    /// Calls `each` with every part of the series' cells, to sum them.
    pub(crate) fn parts(self, width: usize, mut each: impl FnMut(&[AtomicU64])) {
        match self {
            Self::Row { row, at } => {
                let view = crate::lanes::view();
                row.parts(&view, at as usize, width).for_each(each);
            }
            Self::Slot(slot) if slot.is_live() => each(slot.values()),
            Self::Slot(_) => {}
        }
    }
}
