//! Calls that end in every way on several threads at once.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use metricset::instrument_metric;

use crate::observed::{Calls, block_on, calls, poll_once, suspend};

const THREADS: u64 = 8;
const ROUNDS: u64 = 2_500;

#[instrument_metric]
async fn stressed(how: u64) -> Result<u64, u64> {
    suspend().await;
    match how {
        0 => Ok(how),
        1 => Err(how),
        // Without the hook, which would print every one of them.
        2 => resume_unwind(Box::new(())),
        _ => {
            std::future::pending::<()>().await;
            Ok(how)
        }
    }
}

#[instrument_metric]
fn stressed_sync(how: u64) -> Result<u64, u64> {
    match how {
        0 => Ok(how),
        1 => Err(how),
        _ => resume_unwind(Box::new(())),
    }
}

#[test]
fn nothing_is_lost_and_nothing_stays_in_flight() {
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for round in 0..ROUNDS * 4 {
                    let how = round % 4;
                    let mut future = Box::pin(stressed(how));
                    assert!(poll_once(future.as_mut()).is_pending());
                    if how == 3 {
                        // A future may end on another thread than the one it began on.
                        if round % 64 == 3 {
                            std::thread::scope(|inner| {
                                inner.spawn(move || drop(future));
                            });
                        }
                        continue;
                    }
                    let polled = catch_unwind(AssertUnwindSafe(|| block_on(future)));
                    assert_eq!(polled.is_err(), how == 2);
                    let called = catch_unwind(|| stressed_sync(how));
                    assert_eq!(called.is_err(), how == 2);
                }
            });
        }
    });
    let each = THREADS * ROUNDS;
    let expected = Calls {
        ok: each,
        error: each,
        panic: each,
        cancelled: each,
        in_flight: 0,
    };
    assert_eq!(calls!("stressed"), expected);
    assert_eq!(
        calls!("stressed_sync"),
        Calls {
            cancelled: 0,
            ..expected
        }
    );
}
