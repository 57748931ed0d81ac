//! How a cell is written: by its only writer, or by anyone.

use crate::sync::{AtomicU64, Ordering};

/// A way to write cells.
pub trait Writer {
    /// Adds and stays at the maximum once there: a counter never goes down.
    fn add(cell: &AtomicU64, n: u64);
    fn add_f64(cell: &AtomicU64, n: f64);
}

/// The calling thread is the only writer: no read-modify-write is needed.
pub(crate) struct Owned;

impl Writer for Owned {
    #[inline(always)]
    fn add(cell: &AtomicU64, n: u64) {
        cell.store(
            cell.load(Ordering::Relaxed).saturating_add(n),
            Ordering::Relaxed,
        );
    }

    #[inline(always)]
    fn add_f64(cell: &AtomicU64, n: f64) {
        let sum = f64::from_bits(cell.load(Ordering::Relaxed)) + n;
        cell.store(sum.to_bits(), Ordering::Relaxed);
    }
}

/// Any number of threads write.
pub(crate) struct Shared;

impl Writer for Shared {
    #[inline]
    fn add(cell: &AtomicU64, n: u64) {
        // So far from the maximum, not even all threads together pass it.
        if cell.load(Ordering::Relaxed) < 1 << 63 && n < 1 << 32 {
            cell.fetch_add(n, Ordering::Relaxed);
        } else {
            update(cell, |value| value.saturating_add(n));
        }
    }

    #[inline]
    fn add_f64(cell: &AtomicU64, n: f64) {
        update(cell, |value| (f64::from_bits(value) + n).to_bits());
    }
}

#[inline]
fn update(cell: &AtomicU64, new: impl Fn(u64) -> u64) {
    let mut old = cell.load(Ordering::Relaxed);
    while let Err(now) =
        cell.compare_exchange_weak(old, new(old), Ordering::Relaxed, Ordering::Relaxed)
    {
        old = now;
    }
}

/// One update, written once for both kinds of [`Writer`].
pub(crate) trait CellOp {
    fn apply<W: Writer>(self, cells: &[AtomicU64]);
}
