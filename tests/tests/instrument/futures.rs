//! Functions that are futures, and functions that return one.

use std::fmt::Display;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};

use metricset::instrument_metric;
use metricset_test_instrumented::borrowing;

use crate::observed::{Calls, block_on, calls, poll_once, suspend};

const ONE: Calls = Calls {
    ok: 1,
    ..Calls::NONE
};

#[instrument_metric]
async fn plain(x: u32) -> u32 {
    suspend().await;
    x + 1
}

#[test]
fn async_fn() {
    assert_eq!(block_on(plain(1)), 2);
    assert_eq!(calls!("plain"), ONE);
}

#[instrument_metric]
async fn lazy() {
    suspend().await;
}

#[test]
fn a_call_begins_at_the_first_poll() {
    let mut future = pin!(lazy());
    assert_eq!(calls!("lazy"), Calls::NONE);
    assert!(poll_once(future.as_mut()).is_pending());
    assert_eq!(
        calls!("lazy"),
        Calls {
            in_flight: 1,
            ..Calls::NONE
        }
    );
    assert!(poll_once(future.as_mut()).is_ready());
    assert_eq!(calls!("lazy"), ONE);
}

#[instrument_metric]
async fn slow() {
    suspend().await;
}

#[test]
fn time_before_the_first_poll_does_not_count() {
    let future = slow();
    let waited = std::time::Duration::from_millis(20);
    let start = std::time::Instant::now();
    while start.elapsed() < waited {
        std::hint::spin_loop();
    }
    block_on(future);
    let sum = crate::observed::sample(
        &crate::observed::exposition(),
        concat!(
            "function_duration_seconds_sum{function=\"slow\",module=\"",
            module_path!(),
            "\"}"
        ),
    );
    assert!(sum < waited.as_secs_f64(), "{sum}");
}

#[instrument_metric]
async fn fallible(text: &str) -> Result<u8, Box<dyn std::error::Error + Send + Sync>> {
    if text.is_empty() {
        return Err("empty".into());
    }
    suspend().await;
    Ok(text.parse()?)
}

