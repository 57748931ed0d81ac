//! Calls that are futures: they begin when they are first polled, and may be dropped before they are ready.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::{Outcome, Recorder, Verdict};
use crate::clock::Moment;

pin_project! {
    /// A future that records its run. Larger than the one inside by the recorder and a moment; `Send` if that one is.
    #[doc(hidden)]
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub struct Instrumented<F, C, J>
    where
        C: Recorder,
    {
        // Dropped before the call is recorded as cancelled, as a body is before it is recorded as a panic.
        #[pin]
        future: F,
        judge: J,
        call: Call<C>,
    }
}

struct Call<C: Recorder> {
    recorder: C,
    progress: Progress,
}

enum Progress {
    NotPolled,
    Running(Moment),
    Ended,
}

impl<C: Recorder> Call<C> {
    fn start(&mut self) {
        if matches!(self.progress, Progress::NotPolled) {
            self.recorder.start();
            self.progress = Progress::Running(Moment::now());
        }
    }

    fn finish(&mut self, verdict: Verdict<C::Error>) {
        if let Progress::Running(since) = std::mem::replace(&mut self.progress, Progress::Ended) {
            self.recorder.finish(verdict, since.elapsed_nanos());
        }
    }
}

impl<C: Recorder> Drop for Call<C> {
    fn drop(&mut self) {
        self.finish(Outcome::Cancelled.into());
    }
}

/// One poll of a call. If it is dropped, the poll unwound: the future may be dropped much later, when nothing unwinds any more.
struct Polling<'a, C: Recorder>(&'a mut Call<C>);

impl<C: Recorder> Drop for Polling<'_, C> {
    fn drop(&mut self) {
        self.0.finish(Outcome::Panic.into());
    }
}

impl<F, C, J> Future for Instrumented<F, C, J>
where
    F: Future,
    C: Recorder,
    J: Fn(&F::Output) -> Verdict<C::Error>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        this.call.start();
        let polling = Polling(this.call);
        let poll = this.future.poll(cx);
        if let Poll::Ready(returned) = &poll {
            polling.0.finish((this.judge)(returned));
        }
        std::mem::forget(polling);
        poll
    }
}

/// Records the run of a future, from its first poll to its value, its panic or its end without either.
#[doc(hidden)]
#[inline]
pub fn instrument<F, C, J>(recorder: C, future: F, judge: J) -> Instrumented<F, C, J>
where
    F: Future,
    C: Recorder,
    J: Fn(&F::Output) -> Verdict<C::Error>,
{
    Instrumented {
        future,
        judge,
        call: Call {
            recorder,
            progress: Progress::NotPolled,
        },
    }
}
