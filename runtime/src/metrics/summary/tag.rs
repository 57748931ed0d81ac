//! To which rotation of the age buckets a cell belongs: its upper bits say.
//!
//! Cells that are older than the window need no clearing: who writes one next sees that it holds nothing.

/// How many bits of a cell are left.
pub(super) const PAYLOAD: u32 = 42;

const BITS: u32 = u64::BITS - PAYLOAD;

/// By how many rotations a thread may be late that was stopped between reading the clock and writing.
const LATE: u64 = 16;

/// The number of a rotation. Numbers repeat after four million rotations, of which each takes `max_age`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag(u64);

/// What is in a cell.
pub(super) enum Owner {
    /// Nothing, or something of an earlier rotation.
    Nobody,
    /// Something of the same rotation.
    Same(u64),
    /// Something of a later one.
    Later,
}

impl Tag {
    pub(super) fn of(rotation: u64) -> Self {
        Self(rotation << PAYLOAD >> PAYLOAD)
    }

    /// A cell of this rotation. With a payload of 0 it may be taken for an empty one.
    #[inline]
    pub(super) fn cell(self, payload: u64) -> u64 {
        self.0 << PAYLOAD | payload
    }

    #[inline]
    pub(super) fn owner(self, cell: u64) -> Owner {
        if cell == 0 {
            return Owner::Nobody;
        }
        match (cell >> PAYLOAD).wrapping_sub(self.0) << PAYLOAD >> PAYLOAD {
            0 => Owner::Same(cell << BITS >> BITS),
            1..=LATE => Owner::Later,
            _ => Owner::Nobody,
        }
    }
}
