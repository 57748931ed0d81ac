//! Packed label values, to read. See [`key`](super::key) for how they are packed.

use crate::labels::piece::SHORT;

/// A length of so much says that the length is in the four bytes behind it.
pub(super) const LONG: usize = 255;
/// Bytes of the longest length.
pub(super) const LONGEST_HEAD: usize = 5;

/// Where among copied records the label values of a series are.
#[derive(Clone, Copy, Default)]
pub(crate) struct PackedLabels {
    at: u32,
    is_plain: bool,
}

impl PackedLabels {
    pub(super) fn new(at: usize, is_plain: bool) -> Self {
        // A window is far shorter than that.
        let at = at as u32;
        Self { at, is_plain }
    }

    /// Where so many values from a place on end; `None` if that is behind the end of the bytes.
    #[inline(always)]
    pub(super) fn end(bytes: &[u8], at: usize, labels: usize) -> Option<usize> {
        let mut end = at;
        for _ in 0..labels {
            let (head, len) = length(bytes.get(end..)?)?;
            end += head + len;
        }
        (end <= bytes.len()).then_some(end)
    }

    /// The values, out of the bytes that hold them.
    #[inline(always)]
    pub(crate) fn values(self, bytes: &[u8]) -> PackedValues<'_> {
        PackedValues {
            bytes: bytes.get(self.at as usize..).unwrap_or(&[]),
            is_plain: self.is_plain,
        }
    }
}

/// Label values, and then what happens to stand behind them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PackedValues<'a> {
    bytes: &'a [u8],
    is_plain: bool,
}

impl<'a> PackedValues<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
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
        let (len, rest) = self.bytes.split_first()?;
        let len = usize::from(*len);
        let value = rest.first_chunk()?;
        self.bytes = rest.get(len..).filter(|_| len <= SHORT)?;
        Some((value, len))
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
        let (head, len) = length(self.bytes)?;
        let (value, rest) = self.bytes.get(head..)?.split_at_checked(len)?;
        self.bytes = rest;
        Some(value)
    }
}

/// Of the value that these bytes begin with: how many say its length, and its length.
#[inline(always)]
fn length(bytes: &[u8]) -> Option<(usize, usize)> {
    let (first, rest) = bytes.split_first()?;
    match usize::from(*first) {
        LONG => {
            let len = u32::from_le_bytes(*rest.first_chunk()?);
            Some((LONGEST_HEAD, len as usize))
        }
        len => Some((1, len)),
    }
}
