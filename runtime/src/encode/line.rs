//! Lines put together by copies of a fixed size: calling a function that copies a dozen bytes costs more than copying 32.
//!
//! All of them return how many bytes they wrote, or `None` if the room is too small or a part too long for such copies. Then
//! what they wrote does not count, and the line is put together as any other.

use crate::collect::Number;
use crate::digits::{WORD, leading_digits};
use crate::family::PackedValues;
use crate::labels::piece::{Piece, SHORT};

/// A line whose start is rendered.
#[inline(always)]
pub(super) fn whole(to: &mut [u8], start: &[u8], value: Number) -> Option<usize> {
    let at = push(to, 0, start)?;
    end(to, at, value)
}

/// A line with label values between pieces of text.
#[inline(always)]
pub(super) fn around(
    to: &mut [u8],
    first: &Piece,
    pieces: &[Piece],
    mut values: PackedValues<'_>,
    value: Number,
) -> Option<usize> {
    let mut at = match first.short() {
        Some(first) => push_short(to, 0, first)?,
        None => push(to, 0, first.text().as_bytes())?,
    };
    for piece in pieces {
        at = push_short(to, at, values.next_short()?)?;
        at = push_short(to, at, piece.short()?)?;
    }
    end(to, at, value)
}

/// A line of a histogram's bucket.
#[inline(always)]
pub(super) fn bucket(to: &mut [u8], start: &[u8], bound: &Piece, end: Ending) -> Option<usize> {
    let at = push(to, 0, start)?;
    let at = push_short(to, at, bound.short()?)?;
    end.push(to, at)
}

/// A number and the end of its line.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    /// The first in the lowest byte.
    bytes: u128,
    len: usize,
}

impl Ending {
    /// Of a number of few digits, which nearly all are.
    #[inline(always)]
    pub(super) fn of(n: u64) -> Option<Self> {
        let (digits, len) = leading_digits(n)?;
        let line_feed = u128::from(b'\n') << (len * 8);
        Some(Self {
            bytes: u128::from(u64::from_le_bytes(digits)) | line_feed,
            len: len + 1,
        })
    }

    #[inline(always)]
    fn push(self, to: &mut [u8], at: usize) -> Option<usize> {
        *to.get_mut(at..)?.first_chunk_mut()? = self.bytes.to_le_bytes();
        Some(at + self.len)
    }
}

/// The same for a number that is written only once.
#[inline(always)]
fn end(to: &mut [u8], at: usize, value: Number) -> Option<usize> {
    let (Number::U64(n), to) = (value, to.get_mut(at..)?.first_chunk_mut::<SHORT>()?) else {
        return None;
    };
    let (digits, len) = leading_digits(n)?;
    *to.first_chunk_mut::<WORD>()? = digits;
    *to.get_mut(len)? = b'\n';
    Some(at + len + 1)
}

#[inline(always)]
fn push(to: &mut [u8], at: usize, text: &[u8]) -> Option<usize> {
    let end = at + text.len();
    to.get_mut(at..end)?.copy_from_slice(text);
    Some(end)
}

#[inline(always)]
fn push_short(to: &mut [u8], at: usize, (text, len): (&[u8; SHORT], usize)) -> Option<usize> {
    *to.get_mut(at..)?.first_chunk_mut()? = *text;
    Some(at + len)
}
