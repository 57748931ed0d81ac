//! Guards record however their scope is left.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use metricset::{Gauge, Histogram, MetricSet, Registry, UpDownGauge};

/// Work.
#[derive(MetricSet)]
#[metrics(prefix = "work", register = false)]
struct Work {
    /// Time it takes.
    #[metric(buckets = "latency")]
    duration_seconds: Histogram<Duration>,
    /// In progress.
    in_progress: UpDownGauge,
    /// In progress, in a gauge that can also be set.
    in_progress_settable: Gauge,
}

fn work() -> Work {
    Registry::new().register().unwrap()
}

impl Work {
    /// Fails where `fail` says.
    fn run(&self, fail: impl FnOnce() -> Result<(), ()>) -> Result<(), ()> {
        let _timer = self.duration_seconds.start_timer();
        let _in_progress = self.in_progress.in_flight();
        let _settable = self.in_progress_settable.in_flight();
        assert_eq!(
            (self.in_progress.get(), self.in_progress_settable.get()),
            (1, 1)
        );
        fail()?;
        Ok(())
    }

    #[track_caller]
    fn assert_done(&self, times: u64) {
        assert_eq!(self.duration_seconds.snapshot().count(), times);
        assert_eq!(
            (self.in_progress.get(), self.in_progress_settable.get()),
            (0, 0)
        );
    }
}

#[test]
fn on_return_and_early_return() {
    let work = work();
    assert!(work.run(|| Ok(())).is_ok());
    assert!(work.run(|| Err(())).is_err());
    work.assert_done(2);
}

#[test]
fn on_panic() {
    let work = work();
    let run = || work.run(|| std::panic::resume_unwind(Box::new("on purpose")));
    assert!(catch_unwind(AssertUnwindSafe(run)).is_err());
    work.assert_done(1);
}

#[tokio::test]
async fn on_cancellation() {
    let work = work();
    let task = async {
        let _timer = work.duration_seconds.start_timer();
        let _in_progress = work.in_progress.in_flight();
        std::future::pending::<()>().await;
    };
    assert!(tokio::time::timeout(Duration::ZERO, task).await.is_err());
    work.assert_done(1);
}

#[test]
fn a_timer_can_be_stopped_and_discarded() {
    let work = work();
    let elapsed = work.duration_seconds.start_timer().stop();
    assert_eq!(
        work.duration_seconds.snapshot().sum.to_bits(),
        elapsed.as_secs_f64().to_bits()
    );
    work.duration_seconds.start_timer().discard();
    work.assert_done(1);
}

#[test]
fn guards_move_to_other_threads() {
    let work = work();
    let (timer, in_progress) = (
        work.duration_seconds.start_timer(),
        work.in_progress.in_flight(),
    );
    std::thread::spawn(move || drop((timer, in_progress)))
        .join()
        .unwrap();
    work.assert_done(1);
}
