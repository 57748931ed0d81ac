//! What the head of a record tells of its label values: a byte above its state.
//!
//! | labels | the byte |
//! |---|---|
//! | one | its length |
//! | two | their lengths, four bits each; or 15 and how many words the body has |
//! | more | how many words the body has |
//!
//! If all bits of any of these numbers are set, it is not told. A length that is not told stands in front of its value: one byte, or
//! [`LONG`] and four more.

use super::key::WORD_BYTES;
use crate::metrics::STATE_BITS;

/// A length in front of a value that is so much says that the length is in the four bytes behind it.
pub(super) const LONG: usize = 255;
/// Bytes of the longest length in front of a value.
pub(super) const LONGEST_FRONT: usize = 5;

/// What eight or four bits say that tell nothing.
const UNTOLD: usize = 255;
const HALF_UNTOLD: usize = 15;
const HALF_BITS: u32 = 4;

/// Bits of each length that is told, of so many values of which the longest has so many bytes; zero if none is.
#[inline(always)]
pub(super) fn told_bits(labels: usize, longest: usize) -> u32 {
    match labels {
        1 if longest < UNTOLD => 2 * HALF_BITS,
        2 if longest < HALF_UNTOLD => HALF_BITS,
        _ => 0,
    }
}

/// What a head tells of a body of so many words, if it tells no length.
#[inline(always)]
pub(super) fn told_words(labels: usize, words: usize) -> u32 {
    let told = match labels {
        1 => UNTOLD,
        2 => HALF_UNTOLD | words.min(HALF_UNTOLD) << HALF_BITS,
        _ => words.min(UNTOLD),
    };
    told as u32
}

/// The lengths of label values, one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Lengths {
    told: u16,
    /// How many of them are the next length; none if it stands in front of its value.
    bits: u8,
}

impl Lengths {
    /// Those of so many values of a record with this head.
    #[inline(always)]
    pub(super) fn new(head: u32, labels: usize) -> Self {
        let told = (head >> STATE_BITS) as usize;
        let longest = match labels {
            2 => told & HALF_UNTOLD,
            _ => told,
        };
        Self {
            told: told as u16,
            bits: told_bits(labels, longest) as u8,
        }
    }

    /// How many words the body of so many values has, if the head tells.
    #[inline(always)]
    pub(super) fn words(self, labels: usize) -> Option<usize> {
        let told = usize::from(self.told);
        let (low, high) = (told & HALF_UNTOLD, told >> HALF_BITS);
        match (self.bits, labels) {
            (0, 1) => None,
            (0, 2) => Some(high).filter(|words| *words != HALF_UNTOLD),
            (0, _) => Some(told).filter(|words| *words != UNTOLD),
            (_, 1) => Some(told.div_ceil(WORD_BYTES)),
            _ => Some((low + high).div_ceil(WORD_BYTES)),
        }
    }

    /// Of the next value: how many bytes stand in front of it, and its length. `byte` reads there.
    #[inline(always)]
    pub(super) fn next(&mut self, byte: impl Fn(usize) -> Option<u8>) -> Option<(usize, usize)> {
        if self.bits > 0 {
            let len = self.told & ((1 << self.bits) - 1);
            self.told >>= self.bits;
            return Some((0, usize::from(len)));
        }
        match usize::from(byte(0)?) {
            LONG => {
                let len = [byte(1)?, byte(2)?, byte(3)?, byte(4)?];
                Some((LONGEST_FRONT, u32::from_le_bytes(len) as usize))
            }
            len => Some((1, len)),
        }
    }
}
