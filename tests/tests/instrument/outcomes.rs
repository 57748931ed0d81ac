//! What counts as an error, by type and by expression.

use std::fmt::Debug;
use std::io;

use metricset::instrument_metric;

use crate::observed::{Calls, calls};

type Parsed<T> = std::result::Result<T, std::num::ParseIntError>;

/// Not the one that the name suggests.
struct Result<T>(T);

#[instrument_metric]
fn alias(text: &str) -> Parsed<u8> {
    text.parse()
}

#[instrument_metric]
fn io_alias(fails: bool) -> io::Result<()> {
    if fails {
        Err(io::ErrorKind::Other.into())
    } else {
        Ok(())
    }
}

#[instrument_metric]
fn namesake(value: u8) -> Result<u8> {
    Result(value)
}

#[instrument_metric]
fn generic<T, E: Debug>(result: std::result::Result<T, E>) -> std::result::Result<T, E> {
    result
}

#[instrument_metric]
fn reference(result: &Parsed<u8>) -> &Parsed<u8> {
    result
}

#[instrument_metric]
fn nested(fails: bool) -> Option<std::result::Result<u8, ()>> {
    Some(if fails { Err(()) } else { Ok(1) })
}

#[test]
fn results_are_told_by_type() {
    for text in ["1", "2", "x"] {
        let _ = alias(text);
        let _ = generic(text.parse::<u8>());
        reference(&text.parse());
    }
    let both = Calls {
        ok: 2,
        error: 1,
        ..Calls::NONE
    };
    assert_eq!((calls!("alias"), calls!("generic")), (both, both));

    io_alias(false).unwrap();
    io_alias(true).unwrap_err();
    assert_eq!(
        calls!("io_alias"),
        Calls {
            ok: 1,
            error: 1,
            ..Calls::NONE
        }
    );

    assert_eq!(namesake(1).0, 1);
    assert_eq!(
        calls!("namesake"),
        Calls {
            ok: 1,
            ..Calls::NONE
        }
    );

    // A reference and an option are no results, whatever they hold.
    assert_eq!(
        calls!("reference"),
        Calls {
            ok: 3,
            ..Calls::NONE
        }
    );
    assert!(nested(true).is_some());
    assert_eq!(
        calls!("nested"),
        Calls {
            ok: 1,
            ..Calls::NONE
        }
    );
}

#[instrument_metric(ok_if = Option::is_some)]
fn found(key: u8) -> Option<u8> {
    (key > 0).then_some(key)
}

#[instrument_metric(error_if = |status| *status >= 500)]
fn served(status: u16) -> u16 {
    status
}

#[instrument_metric(error_if = |result: &std::result::Result<u16, u16>| matches!(result, Err(500..)))]
fn fetched(status: u16) -> std::result::Result<u16, u16> {
    if status < 400 {
        Ok(status)
    } else {
        Err(status)
    }
}

#[instrument_metric(ok_if = |_| true)]
fn identity<T>(value: T) -> T {
    value
}

#[instrument_metric(error_if = |value: &u8| *value == 0)]
async fn later(value: u8) -> u8 {
    value
}

#[test]
fn expressions_decide() {
    let half = Calls {
        ok: 1,
        error: 1,
        ..Calls::NONE
    };
    assert!(found(0).is_none() && found(1).is_some());
    assert_eq!(calls!("found"), half);
    assert_eq!(served(500) - served(404), 96);
    assert_eq!(calls!("served"), half);
    fetched(500).unwrap_err();
    fetched(404).unwrap_err();
    assert_eq!(calls!("fetched"), half);
    identity(std::result::Result::<u8, u8>::Err(1)).unwrap_err();
    assert_eq!(
        calls!("identity"),
        Calls {
            ok: 1,
            ..Calls::NONE
        }
    );
    crate::observed::block_on(async { (later(0).await, later(1).await) });
    assert_eq!(calls!("later"), half);
}
