//! Calls that run from start to end on one stack.

use super::{Outcome, Verdict};
use crate::clock::Moment;

/// Where a call is recorded.
#[doc(hidden)]
pub trait Recorder {
    /// What errors are told apart by.
    type Error;

    /// A call begins.
    fn start(&self);

    /// The call that began has ended.
    fn finish(&self, verdict: Verdict<Self::Error>, nanos: u64);
}

/// A call that began, for as long as its body runs. What drops it is the unwinding of the body.
struct Running<'a, C: Recorder> {
    recorder: &'a C,
    since: Moment,
}

impl<C: Recorder> Drop for Running<'_, C> {
    #[cold]
    fn drop(&mut self) {
        let nanos = self.since.elapsed_nanos();
        self.recorder.finish(Outcome::Panic.into(), nanos);
    }
}

/// Calls `body` and records the call, however it ends. What it returns is passed on as it is.
#[doc(hidden)]
#[inline(always)]
pub fn call<C: Recorder, R>(
    recorder: C,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R) -> Verdict<C::Error>,
) -> R {
    recorder.start();
    let since = Moment::now();
    let running = Running {
        recorder: &recorder,
        since,
    };
    let returned = body();
    let nanos = since.elapsed_nanos();
    let verdict = judge(&returned);
    // It returned, and there is nothing but a reference in there.
    std::mem::forget(running);
    recorder.finish(verdict, nanos);
    returned
}
