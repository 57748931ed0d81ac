//! Reads what is exposed of one function.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use metricset::Registry;
use metricset::encode::{Format, encode};

/// What is exposed of one function.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Calls {
    pub(crate) ok: u64,
    pub(crate) error: u64,
    pub(crate) panic: u64,
    pub(crate) cancelled: u64,
    pub(crate) in_flight: u64,
}

/// Exposition of everything that the linker registered.
pub(crate) fn exposition() -> String {
    let mut text = String::new();
    encode(
        &Registry::linked().unwrap(),
        Format::PrometheusText,
        &mut text,
    );
    text
}

/// The value of the sample that starts so.
pub(crate) fn sample(text: &str, series: &str) -> f64 {
    let mut lines = text
        .lines()
        .filter_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let value = lines
        .next()
        .unwrap_or_else(|| panic!("no {series} in\n{text}"));
    assert_eq!(lines.next(), None, "{series} is exposed twice");
    value.parse().unwrap()
}

impl Calls {
    pub(crate) const NONE: Self = Self {
        ok: 0,
        error: 0,
        panic: 0,
        cancelled: 0,
        in_flight: 0,
    };

    /// What is exposed of a function of this module path, and that its parts agree.
    pub(crate) fn of(module: &str, function: &str) -> Self {
        let text = exposition();
        let labels = format!("function=\"{function}\",module=\"{module}\"");
        let calls = |outcome| {
            let series = format!("function_calls_total{{{labels},outcome=\"{outcome}\"}}");
            sample(&text, &series) as u64
        };
        let observed = Self {
            ok: calls("ok"),
            error: calls("error"),
            panic: calls("panic"),
            cancelled: calls("cancelled"),
            in_flight: sample(&text, &format!("function_calls_in_flight{{{labels}}}")) as u64,
        };
        let timed = sample(
            &text,
            &format!("function_duration_seconds_count{{{labels}}}"),
        );
        assert_eq!(
            timed as u64,
            observed.ok + observed.error + observed.panic + observed.cancelled,
            "every call that ended was timed"
        );
        observed
    }
}

/// `calls!("function")` is what is exposed of a function of the calling module.
macro_rules! calls {
    ($function:expr) => {
        $crate::observed::Calls::of(module_path!(), $function)
    };
}
pub(crate) use calls;

/// Polls until the future is ready, which none of this suite waits for anything to be.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut cx = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut cx) {
            return value;
        }
    }
}

/// Polls once.
pub(crate) fn poll_once<F: Future>(future: std::pin::Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

/// Pending the first time.
pub(crate) async fn suspend() {
    let mut is_first = true;
    std::future::poll_fn(|cx| {
        if std::mem::take(&mut is_first) {
            cx.waker().wake_by_ref();
            Poll::Pending
        } else {
            Poll::Ready(())
        }
    })
    .await;
}
