//! Futures that are dropped before they are ready.

use std::pin::pin;

use metricset::instrument_metric;

use crate::observed::{Calls, block_on, calls, poll_once, suspend};

#[instrument_metric]
async fn dropped() {
    suspend().await;
}

#[test]
fn a_future_that_is_dropped_was_cancelled() {
    for _ in 0..10_000 {
        let mut future = Box::pin(dropped());
        assert!(poll_once(future.as_mut()).is_pending());
    }
    assert_eq!(
        calls!("dropped"),
        Calls {
            cancelled: 10_000,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
async fn kept() {
    suspend().await;
}

#[test]
fn many_in_flight_at_once() {
    let mut futures: Vec<_> = (0..100).map(|_| Box::pin(kept())).collect();
    for future in &mut futures {
        assert!(poll_once(future.as_mut()).is_pending());
    }
    assert_eq!(
        calls!("kept"),
        Calls {
            in_flight: 100,
            ..Calls::NONE
        }
    );
    futures.truncate(40);
    assert_eq!(
        calls!("kept"),
        Calls {
            in_flight: 40,
            cancelled: 60,
            ..Calls::NONE
        }
    );
    futures.into_iter().for_each(block_on);
    assert_eq!(
        calls!("kept"),
        Calls {
            ok: 40,
            cancelled: 60,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
async fn never_polled() {
    suspend().await;
}

#[test]
fn a_future_that_was_never_polled_was_no_call() {
    drop(never_polled());
    assert_eq!(calls!("never_polled"), Calls::NONE);
}

struct Loud;

impl Drop for Loud {
    fn drop(&mut self) {
        // What the body holds is dropped while the call is still in flight.
        assert_eq!(calls!("held").in_flight, 1);
    }
}

#[instrument_metric]
async fn held() {
    let _loud = Loud;
    suspend().await;
}

#[test]
fn what_the_body_holds_is_dropped_within_the_call() {
    {
        let mut future = pin!(held());
        assert!(poll_once(future.as_mut()).is_pending());
    }
    block_on(held());
    assert_eq!(
        calls!("held"),
        Calls {
            ok: 1,
            cancelled: 1,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
async fn outer() {
    inner().await;
}

#[instrument_metric]
async fn inner() {
    suspend().await;
}

#[test]
fn cancellation_reaches_every_call_inside() {
    {
        let mut future = pin!(outer());
        assert!(poll_once(future.as_mut()).is_pending());
        assert_eq!(
            (calls!("outer").in_flight, calls!("inner").in_flight),
            (1, 1)
        );
    }
    let cancelled = Calls {
        cancelled: 1,
        ..Calls::NONE
    };
    assert_eq!((calls!("outer"), calls!("inner")), (cancelled, cancelled));
}
