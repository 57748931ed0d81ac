//! Memory that goes back to the system and keeps its addresses.
//!
//! # Problem
//! Handles point at records for as long as the program runs, so what holds records cannot be freed. But the memory of a hundred
//! thousand clients that have left should not stay with the process.
//!
//! # Idea
//! What is no longer needed is set to zero, and then Linux is told that it may have the pages (`MADV_DONTNEED`, madvise(2)). The
//! addresses stay, and whoever reads there reads zeros still, from pages that the system supplies when they are next used. So a
//! program can see no difference, but for the memory that it takes; on other systems that stays.
#![allow(
    unsafe_code,
    reason = "no safe function gives pages back and keeps their addresses"
)]

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// A cell that is valid whatever its bytes are, and may be seen to change.
///
/// # Safety
/// Only atomics of integers are.
pub(super) unsafe trait Atomic {
    /// Sets it to zero; no write if it is.
    fn clear(&self);
}

macro_rules! atomic {
    ($($type:ty),*) => {$(
        // SAFETY: an atomic of an integer.
        unsafe impl Atomic for $type {
            fn clear(&self) {
                if self.load(Ordering::Relaxed) != 0 {
                    self.store(0, Ordering::Relaxed);
                }
            }
        }
    )*};
}
atomic!(AtomicU32, AtomicU64);

/// Sets cells that nobody needs to zero, and gives the pages back that they fill as a whole.
pub(super) fn clear(cells: &[impl Atomic]) {
    cells.iter().for_each(Atomic::clear);
    give_back(cells);
}

#[cfg(all(target_os = "linux", not(miri)))]
fn give_back<A: Atomic>(cells: &[A]) {
    use std::ffi::{c_int, c_void};

    // The standard library links the C library already; its declarations alone would be a further dependency.
    unsafe extern "C" {
        safe fn getpagesize() -> c_int;
        fn madvise(addr: *mut c_void, len: usize, advice: c_int) -> c_int;
    }
    const MADV_DONTNEED: c_int = 4;

    let Ok(page) = usize::try_from(getpagesize()) else {
        return;
    };
    let start = cells.as_ptr().cast::<u8>();
    let before = start.align_offset(page);
    let len = size_of_val(cells).saturating_sub(before) / page * page;
    if len == 0 {
        return;
    }
    // SAFETY: the pages lie within `cells`, which are atomics, so they may change while they are shared. They are zero and stay it,
    // or are what else a strange allocator maps there: any bytes are valid for them. No other memory is touched.
    unsafe {
        // An error (locked pages, pages of another size) leaves the memory where it is, as on other systems.
        madvise(
            start.wrapping_add(before).cast_mut().cast(),
            len,
            MADV_DONTNEED,
        );
    }
}

#[cfg(not(all(target_os = "linux", not(miri))))]
fn give_back<A: Atomic>(_: &[A]) {}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

    use super::clear;

    #[test]
    fn what_is_cleared_is_zero_and_can_be_used_again() {
        let words: Vec<AtomicU64> = (0..3_000).map(AtomicU64::new).collect();
        let sum = || {
            words
                .iter()
                .map(|word| word.load(Ordering::Relaxed))
                .sum::<u64>()
        };
        clear(&words[10..2_990]);
        let left: u64 = (0..10).chain(2_990..3_000).sum();
        assert_eq!(sum(), left);
        clear(&words);
        assert_eq!(sum(), 0);
        words[1_500].store(7, Ordering::Relaxed);
        assert_eq!(sum(), 7);
        let places = [AtomicU32::new(1), AtomicU32::new(2)];
        clear(&places[1..]);
        assert_eq!(places.map(AtomicU32::into_inner), [1, 0]);
    }
}
