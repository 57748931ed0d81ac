//! Calls that run from start to end on one stack.

use super::Outcome;
use crate::clock::Moment;

/// Where a call is recorded.
#[doc(hidden)]
pub trait Recorder {
    /// A call begins.
    fn start(&self);

    /// The call that began has ended.
    fn finish(&self, outcome: Outcome, nanos: u64);
}

/// A call that began and has not ended. Recording where it is dropped covers every way out.
struct Running<C: Recorder> {
    recorder: C,
    since: Moment,
    /// Unknown until the body returns: if it never does, it unwound.
    outcome: Option<Outcome>,
}

impl<C: Recorder> Drop for Running<C> {
    #[inline(always)]
    fn drop(&mut self) {
        let nanos = self.since.elapsed_nanos();
        let outcome = self.outcome.unwrap_or(Outcome::Panic);
        self.recorder.finish(outcome, nanos);
    }
}

/// Calls `body` and records the call, however it ends. What it returns is passed on as it is.
#[doc(hidden)]
#[inline(always)]
pub fn call<C: Recorder, R>(
    recorder: C,
    body: impl FnOnce() -> R,
    judge: impl FnOnce(&R) -> Outcome,
) -> R {
    recorder.start();
    let mut running = Running {
        recorder,
        since: Moment::now(),
        outcome: None,
    };
    let returned = body();
    running.outcome = Some(judge(&returned));
    returned
}
