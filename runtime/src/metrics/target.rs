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

/// The cells of one series with open labels, which may end while handles to it exist.
///
/// The lower half of the last cell is the series' state: a generation, odd while a series lives, whether it was touched since
/// the last collection, and a mark that it was given when it began. A handle remembers the generation that it was made for, so
/// that updates through it end with its series. The upper half belongs to the record that the slot is a part of.
#[derive(Clone, Copy)]
pub struct Slot {
    cells: &'static [AtomicU64],
    /// Of the state, without the touched bit but with the mark.
    generation: u32,
}

/// The same cells, for the same series.
#[cfg(feature = "testing")]
impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.cells, other.cells) && self.generation == other.generation
    }
}

const TOUCHED: u64 = 1;
const GENERATION: u32 = 2;
const MARK: u32 = 1 << 31;

impl Slot {
    /// The slot in these cells, for the series that lived there when the last of them was this state.
    #[inline]
    pub(crate) fn new(cells: &'static [AtomicU64], state: u64) -> Self {
        Self {
            cells,
            generation: generation(state),
        }
    }

    /// Whether a series lived here when the slot was looked up.
    #[inline]
    pub(crate) fn is_live(self) -> bool {
        Self::is_live_in(u64::from(self.generation))
    }

    /// Whether a series lives where this state was read.
    #[inline]
    pub(crate) fn is_live_in(state: u64) -> bool {
        generation(state) & GENERATION != 0
    }

    /// Whether it has the mark.
    #[inline]
    pub(crate) fn is_marked_in(state: u64) -> bool {
        generation(state) & MARK != 0
    }

    /// Whether the same series lives here still, or none since.
    #[inline]
    pub(crate) fn is_current(self) -> bool {
        let state = self
            .cells
            .last()
            .map_or(0, |state| state.load(Ordering::Relaxed));
        generation(state) == self.generation
    }

    /// The cells of the values, marked as touched; `None` once the series has ended.
    #[inline]
    fn touch(self) -> Option<&'static [AtomicU64]> {
        let (state, values) = self.cells.split_last()?;
        let now = state.load(Ordering::Relaxed);
        if generation(now) != self.generation {
            return None;
        }
        if now & TOUCHED == 0 {
            // Fails only if the series ended meanwhile, or was touched, which comes to the same.
            let _ =
                state.compare_exchange(now, now | TOUCHED, Ordering::Relaxed, Ordering::Relaxed);
        }
        Some(values)
    }

    /// Whether the series was touched since this was asked last.
    pub(crate) fn take_touched(self) -> bool {
        let state = self.state();
        state.load(Ordering::Relaxed) & TOUCHED != 0
            && state.fetch_and(!TOUCHED, Ordering::Relaxed) & TOUCHED != 0
    }

    /// Ends the series: handles made so far write nowhere from now on.
    pub(crate) fn end(self) {
        self.set_state(self.next_generation(), None);
    }

    /// Begins a series where none lives, and makes what was written to its cells before visible with it.
    pub(crate) fn begin(self, upper: u64, mark: bool) -> Self {
        let generation = self.next_generation() | if mark { MARK } else { 0 };
        self.set_state(generation, Some(upper));
        Self { generation, ..self }
    }

    /// Of the series that lived here last.
    pub(crate) fn generation(self) -> u32 {
        self.generation & !MARK
    }

    /// Sets the generation that the next series follows. No series lives here.
    pub(crate) fn rest(self, upper: u64, generation: u32) {
        self.set_state(generation, Some(upper));
    }

    /// Without the mark.
    fn next_generation(self) -> u32 {
        self.generation.wrapping_add(GENERATION) & !MARK
    }

    fn set_state(self, generation: u32, upper: Option<u64>) {
        let state = self.state();
        let upper = upper.unwrap_or_else(|| state.load(Ordering::Relaxed) >> u32::BITS);
        // A touch that comes between fails or is overwritten: it belonged to the generation that ends here.
        state.store(
            upper << u32::BITS | u64::from(generation),
            Ordering::Release,
        );
    }

    /// The cells of the values, to read or to reset.
    pub(crate) fn values(self) -> &'static [AtomicU64] {
        &self.cells[..self.cells.len() - 1]
    }

    fn state(self) -> &'static AtomicU64 {
        &self.cells[self.cells.len() - 1]
    }
}

#[inline]
fn generation(state: u64) -> u32 {
    (state & !TOUCHED) as u32
}

impl Target {
    /// Applies `op` to the series' cells, `width` of them.
    #[inline]
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
            Self::Slot(slot) if slot.is_current() => each(slot.values()),
            Self::Slot(_) => {}
        }
    }
}
