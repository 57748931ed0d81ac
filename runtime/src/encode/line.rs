//! Lines put together by copies of a fixed size: calling a function that copies a dozen bytes costs more than copying 32.
//!
//! All of them return how many bytes they wrote, or `None` if the room is too small or a part too long for such copies. Then
//! what they wrote does not count, and the line is put together as any other.

use crate::collect::Number;
use crate::digits::{EIGHT_DIGITS, WORD, eight_digits, leading_digits};
use crate::family::PackedValues;
use crate::labels::piece::{Padded, Piece, SHORT};

/// A line whose start is rendered.
#[inline(always)]
pub(super) fn whole(to: &mut [u8], start: Padded<'_>, value: Number) -> Option<usize> {
    if start.is_empty() {
        return None;
    }
    let len = start.len();
    // One look at the room is enough for the lines that nearly all are.
    if let (Some(start), Some(to)) = (start.first::<64>(), to.first_chunk_mut::<{ 64 + SHORT }>()) {
        return Some(len + end(push_padded(to, start)?, value)?);
    }
    Some(len + end(push_any(to, start.text())?, value)?)
}

/// A line with label values between pieces of text.
#[inline(always)]
pub(super) fn around(
    to: &mut [u8],
    start: Padded<'_>,
    pieces: &[Piece],
    values: PackedValues<'_>,
    value: Number,
) -> Option<usize> {
    let room = to.len();
    let rest = match start.first::<SHORT>() {
        Some(start) => push_padded(to, start)?,
        None => push_padded(to, start.first::<96>()?)?,
    };
    let rest = push_values(rest, pieces, values)?;
    let len = room - rest.len();
    Some(len + end(rest, value)?)
}

/// Label values, each with the piece that follows it.
#[inline(always)]
pub(super) fn values(to: &mut [u8], pieces: &[Piece], values: PackedValues<'_>) -> Option<usize> {
    let room = to.len();
    let rest = push_values(to, pieces, values)?;
    Some(room - rest.len())
}

/// The same; returns the room behind them.
#[inline(always)]
fn push_values<'a>(
    mut to: &'a mut [u8],
    pieces: &[Piece],
    mut values: PackedValues<'_>,
) -> Option<&'a mut [u8]> {
    for piece in pieces {
        to = push_padded(to, values.next_short()?)?;
        to = push_padded(to, piece.short()?)?;
    }
    Some(to)
}

/// The lines of all buckets of a histogram, and how many observations there are.
#[inline(always)]
pub(super) fn buckets(
    to: &mut [u8],
    start: Padded<'_>,
    ends: &[Piece],
    counts: &[u64],
) -> Option<(usize, u64)> {
    match start.first::<96>() {
        Some(start) => buckets_from::<96, { 96 + BEHIND_START }>(to, start, ends, counts),
        None => buckets_from::<192, { 192 + BEHIND_START }>(to, start.first()?, ends, counts),
    }
}

/// Room for the bound and the number of a bucket.
const BEHIND_START: usize = SHORT + size_of::<u128>();

fn buckets_from<const START: usize, const LINE: usize>(
    to: &mut [u8],
    (start, start_len): (&[u8; START], usize),
    ends: &[Piece],
    counts: &[u64],
) -> Option<(usize, u64)> {
    let (mut at, mut cumulative) = (0, 0_u64);
    let mut number = Ending::of(cumulative)?;
    for (end, count) in ends.iter().zip(counts) {
        // Buckets with nothing of their own have the number of the one before.
        if *count != 0 {
            cumulative = cumulative.saturating_add(*count);
            number = Ending::of(cumulative)?;
        }
        // One look at the room for all three.
        let line = to.get_mut(at..)?.first_chunk_mut::<LINE>()?;
        let (end, end_len) = end.short()?;
        let (bound, value) = (
            start_len.min(START),
            start_len.min(START) + end_len.min(SHORT),
        );
        *line.first_chunk_mut()? = *start;
        *line[bound..].first_chunk_mut()? = *end;
        *line[value..].first_chunk_mut()? = number.bytes.to_le_bytes();
        at += value + number.len;
    }
    Some((at, cumulative))
}

/// A number and the end of its line.
#[derive(Clone, Copy)]
pub(super) struct Ending {
    /// The first in the lowest byte.
    bytes: u128,
    len: usize,
}

impl Ending {
    /// Of a number of at most 15 digits.
    #[inline(always)]
    pub(super) fn of(n: u64) -> Option<Self> {
        let Some((digits, len)) = leading_digits(n) else {
            return Self::of_large(n);
        };
        Some(Self::new(u64::from_le_bytes(digits).into(), len))
    }

    #[inline(never)]
    fn of_large(n: u64) -> Option<Self> {
        let (upper, len) = leading_digits(n / EIGHT_DIGITS).filter(|(_, len)| *len < WORD)?;
        let lower = u64::from_le_bytes(eight_digits(n % EIGHT_DIGITS));
        let digits = u128::from(u64::from_le_bytes(upper)) | u128::from(lower) << (len * 8);
        Some(Self::new(digits, len + WORD))
    }

    #[inline(always)]
    fn new(digits: u128, len: usize) -> Self {
        let line_feed = u128::from(b'\n') << (len * 8);
        Self {
            bytes: digits | line_feed,
            len: len + 1,
        }
    }

    #[inline(always)]
    fn push(self, to: &mut [u8]) -> Option<usize> {
        *to.first_chunk_mut()? = self.bytes.to_le_bytes();
        Some(self.len)
    }
}

/// The same for a number that is written only once.
#[inline(always)]
fn end(to: &mut [u8], value: Number) -> Option<usize> {
    let n = match value {
        Number::U64(n) => n,
        Number::I64(n) => u64::try_from(n).ok()?,
        Number::F64(_) => return None,
    };
    let Some((digits, len)) = leading_digits(n) else {
        return Ending::of_large(n)?.push(to);
    };
    let to = to.first_chunk_mut::<SHORT>()?;
    *to.first_chunk_mut::<WORD>()? = digits;
    *to.get_mut(len)? = b'\n';
    Some(len + 1)
}

/// Returns the room behind the text.
#[inline(always)]
fn push_any<'a>(to: &'a mut [u8], text: &[u8]) -> Option<&'a mut [u8]> {
    let (to, rest) = to.split_at_mut_checked(text.len())?;
    to.copy_from_slice(text);
    Some(rest)
}

/// Returns the room behind the bytes that count.
#[inline(always)]
fn push_padded<'a, const N: usize>(
    to: &'a mut [u8],
    (text, len): (&[u8; N], usize),
) -> Option<&'a mut [u8]> {
    *to.first_chunk_mut()? = *text;
    to.get_mut(len..)
}

#[cfg(test)]
mod tests {
    use super::{Ending, end};
    use crate::collect::Number;

    #[test]
    fn numbers_end_their_lines_with_the_digits_that_they_should_have() {
        let powers = (0..20).map(|exponent| 10_u64.pow(exponent));
        let numbers = powers.flat_map(|power| [power - 1, power, power.saturating_mul(9)]);
        for n in numbers {
            let expected = (n < 1_000_000_000_000_000).then(|| format!("{n}\n"));
            let mut room = [0; 64];
            let text = |room: &[u8], len: usize| String::from_utf8_lossy(&room[..len]).into_owned();
            let len = Ending::of(n).and_then(|ending| ending.push(&mut room));
            assert_eq!(len.map(|len| text(&room, len)), expected);
            let len = end(&mut room, Number::U64(n));
            assert_eq!(len.map(|len| text(&room, len)), expected);
        }
    }
}
