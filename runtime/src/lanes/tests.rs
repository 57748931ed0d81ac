use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use super::{CellOp, Row, TABLE, Writer, view};
use crate::sync::{AtomicU64, Ordering};

/// Miri runs a thousand times slower.
const fn scaled(count: usize) -> usize {
    if cfg!(miri) { count / 500 } else { count }
}

struct AddToAll(u64);

impl CellOp for AddToAll {
    fn apply<W: Writer>(self, cells: &[AtomicU64]) {
        for cell in cells {
            W::add(cell, self.0);
        }
    }
}

fn sum(row: &Row, at: usize) -> u64 {
    row.parts(&view(), at, 1)
        .map(|cells| cells[0].load(Ordering::Relaxed))
        .sum()
}

#[test]
fn threads_that_come_and_go_lose_nothing() {
    let (waves, threads, each) = (scaled(2_500), 4, 7);
    let row = Row::new(1, 2);
    for _ in 0..waves {
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| (0..each).for_each(|_| row.update(0, 2, AddToAll(1))));
            }
        });
    }
    let expected = (waves * threads * each) as u64;
    assert_eq!((sum(&row, 0), sum(&row, 1)), (expected, expected));
}

#[test]
fn more_threads_than_lanes_lose_nothing() {
    let threads = super::limit() + 8;
    let row = Row::new(1, 1);
    let barrier = Barrier::new(threads);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                row.update(0, 1, AddToAll(1));
                // All are alive at once, so some have no lane.
                barrier.wait();
                (0..10).for_each(|_| row.update(0, 1, AddToAll(1)));
            });
        }
    });
    assert_eq!(sum(&row, 0), threads as u64 * 11);
    assert!(
        row.shared()
            .first()
            .is_some_and(|cell| cell.load(Ordering::Relaxed) > 0)
    );
}

#[test]
fn threads_without_a_lane_do_not_wait_for_the_table() {
    let threads = super::limit() + 8;
    let row = Row::new(1, 1);
    let (alive, locked) = (Barrier::new(threads + 1), Barrier::new(threads + 1));
    let (sender, updates) = mpsc::channel();
    let mut have_updated = false;
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                row.update(0, 1, AddToAll(1));
                alive.wait();
                locked.wait();
                row.update(0, 1, AddToAll(1));
                sender.send(()).unwrap();
            });
        }
        // All are alive at once, so some have no lane.
        alive.wait();
        TABLE.assign(0, |_| {
            locked.wait();
            let update = |_| updates.recv_timeout(Duration::from_secs(60)).is_ok();
            have_updated = (0..threads).all(update);
            false
        });
    });
    assert!(have_updated);
    assert_eq!(sum(&row, 0), threads as u64 * 2);
}

#[test]
fn rows_that_appear_later_grow_every_block() {
    let rows: Vec<Row> = (0..scaled(20_000).max(300))
        .map(|_| Row::new(1, 1))
        .collect();
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| rows.iter().for_each(|row| row.update(0, 1, AddToAll(3))));
        }
    });
    assert!(rows.iter().all(|row| sum(row, 0) == 6));
}

#[test]
fn sums_never_go_down_while_threads_record_and_end() {
    let row = Row::new(1, 1);
    let total = scaled(100_000) as u64;
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..total / 100 {
                thread::scope(|inner| {
                    inner.spawn(|| (0..100).for_each(|_| row.update(0, 1, AddToAll(1))));
                });
            }
        });
        let mut last = 0;
        while last < total / 100 * 100 {
            let now = sum(&row, 0);
            assert!(now >= last, "{last} then {now}");
            last = now;
        }
    });
}

#[test]
fn a_destructor_that_runs_after_the_lane_was_given_back_still_counts() {
    static ROW: Row = Row::new(1, 1);
    struct CountsLate;
    impl Drop for CountsLate {
        fn drop(&mut self) {
            ROW.update(0, 1, AddToAll(1));
        }
    }
    thread_local!(static LATE: CountsLate = const { CountsLate });
    for _ in 0..scaled(1_000).max(2) {
        thread::spawn(|| {
            // Initialised before the lane's owner, so dropped before or after it depending on the platform; both must work.
            LATE.with(|_| {});
            ROW.update(0, 1, AddToAll(1));
        })
        .join()
        .unwrap();
    }
    assert_eq!(sum(&ROW, 0), 2 * scaled(1_000).max(2) as u64);
}

#[test]
fn the_largest_value_stays() {
    let row = Row::new(1, 1);
    row.update(0, 1, AddToAll(u64::MAX));
    row.update(0, 1, AddToAll(1));
    assert_eq!(sum(&row, 0), u64::MAX);
}
