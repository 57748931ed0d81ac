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

/// A call that began and has not ended. Recording where it is dropped covers every way out.
struct Running<C: Recorder> {
    recorder: C,
    since: Moment,
    /// Unknown until the body returns: if it never does, it unwound.
    verdict: Option<Verdict<C::Error>>,
}

impl<C: Recorder> Drop for Running<C> {
    #[inline(always)]
    fn drop(&mut self) {
        let nanos = self.since.elapsed_nanos();
        let verdict = self.verdict.take().unwrap_or(Outcome::Panic.into());
        self.recorder.finish(verdict, nanos);
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
    let mut running = Running {
        recorder,
        since: Moment::now(),
        verdict: None,
    };
    let returned = body();
    running.verdict = Some(judge(&returned));
    returned
}
