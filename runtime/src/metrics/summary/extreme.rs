//! The greatest of the values that came since a rotation began, exact and without a lock.
//!
//! A value and the rotation it belongs to do not fit into one cell. So there are two, each with the rotation: one has the upper
//! bits of the value and decides, the other the lower bits. The bits in the middle are in both: by them a reader, or a writer
//! that was overtaken, sees whether the halves belong together. While they do not, the upper half alone is right to nine
//! digits.

use super::tag::{Owner, PAYLOAD, Tag};
use crate::sync::{AtomicU64, Ordering};

const HIDDEN: u32 = u64::BITS - PAYLOAD;
/// Of the lower half, what the upper half has too.
const SHARED: u64 = low(u64::MAX) >> HIDDEN;

/// A float as an integer of the same order. Never 0 for a finite one, nor for its complement.
pub(super) fn rank(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

pub(super) fn value_of(rank: u64) -> f64 {
    f64::from_bits(if rank >> 63 == 1 {
        rank & !(1 << 63)
    } else {
        !rank
    })
}

const fn low(rank: u64) -> u64 {
    rank << HIDDEN >> HIDDEN
}

/// Makes the cells hold `rank` unless they hold a greater one of this rotation, or any of a later one.
#[inline]
pub(super) fn raise([upper, lower]: [&AtomicU64; 2], tag: Tag, rank: u64) {
    let high = rank >> HIDDEN;
    let new = tag.cell(high);
    let mut now = upper.load(Ordering::Relaxed);
    loop {
        match tag.owner(now) {
            Owner::Later => return,
            Owner::Same(held) if held > high => return,
            Owner::Same(held) if held == high => break,
            _ => {}
        }
        match upper.compare_exchange_weak(now, new, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => break,
            Err(changed) => now = changed,
        }
    }
    // Pairs with the release below: who sees the lower half of a greater value sees its upper half next.
    let mut now = lower.load(Ordering::Acquire);
    loop {
        let is_overtaken = upper.load(Ordering::Relaxed) != new;
        let is_held =
            matches!(tag.owner(now), Owner::Same(held) if joined(high, held) >= Some(rank));
        if is_overtaken || is_held {
            return;
        }
        let new = tag.cell(low(rank));
        match lower.compare_exchange_weak(now, new, Ordering::Release, Ordering::Acquire) {
            Ok(_) => return,
            Err(changed) => now = changed,
        }
    }
}

/// The value in the cells, if it is one of this rotation.
pub(super) fn read([upper, lower]: [u64; 2], tag: Tag) -> Option<u64> {
    let Owner::Same(high) = tag.owner(upper) else {
        return None;
    };
    let whole = match tag.owner(lower) {
        Owner::Same(low) => joined(high, low),
        _ => None,
    };
    // The upper half is also all there is if the lower one is 0, which looks like nobody's.
    Some(whole.unwrap_or(high << HIDDEN))
}

/// The smallest value, held by the complement of its rank, and the greatest.
pub(super) fn values(min: u64, max: u64) -> (f64, f64) {
    (value_of(!min), value_of(max))
}

/// A rank from its halves, if they belong together.
fn joined(high: u64, low: u64) -> Option<u64> {
    (low >> HIDDEN == high & SHARED).then_some(high << HIDDEN | low)
}
