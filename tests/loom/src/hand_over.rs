//! No increment is lost when lanes are handed over, grow, or run out, and no sum ever goes down.

use loom::sync::Arc;
use loom::thread;

use crate::cell::{Owned, Shared, Writer};
use crate::sync::{AtomicU64, Mutex, Ordering};
use crate::table::{LaneTable, State};

/// One row of one cell, as `Row` keeps it: a place in every lane, and a cell for threads without a lane.
struct Counter {
    table: LaneTable,
    shared: AtomicU64,
}

const WIDTH: usize = 1;
const OFFSET: usize = 0;

impl Counter {
    fn new() -> Arc<Self> {
        let table = LaneTable::new(Mutex::new(State::new(1)));
        table.assign(WIDTH, |offset| {
            assert_eq!(offset, OFFSET);
            true
        });
        Arc::new(Self {
            table,
            shared: AtomicU64::new(0),
        })
    }

    /// What a thread does from its first increment to its end.
    fn record(&self, lanes: usize, increments: u64) {
        match self.table.acquire(lanes) {
            Some(lane) => {
                let block = self.table.block(lane);
                for _ in 0..increments {
                    Owned::add(&block[OFFSET], 1);
                }
                self.table.release(lane);
            }
            None => {
                for _ in 0..increments {
                    Shared::add(&self.shared, 1);
                }
            }
        }
    }

    fn sum(&self) -> u64 {
        let view = self.table.view();
        let lanes: u64 = view
            .cells(OFFSET, WIDTH)
            .map(|cells| cells[0].load(Ordering::Relaxed))
            .sum();
        lanes + self.shared.load(Ordering::Relaxed)
    }
}

#[test]
fn the_next_owner_goes_on_from_what_the_last_one_wrote() {
    loom::model(|| {
        let counter = Counter::new();
        let other = {
            let counter = counter.clone();
            thread::spawn(move || counter.record(2, 2))
        };
        counter.record(2, 2);
        // Whether the lane is a used one or a new one depends on the interleaving.
        counter.record(2, 1);
        other.join().unwrap();
        assert_eq!(counter.sum(), 5);
    });
}

#[test]
fn threads_beyond_the_last_lane_lose_nothing() {
    loom::model(|| {
        let counter = Counter::new();
        let other = {
            let counter = counter.clone();
            thread::spawn(move || counter.record(1, 2))
        };
        counter.record(1, 2);
        other.join().unwrap();
        assert_eq!(counter.sum(), 4);
    });
}

#[test]
fn a_block_grows_under_a_collector_without_losing_or_going_back() {
    loom::model(|| {
        let counter = Counter::new();
        let owner = {
            let counter = counter.clone();
            thread::spawn(move || {
                let Some(lane) = counter.table.acquire(1) else {
                    unreachable!("nobody else takes a lane");
                };
                Owned::add(&counter.table.block(lane)[OFFSET], 1);
                counter.table.assign(3, |offset| offset == WIDTH);
                Owned::add(&counter.table.block(lane)[OFFSET], 1);
                counter.table.release(lane);
            })
        };
        let first = counter.sum();
        let second = counter.sum();
        assert!(first <= second && second <= 2, "{first} then {second}");
        owner.join().unwrap();
        assert_eq!(counter.sum(), 2);
    });
}
