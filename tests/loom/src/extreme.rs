//! The greatest value of a rotation is held exactly, in whatever order the halves of several are written.

use loom::sync::Arc;
use loom::thread;

use crate::halves::{raise, read};
use crate::sync::{AtomicU64, Ordering};
use crate::tag::Tag;

/// Ranks whose upper halves differ, and one that differs from the second in the lower half alone.
const LOW: u64 = 1 << 40;
const HIGH: u64 = 1 << 50;
const HIGHER: u64 = HIGH | 1;

#[derive(Clone)]
struct Cells(Arc<[AtomicU64; 2]>);

impl Cells {
    fn new() -> Self {
        Self(Arc::new([AtomicU64::new(0), AtomicU64::new(0)]))
    }

    fn raise(&self, rotation: u64, rank: u64) {
        raise(self.0.each_ref(), Tag::of(rotation), rank);
    }

    fn read(&self, rotation: u64) -> Option<u64> {
        let cells = self.0.each_ref().map(|cell| cell.load(Ordering::Relaxed));
        read(cells, Tag::of(rotation))
    }

    /// Raises on a thread of its own.
    fn spawn(&self, rotation: u64, rank: u64) -> thread::JoinHandle<()> {
        let cells = self.clone();
        thread::spawn(move || cells.raise(rotation, rank))
    }
}

#[test]
fn two_values_leave_the_greater() {
    for (one, other) in [(LOW, HIGHER), (HIGHER, HIGH), (HIGH, HIGH)] {
        loom::model(move || {
            let cells = Cells::new();
            let thread = cells.spawn(0, one);
            cells.raise(0, other);
            thread.join().unwrap();
            assert_eq!(cells.read(0), Some(one.max(other)));
        });
    }
}

#[test]
fn three_values_leave_the_greatest() {
    let mut model = loom::model::Builder::new();
    // All interleavings of three threads are too many.
    model.preemption_bound = Some(2);
    model.check(|| {
        let cells = Cells::new();
        let [one, other] = [HIGH, HIGHER].map(|rank| cells.spawn(0, rank));
        cells.raise(0, LOW);
        one.join().unwrap();
        other.join().unwrap();
        assert_eq!(cells.read(0), Some(HIGHER));
    });
}

#[test]
fn a_new_rotation_forgets_what_an_earlier_one_held() {
    loom::model(|| {
        let cells = Cells::new();
        cells.raise(0, HIGHER);
        let thread = cells.spawn(1, HIGH);
        cells.raise(1, LOW);
        thread.join().unwrap();
        assert_eq!(cells.read(1), Some(HIGH));
        assert_eq!(cells.read(0), None);
    });
}

#[test]
fn a_thread_that_is_late_does_not_disturb_the_new_rotation() {
    loom::model(|| {
        let cells = Cells::new();
        let late = cells.spawn(0, HIGHER);
        cells.raise(1, LOW);
        late.join().unwrap();
        assert_eq!(cells.read(1), Some(LOW));
    });
}

#[test]
fn a_reader_never_finds_a_value_that_nobody_wrote() {
    loom::model(|| {
        let cells = Cells::new();
        cells.raise(0, LOW);
        let thread = cells.spawn(0, HIGHER);
        let found = cells.read(0);
        // While the lower half is behind, the upper one alone.
        assert!(
            [Some(LOW), Some(HIGH), Some(HIGHER)].contains(&found),
            "{found:?}"
        );
        thread.join().unwrap();
        assert_eq!(cells.read(0), Some(HIGHER));
    });
}
