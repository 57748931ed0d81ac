//! The cells of a series that may end.

use crate::sync::{AtomicU64, Ordering};

/// The cells of one series with open labels, which may end while handles to it exist.
///
/// Half of a word is the series' *head*. Its lower 24 bits are the series' state: a generation, odd while a series lives, whether
/// it was touched since the last collection, and a mark that it was given when it began. A handle remembers the generation
/// that it was made for, so that updates through it end with its series. The upper bits belong to the record that the slot is a
/// part of, and the other half may be the head of another series.
#[derive(Clone, Copy)]
pub struct Slot {
    /// The word with the head.
    heads: &'static AtomicU64,
    values: &'static [AtomicU64],
    /// The state, without the touched bit, and [`SECOND`].
    state: u32,
}

/// The same cells, for the same series.
impl PartialEq for Slot {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.values, other.values) && self.state == other.state
    }
}

/// Bits of a head that are the state.
pub(crate) const STATE_BITS: u32 = 24;

const TOUCHED: u32 = 1;
const GENERATION: u32 = 2;
const MARK: u32 = 1 << (STATE_BITS - 1);
/// Says that the head is the upper half of its word.
const SECOND: u32 = 1 << 31;

impl Slot {
    /// The highest generation that no series lives in: none can follow.
    pub(crate) const LAST: u32 = MARK - 2 * GENERATION;

    /// The slot with these values and this half of a word for its head, for the series that lives there now; and what is above the
    /// state. Who reads it with acquire sees what was written before the series began.
    #[inline(always)]
    pub(crate) fn new(
        heads: &'static AtomicU64,
        is_second: bool,
        values: &'static [AtomicU64],
        order: Ordering,
    ) -> (Self, u32) {
        let slot = Self {
            heads,
            values,
            state: u32::from(is_second) * SECOND,
        };
        let head = slot.head(order);
        let state = slot.state | state(head);
        (Self { state, ..slot }, head >> STATE_BITS << STATE_BITS)
    }

    /// Whether a series lived here when the slot was looked up.
    #[inline(always)]
    pub(crate) fn is_live(self) -> bool {
        Self::is_live_in(self.state)
    }

    /// Whether a series lives where this head was read.
    #[inline(always)]
    pub(crate) fn is_live_in(head: u32) -> bool {
        head & GENERATION != 0
    }

    /// Whether it has the mark.
    #[inline(always)]
    pub(crate) fn is_marked_in(head: u32) -> bool {
        head & MARK != 0
    }

    /// How far up in its word the head is.
    #[inline(always)]
    fn shift(self) -> u32 {
        self.state / SECOND * u32::BITS
    }

    #[inline(always)]
    fn head(self, order: Ordering) -> u32 {
        (self.heads.load(order) >> self.shift()) as u32
    }

    /// Whether the same series lives here still, or none since.
    #[inline(always)]
    pub(crate) fn is_current(self) -> bool {
        self.is_of(self.head(Ordering::Relaxed))
    }

    #[inline(always)]
    fn is_of(self, head: u32) -> bool {
        state(head) == self.state & !SECOND
    }

    /// The cells of the values, marked as touched; `None` once the series has ended.
    #[inline]
    pub(super) fn touch(self) -> Option<&'static [AtomicU64]> {
        let head = self.head(Ordering::Relaxed);
        if !self.is_of(head) {
            return None;
        }
        if head & TOUCHED == 0 {
            // If the series ends meanwhile, the next one counts as touched, which is as well.
            let touched = u64::from(TOUCHED) << self.shift();
            self.heads.fetch_or(touched, Ordering::Relaxed);
        }
        Some(self.values)
    }

    /// Whether the series was touched since this was asked last.
    pub(crate) fn take_touched(self) -> bool {
        let touched = u64::from(TOUCHED) << self.shift();
        self.heads.load(Ordering::Relaxed) & touched != 0
            && self.heads.fetch_and(!touched, Ordering::Relaxed) & touched != 0
    }

    /// Ends the series: handles made so far write nowhere from now on. Returns whether another can live here.
    pub(crate) fn end(self) -> bool {
        let ended = self.next_generation();
        let upper = self.head(Ordering::Relaxed) >> STATE_BITS << STATE_BITS;
        self.set_head(upper | ended);
        ended < Self::LAST
    }

    /// Begins a series where none lives, touched as whoever wants it is about to, and makes what was written to its cells before
    /// visible with it.
    pub(crate) fn begin(self, upper: u32, mark: bool) -> Self {
        let state = self.next_generation() | if mark { MARK } else { 0 };
        self.set_head(upper | state | TOUCHED);
        let state = state | self.state & SECOND;
        Self { state, ..self }
    }

    /// Sets the generation that the next series follows. No series lives here.
    pub(crate) fn rest(self, upper: u32, generation: u32) {
        self.set_head(upper | generation);
    }

    /// Of the series that lived here last.
    pub(crate) fn generation(self) -> u32 {
        self.state & !(MARK | SECOND)
    }

    fn next_generation(self) -> u32 {
        self.generation() + GENERATION
    }

    fn set_head(self, head: u32) {
        let heads = self.heads.load(Ordering::Relaxed);
        let differ = u64::from((heads >> self.shift()) as u32 ^ head) << self.shift();
        let other = (heads >> (u32::BITS - self.shift())) as u32;
        // Without the writers' lock heads are only touched. A touch of this one now belonged to the generation that ends here, so it may
        // be lost; one of a live series beside it may not.
        if Self::is_live_in(other) && other & TOUCHED == 0 {
            self.heads.fetch_xor(differ, Ordering::Release);
        } else {
            self.heads.store(heads ^ differ, Ordering::Release);
        }
    }

    /// The cells of the values, to read or to reset.
    pub(crate) fn values(self) -> &'static [AtomicU64] {
        self.values
    }
}

/// Without the touched bit.
#[inline(always)]
fn state(head: u32) -> u32 {
    head & ((1 << STATE_BITS) - 1) & !TOUCHED
}
