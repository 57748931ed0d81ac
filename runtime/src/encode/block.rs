//! Where lines are put together.
//!
//! A line is a handful of short pieces, and handing each of them to a [`Write`] costs more than copying it. So they are put
//! behind one another here, and a writer gets many lines at once.

use std::fmt::{Result, Write};

use super::out::Out;
use crate::digits::{self, WORD, leading_digits};
use crate::labels::piece::Padded;

/// Bytes that are worth handing over.
const FULL: usize = 8 * 1024;

/// What holds name and labels of a series needs no more than that.
const SMALLEST: usize = 256;

/// So much is copied at once: what name and labels of a series usually take.
const AT_ONCE: usize = 96;

#[derive(Default)]
pub(super) struct Block {
    /// So much of it is used; what follows is room.
    bytes: Vec<u8>,
    used: usize,
}

impl Block {
    /// Appends a whole string, or bytes that are one.
    #[inline(always)]
    pub(super) fn push(&mut self, text: &[u8]) {
        let end = self.used + text.len();
        self.make_room(end);
        self.bytes[self.used..end].copy_from_slice(text);
        self.used = end;
    }

    /// Appends text, as much of what stands behind it as is copied at once included: the next text is written over that.
    #[inline(always)]
    pub(super) fn push_padded(&mut self, text: Padded<'_>) {
        match text.first::<AT_ONCE>() {
            Some((padded, len)) => {
                self.make_room(self.used + AT_ONCE);
                self.bytes[self.used..self.used + AT_ONCE].copy_from_slice(padded);
                self.used += len;
            }
            None => self.push(text.text()),
        }
    }

    /// Appends what another block holds.
    #[inline]
    pub(super) fn push_block(&mut self, other: &Self) {
        self.push_padded(other.padded());
    }

    /// Takes so many bytes off its end.
    pub(super) fn pop(&mut self, len: usize) {
        self.used = self.used.saturating_sub(len);
    }

    /// Appends the decimal digits of a number.
    #[inline]
    pub(super) fn push_integer(&mut self, n: u64) {
        match leading_digits(n) {
            Some((digits, len)) => {
                self.make_room(self.used + WORD);
                self.bytes[self.used..self.used + WORD].copy_from_slice(&digits);
                self.used += len;
            }
            None => self.push_large(n),
        }
    }

    #[inline(never)]
    fn push_large(&mut self, n: u64) {
        digits::with_text(false, n.into(), |text| self.push(text.as_bytes()));
    }

    /// Appends what `write` writes to the room that is there, of which it says how much it is; nothing for `None`.
    #[inline(always)]
    pub(super) fn push_by<R>(
        &mut self,
        write: impl FnOnce(&mut [u8]) -> Option<(usize, R)>,
    ) -> Option<R> {
        let (len, result) = write(&mut self.bytes[self.used..])?;
        self.used += len;
        Some(result)
    }

    /// Appends lines that `write` writes to the room that is there, up to the first for which it returns `None`, and returns how
    /// many they are. One loop, so that what it goes by stays in registers.
    #[inline(always)]
    pub(super) fn push_lines<L>(
        &mut self,
        lines: impl Iterator<Item = L>,
        write: impl Fn(&mut [u8], L) -> Option<usize>,
    ) -> usize {
        let room = &mut self.bytes[self.used..];
        let (mut at, mut count) = (0, 0);
        for line in lines {
            match write(&mut room[at..], line) {
                Some(len) => at += len,
                None => break,
            }
            count += 1;
        }
        self.used += at;
        count
    }

    #[inline]
    fn make_room(&mut self, end: usize) {
        if end > self.bytes.len() {
            self.grow(end);
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, end: usize) {
        self.bytes.resize(end.next_power_of_two().max(SMALLEST), 0);
    }

    /// What is in it.
    #[inline]
    pub(super) fn text(&self) -> &[u8] {
        &self.bytes[..self.used]
    }

    /// The same with the room behind it.
    #[inline]
    pub(super) fn padded(&self) -> Padded<'_> {
        Padded::new(&self.bytes, self.used)
    }

    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// Hands everything to a writer if it is worth it.
    #[inline]
    pub(super) fn spill(&mut self, out: &mut impl Out) -> Result {
        if self.used < FULL {
            return Ok(());
        }
        self.flush(out)
    }

    /// Hands everything to a writer.
    #[inline(never)]
    pub(super) fn flush(&mut self, out: &mut impl Out) -> Result {
        let used = std::mem::take(&mut self.used);
        out.put(&self.bytes[..used])
    }
}

impl Write for Block {
    fn write_str(&mut self, text: &str) -> Result {
        self.push(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Block;

    #[test]
    fn integers_have_the_digits_that_they_should() {
        let powers = (0..20).map(|exponent| 10_u64.pow(exponent));
        let numbers = powers.flat_map(|power| [power - 1, power, power.saturating_mul(9)]);
        let mut block = Block::default();
        for n in numbers {
            block.clear();
            block.push_integer(n);
            let mut text = String::new();
            block.flush(&mut text).unwrap();
            assert_eq!(text, n.to_string());
        }
    }

    #[test]
    fn pieces_of_any_length_stand_behind_one_another() {
        let (mut block, mut out, mut expected) = (Block::default(), String::new(), String::new());
        for len in (0..300).chain([5_000, 20_000, 70_000]) {
            let piece = "é".repeat(len);
            block.push(piece.as_bytes());
            expected.push_str(&piece);
            block.spill(&mut out).unwrap();
        }
        block.flush(&mut out).unwrap();
        assert_eq!(out, expected);
    }
}