#[test]
fn results_question_mark_and_return() {
    assert_eq!(block_on(fallible("1")).unwrap(), 1);
    assert!(block_on(fallible("")).is_err() && block_on(fallible("x")).is_err());
    assert_eq!(
        calls!("fallible"),
        Calls {
            ok: 1,
            error: 2,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
async fn panics() {
    suspend().await;
    panic!("as it must");
}

#[test]
fn a_panic_counts_where_it_happens_and_not_where_the_future_is_dropped() {
    let mut future = Box::pin(panics());
    assert!(poll_once(future.as_mut()).is_pending());
    catch_unwind(AssertUnwindSafe(|| poll_once(future.as_mut()))).unwrap_err();
    let panicked = Calls {
        panic: 1,
        ..Calls::NONE
    };
    assert_eq!(calls!("panics"), panicked);
    drop(future);
    assert_eq!(calls!("panics"), panicked);
}

struct Counter {
    count: u8,
}

#[instrument_metric]
async fn patterns(
    (a, mut b): (u8, u8),
    Counter { count, .. }: Counter,
    _: u8,
    mut total: u8,
    text: &str,
) -> u8 {
    suspend().await;
    b += 1;
    total += a + b + count;
    total + text.len() as u8
}

#[test]
fn patterns_in_arguments() {
    assert_eq!(
        block_on(patterns((1, 2), Counter { count: 3 }, 0, 4, "ab")),
        13
    );
    assert_eq!(calls!("patterns"), ONE);
}

impl Counter {
    #[instrument_metric]
    async fn add(&mut self, by: u8) -> &mut u8 {
        suspend().await;
        self.count += by;
        &mut self.count
    }

    #[instrument_metric]
    async fn take(self: Box<Self>) -> u8 {
        suspend().await;
        self.count
    }
}

#[test]
fn methods_that_borrow() {
    let mut counter = Counter { count: 1 };
    *block_on(counter.add(1)) += 1;
    assert_eq!(block_on(counter.add(1)), &4);
    assert_eq!(block_on(Box::new(counter).take()), 4);
    assert_eq!(
        calls!("add"),
        Calls {
            ok: 2,
            ..Calls::NONE
        }
    );
    assert_eq!(calls!("take"), ONE);
}

#[instrument_metric]
async fn generic<T, const N: usize>(values: [T; N], more: impl Display) -> String
where
    T: Display,
{
    suspend().await;
    let values: String = values.iter().map(T::to_string).collect();
    format!("{values}{more}")
}

#[test]
fn generics() {
    assert_eq!(block_on(generic([1, 2], "x")), "12x");
    assert_eq!(calls!("generic"), ONE);
}

#[instrument_metric]
async fn opaque(values: &[u8]) -> Result<impl Iterator<Item = u8>, std::num::ParseIntError> {
    suspend().await;
    let first: u8 = "1".parse()?;
    Ok(values.iter().map(move |value| value + first))
}

#[test]
fn impl_trait_in_the_output() {
    assert_eq!(block_on(opaque(&[1])).unwrap().collect::<Vec<_>>(), [2]);
    assert_eq!(calls!("opaque"), ONE);
}

#[instrument_metric]
fn returned(x: u8) -> impl Future<Output = Result<u8, String>> + Send {
    let y = x;
    async move {
        suspend().await;
        if y == 0 {
            Err("zero".to_owned())
        } else {
            Ok(y)
        }
    }
}

#[test]
fn functions_that_return_a_future() {
    let future = returned(1);
    assert_eq!(calls!("returned"), Calls::NONE);
    assert_eq!(block_on(future), Ok(1));
    block_on(returned(0)).unwrap_err();
    assert_eq!(
        calls!("returned"),
        Calls {
            ok: 1,
            error: 1,
            ..Calls::NONE
        }
    );
}

#[instrument_metric]
fn boxed(n: u64) -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move {
        suspend().await;
        if n == 0 { 1 } else { n * boxed(n - 1).await }
    })
}

#[instrument_metric]
fn boxed_elsewhere(n: u64) -> Pin<Box<dyn Future<Output = u64>>> {
    if n == 0 {
        return Box::pin(std::future::ready(0));
    }
    boxed(n)
}

#[test]
fn boxed_futures_and_recursion() {
    let future = boxed(3);
    assert_eq!(calls!("boxed"), Calls::NONE);
    assert_eq!(block_on(future), 6);
    assert_eq!(
        calls!("boxed"),
        Calls {
            ok: 4,
            ..Calls::NONE
        }
    );
    let future = boxed_elsewhere(0);
    assert_eq!(calls!("boxed_elsewhere"), Calls::NONE);
    assert_eq!(block_on(future), 0);
    assert_eq!(calls!("boxed_elsewhere"), ONE);
}

#[instrument_metric]
async fn diverges() -> ! {
    suspend().await;
    panic!("as it must")
}

#[must_use = "the value is what matters"]
#[instrument_metric]
async fn must_be_used() -> u8 {
    suspend().await;
    1
}

#[test]
fn functions_that_have_to_stay_async() {
    catch_unwind(|| block_on(diverges())).unwrap_err();
    assert_eq!(block_on(must_be_used()), 1);
    assert_eq!(
        calls!("diverges"),
        Calls {
            panic: 1,
            ..Calls::NONE
        }
    );
    assert_eq!(calls!("must_be_used"), ONE);
}

#[test]
fn futures_of_the_previous_edition_borrow_as_they_did() {
    let (one, other) = (String::from("a"), String::from("bc"));
    assert_eq!(block_on(borrowing::longer(&one, &other)), "bc");
    assert_eq!(block_on(borrowing::len(&one, &other)), 3);
    let mut text = borrowing::Text(one);
    block_on(text.push("!")).push('?');
    assert_eq!(text.0, "a!?");
    for function in ["longer", "len", "push"] {
        let calls = Calls::of("metricset_test_instrumented::borrowing", function);
        assert_eq!(calls, ONE, "{function}");
    }
}

#[instrument_metric]
async fn with_cfg(
    #[cfg(test)] (a, b): (u8, u8),
    #[cfg(not(test))] (a, b): (&str, &str),
    #[cfg(not(test))] _c: u8,
) -> u8 {
    suspend().await;
    a + b
}

#[test]
fn arguments_with_cfg() {
    assert_eq!(block_on(with_cfg((1, 2))), 3);
    assert_eq!(calls!("with_cfg"), ONE);
}

#[instrument_metric]
#[tokio::test]
async fn other_macros_after_this_one() {
    suspend().await;
}

#[tokio::test]
#[instrument_metric]
async fn other_macros_before_this_one() {
    suspend().await;
}

/// Compiles, which is all that it is for.
#[expect(dead_code, reason = "only its types matter")]
fn futures_are_send_if_they_were() {
    fn is_send<T: Send>(_: T) {}
    is_send(plain(1));
    is_send(fallible("1"));
    is_send(returned(1));
    is_send(must_be_used());
    is_send(generic([1], 2));
    is_send(patterns((1, 2), Counter { count: 3 }, 0, 4, ""));
}
