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

fn value_of(rank: u64) -> f64 {
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

#[cfg(test)]
mod tests {
    use std::thread;

    use super::{raise, rank, read, value_of};
    use crate::metrics::summary::tag::Tag;
    use crate::sync::{AtomicU64, Ordering};

    fn cells() -> [AtomicU64; 2] {
        [AtomicU64::new(0), AtomicU64::new(0)]
    }

    fn greatest(cells: &[AtomicU64; 2], tag: Tag) -> Option<f64> {
        let cells = cells.each_ref().map(|cell| cell.load(Ordering::Relaxed));
        read(cells, tag).map(value_of)
    }

    #[test]
    fn ranks_are_in_the_order_of_the_values() {
        let values = [f64::MIN, -1.5, -1e-300, -5e-324, 0.0, 5e-324, 1.0, f64::MAX];
        assert!(values.is_sorted_by_key(|value| rank(*value)));
        assert!(values.map(rank).map(value_of) == values);
    }

    #[test]
    fn the_greatest_of_a_rotation_is_held_exactly() {
        let cells = cells();
        let (first, second) = (Tag::of(0), Tag::of(1));
        for value in [-3.0, 0.1, 0.1 + f64::EPSILON, 0.05, -7.0] {
            raise(cells.each_ref(), first, rank(value));
        }
        assert_eq!(greatest(&cells, first), Some(0.1 + f64::EPSILON));
        assert_eq!(greatest(&cells, second), None);
        raise(cells.each_ref(), second, rank(-2.5));
        // Too late: the cells have moved on.
        raise(cells.each_ref(), first, rank(9.0));
        assert_eq!(greatest(&cells, second), Some(-2.5));
        assert_eq!(greatest(&cells, first), None);
    }

    #[test]
    fn threads_together_find_the_greatest() {
        let rounds = if cfg!(miri) { 3 } else { 2_000 };
        for round in 0..rounds {
            let cells = cells();
            let tag = Tag::of(round);
            thread::scope(|scope| {
                for offset in 0..4_u32 {
                    let cells = &cells;
                    scope.spawn(move || {
                        for step in 0..50 {
                            // Alike in all but the last bits, and not.
                            let value = 1.0 + f64::from(step * 4 + offset) * f64::EPSILON;
                            raise(cells.each_ref(), tag, rank(value));
                            raise(cells.each_ref(), tag, rank(-value));
                        }
                    });
                }
            });
            assert_eq!(greatest(&cells, tag), Some(1.0 + 199.0 * f64::EPSILON));
        }
    }
}
