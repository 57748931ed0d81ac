//! Where a handle writes to.

use super::Slot;
use crate::lanes::{CellOp, Row, Shared};
use crate::sync::AtomicU64;

/// One series: of a closed family (or of a metric without labels), or of an open one.
#[derive(Clone, Copy)]
pub enum Target {
    /// Cells of a row, from `at`. That is a whole word, as a [`Slot`] has one in the same place: a compiler may read the place
    /// before it knows which of the two it is, and a load that is wider than the last store there has to wait for it.
    Row {
        row: &'static Row,
        at: usize,
    },
    Slot(Slot),
}

impl Target {
    /// Applies `op` to the series' cells, `width` of them.
    #[inline]
    pub(crate) fn update(self, width: usize, op: impl CellOp) {
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
            Self::Row { row, at } => row.shared().get(at..),
            Self::Slot(slot) => slot.touch(),
        }
    }

    /// Calls `each` with every part of the series' cells, to sum them.
    pub(crate) fn parts(self, width: usize, mut each: impl FnMut(&[AtomicU64])) {
        match self {
            Self::Row { row, at } => {
                let view = crate::lanes::view();
                row.parts(&view, at, width).for_each(each);
            }
            Self::Slot(slot) if slot.is_current() => each(slot.values()),
            Self::Slot(_) => {}
        }
    }
}
