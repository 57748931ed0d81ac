//! `#[instrument_metric]` on unsafe functions. Here because the other suites forbid to call them.
#![allow(unsafe_code)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use metricset::encode::{Format, encode};
use metricset::{Registry, instrument_metric};

#[instrument_metric]
/// # Safety
/// `x` must point to a value.
unsafe fn read(x: *const u8) -> Option<u8> {
    // SAFETY: the caller sees to it.
    Some(unsafe { x.read() })
}

#[instrument_metric]
/// # Safety
/// `x` must point to a value until the future is dropped.
async unsafe fn read_later(x: *const u8) -> Option<u8> {
    std::future::ready(()).await;
    // SAFETY: the caller sees to it.
    Some(unsafe { x.read() })
}

#[instrument_metric]
/// # Safety
/// `x` must point to a value.
unsafe extern "C" fn read_foreign(x: *const u8) -> u8 {
    // SAFETY: the caller sees to it.
    unsafe { x.read() }
}

#[test]
fn unsafe_functions_are_counted() {
    let x = 3;
    // SAFETY: a pointer made from a reference to a value that lives on.
    assert_eq!(unsafe { read(&raw const x) }, Some(3));
    // SAFETY: the same.
    assert_eq!(unsafe { read_foreign(&raw const x) }, 3);
    {
        // SAFETY: the same.
        let future = pin!(unsafe { read_later(&raw const x) });
        let poll = future.poll(&mut Context::from_waker(Waker::noop()));
        assert_eq!(poll, Poll::Ready(Some(3)));
    }
    let mut text = String::new();
    encode(
        &Registry::linked().unwrap(),
        Format::PrometheusText,
        &mut text,
    );
    for function in ["read", "read_foreign", "read_later"] {
        let series = format!(
            "function_calls_total{{function=\"{function}\",module=\"{}\",outcome=\"ok\"}} 1\n",
            module_path!()
        );
        assert!(text.contains(&series), "no {series} in\n{text}");
    }
}
