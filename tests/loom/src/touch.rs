//! A series that is touched counts as touched, whatever begins or ends in the other half of its word meanwhile.

use loom::thread;

use crate::slot::Slot;
use crate::sync::{AtomicU64, Ordering};

/// What lives in the two halves of a word.
fn slot(heads: &'static AtomicU64, is_second: bool) -> Slot {
    Slot::new(heads, is_second, &[], Ordering::Relaxed).0
}

fn begin(heads: &'static AtomicU64, is_second: bool) -> Slot {
    slot(heads, is_second).begin(0, true)
}

/// In either half, and told since it began that nothing touches it, or not.
#[test]
fn a_touch_is_not_lost_while_others_begin_and_end_beside_it() {
    for (is_second, is_idle) in [(false, false), (false, true), (true, false), (true, true)] {
        loom::model(move || {
            let heads: &AtomicU64 = Box::leak(Box::new(AtomicU64::new(0)));
            let touched = begin(heads, is_second);
            if is_idle {
                assert!(touched.take_touched());
            }
            let thread = thread::spawn(move || assert!(touched.touch().is_some()));
            let first = begin(heads, !is_second);
            assert!(first.end());
            let second = begin(heads, !is_second);
            thread.join().unwrap();
            assert!(!first.is_current());
            assert!(second.is_current() && second.take_touched());
            assert!(touched.is_current() && touched.take_touched());
        });
    }
}
