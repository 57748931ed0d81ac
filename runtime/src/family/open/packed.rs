//! Packed label values, to read. See [`key`](super::key) for how they are packed.

use super::lengths::Lengths;
use crate::labels::piece::SHORT;
use crate::metrics::Slot;

/// Where among copied records the label values of a series are.
#[derive(Clone, Copy, Default)]
pub(crate) struct PackedLabels {
    at: u32,
    head: u32,
}

impl PackedLabels {
    /// Of a record with this head, and its body at a place.
    #[inline(always)]
    pub(super) fn new(at: usize, head: u32) -> Self {
        // A window is far shorter than that.
        let at = at as u32;
        Self { at, head }
    }

    /// So many values, out of the bytes that hold them.
    #[inline(always)]
    pub(crate) fn values(self, labels: usize, bytes: &[u8]) -> PackedValues<'_> {
        PackedValues {
            bytes: &bytes[self.at as usize..],
            lengths: Lengths::new(self.head, labels),
            is_plain: Slot::is_marked_in(self.head),
        }
    }
}

/// Label values, and then what happens to stand behind them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedValues<'a> {
    bytes: &'a [u8],
    lengths: Lengths,
    is_plain: bool,
}

impl<'a> PackedValues<'a> {
    pub(super) fn new(lengths: Lengths, bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            lengths,
            is_plain: false,
        }
    }

    /// Whether no text format has to escape any of the values.
    #[inline(always)]
    pub(crate) fn is_plain(self) -> bool {
        self.is_plain
    }

    /// The bytes of the next value and what happens to stand behind them, and how many of them count; `None` if it is longer,
    /// or too near to the end.
    #[inline(always)]
    pub(crate) fn next_short(&mut self) -> Option<(&'a [u8; SHORT], usize)> {
        let (front, len) = self.front()?;
        let rest = self.bytes.get(front..)?;
        let value = rest.first_chunk().filter(|_| len <= SHORT)?;
        self.bytes = rest.get(len..)?;
        Some((value, len))
    }

    /// How many bytes stand in front of the next value, and its length.
    #[inline(always)]
    fn front(&mut self) -> Option<(usize, usize)> {
        let bytes = self.bytes;
        self.lengths.next(|at| bytes.get(at).copied())
    }

    /// The next value as text.
    pub(crate) fn next_text(&mut self) -> Option<&'a str> {
        // Whole strings were packed.
        Some(std::str::from_utf8(self.next()?).unwrap_or_default())
    }
}

impl<'a> Iterator for PackedValues<'a> {
    type Item = &'a [u8];

    #[inline(always)]
    fn next(&mut self) -> Option<&'a [u8]> {
        let (front, len) = self.front()?;
        let (value, rest) = self.bytes.get(front..)?.split_at_checked(len)?;
        self.bytes = rest;
        Some(value)
    }
}
