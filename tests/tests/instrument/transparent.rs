//! Annotated functions do what they did before.

use std::cell::RefCell;

use metricset::instrument_metric;

use crate::observed::{block_on, suspend};

thread_local!(static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) });

struct Noted(&'static str);

impl Drop for Noted {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

fn dropped_by(run: impl FnOnce()) -> Vec<&'static str> {
    DROPPED.take();
    run();
    DROPPED.take()
}

fn args() -> (Noted, Noted, Noted) {
    (Noted("a"), Noted("b"), Noted("c"))
}

fn plain(a: Noted, _b: Noted, c: Noted) {
    let _local = Noted("local");
    let _ = (&c, &a);
}

#[instrument_metric]
fn measured(a: Noted, _b: Noted, c: Noted) {
    let _local = Noted("local");
    let _ = (&c, &a);
}

async fn plain_async(a: Noted, _b: Noted, c: Noted) {
    let _local = Noted("local");
    suspend().await;
    let _ = (&c, &a);
}

#[instrument_metric]
async fn measured_async(a: Noted, _b: Noted, c: Noted) {
    let _local = Noted("local");
    suspend().await;
    let _ = (&c, &a);
}

#[test]
fn arguments_are_dropped_when_and_in_the_order_they_were() {
    let expected = dropped_by(|| {
        let (a, b, c) = args();
        plain(a, b, c);
    });
    assert_eq!(expected, ["local", "c", "b", "a"]);
    let measured = dropped_by(|| {
        let (a, b, c) = args();
        measured(a, b, c);
    });
    assert_eq!(measured, expected);

    let expected = dropped_by(|| {
        let (a, b, c) = args();
        block_on(plain_async(a, b, c));
    });
    let measured = dropped_by(|| {
        let (a, b, c) = args();
        block_on(measured_async(a, b, c));
    });
    assert_eq!(measured, expected);

    let (a, b, c) = args();
    let future = measured_async(a, b, c);
    assert_eq!(
        dropped_by(|| {}),
        [""; 0],
        "arguments live as long as the future"
    );
    assert_eq!(dropped_by(|| drop(future)).len(), 3);
}

#[instrument_metric]
#[inline(never)]
fn body_sees_its_own_names(__returned: u8, __site: u8) -> u8 {
    let __private = __returned + __site;
    __private * 2
}

#[test]
fn names_of_the_expansion_do_not_get_in_the_way() {
    assert_eq!(body_sees_its_own_names(1, 2), 6);
}

mod shadowed {
    #![allow(dead_code, reason = "they are there to be in the way")]

    pub(super) struct Result;
    pub(super) struct Option;
    pub(super) struct Some;
    pub(super) struct None;
    pub(super) struct Ok;
    pub(super) struct Err;
    pub(super) struct Future;
    pub(super) struct Box;
    pub(super) mod core {}
    pub(super) mod std {}
    pub(super) mod metricset {}
    pub(super) trait Outcome {
        fn outcome(&self) {}
    }
    impl<T> Outcome for T {}

    #[::metricset::instrument_metric]
    pub(super) fn plain(x: u8) -> ::core::result::Result<u8, u8> {
        x.checked_add(1).ok_or(x)
    }

    #[::metricset::instrument_metric]
    pub(super) async fn asynchronous(x: u8) -> ::core::result::Result<u8, u8> {
        x.checked_add(1).ok_or(x)
    }

    #[::metricset::instrument_metric]
    pub(super) fn boxed(
        x: u8,
    ) -> ::core::pin::Pin<::std::boxed::Box<dyn ::core::future::Future<Output = u8>>> {
        ::std::boxed::Box::pin(async move { x })
    }
}

#[test]
fn shadowed_names() {
    assert_eq!(shadowed::plain(1), Ok(2));
    assert_eq!(block_on(shadowed::asynchronous(1)), Ok(2));
    assert_eq!(block_on(shadowed::boxed(1)), 1);
}
