//! Hooks and closures called on other threads, and waited for no longer than a timeout.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::taken::TakenSeries;
use super::turn::Turn;
use crate::dropped::SkippedFamily;
use crate::lanes;
use crate::registry::Member;

/// How long calls may make no progress before another thread takes over the ones that wait behind them.
const PATIENCE: Duration = Duration::from_millis(10);

/// What one turn is for: a hook with all families of its set, or a closure with its family.
pub(crate) struct Job {
    pub(crate) turn: &'static Turn,
    pub(crate) hook: Option<Arc<dyn Fn() + Send + Sync>>,
    pub(crate) members: Vec<Member>,
}

/// The series of every member, but for those that panicked; or why there are none.
type Taken = Result<Vec<Option<TakenSeries>>, SkippedFamily>;

/// The jobs of one scrape.
struct Work {
    jobs: Vec<Job>,
    until: Instant,
    timeout: Duration,
    progress: Mutex<Progress>,
    ended: Condvar,
}

struct Progress {
    /// The first job that no thread has taken.
    next: usize,
    ended: usize,
    taken: Vec<Option<Taken>>,
}

thread_local! {
    /// Whether this thread is one that calls hooks and closures.
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// Runs the jobs, and hands the series of every member to `each`, or why there are none.
pub(crate) fn run(
    jobs: Vec<Job>,
    timeout: Duration,
    mut each: impl FnMut(&Member, Result<TakenSeries, SkippedFamily>),
) {
    let now = Instant::now();
    let mut taken = Vec::new();
    for _ in &jobs {
        taken.push(None);
    }
    let work = Arc::new(Work {
        progress: Mutex::new(Progress {
            next: 0,
            ended: 0,
            taken,
        }),
        ended: Condvar::new(),
        jobs,
        // A hook that collects would wait for itself: what another thread is at is left out of its collection.
        until: if IS_READING.get() { now } else { now + timeout },
        timeout,
    });
    let without_result = match start(&work) {
        Ok(()) => {
            work.wait(now + timeout);
            SkippedFamily::Timeout
        }
        Err(_) => SkippedFamily::NoThread,
    };
    let mut taken = work.lock().finish();
    for (job, taken) in work.jobs.iter().zip(&mut taken) {
        let mut taken = taken.take().unwrap_or(Err(without_result));
        for (at, member) in job.members.iter().enumerate() {
            each(
                member,
                match &mut taken {
                    Ok(series) => series[at].take().ok_or(SkippedFamily::Panicked),
                    Err(reason) => Err(*reason),
                },
            );
        }
    }
}

fn start(work: &Arc<Work>) -> std::io::Result<()> {
    let work = Arc::clone(work);
    let thread = thread::Builder::new().name("metricset-scrape".to_owned());
    thread.spawn(move || {
        IS_READING.set(true);
        work.take_jobs();
    })?;
    Ok(())
}

impl Work {
    /// Waits until every job has ended, and no longer than until a moment.
    fn wait(self: &Arc<Self>, until: Instant) {
        let mut progress = self.lock();
        while progress.ended < self.jobs.len() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            let (ended, next) = (progress.ended, progress.next);
            let waited = self.ended.wait_timeout(progress, left.min(PATIENCE));
            progress = waited.unwrap_or_else(PoisonError::into_inner).0;
            if (progress.ended, progress.next) == (ended, next) && next < self.jobs.len() {
                // Tried again after the next pause.
                let _ = start(self);
            }
        }
    }

    /// Does jobs until there are no more.
    fn take_jobs(&self) {
        loop {
            let next = self.lock().take_next();
            let Some(at) = next else {
                return;
            };
            let taken = self.jobs[at].take(self.until, self.timeout);
            let mut progress = self.lock();
            progress.ended += 1;
            // `None` once the scrape has gone on without it.
            if let Some(place) = progress.taken.get_mut(at) {
                *place = Some(taken);
            }
            drop(progress);
            self.ended.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress {
    fn take_next(&mut self) -> Option<usize> {
        let next = self.next;
        (next < self.taken.len()).then(|| {
            self.next += 1;
            next
        })
    }

    /// What there is by now. No more jobs are taken after that.
    fn finish(&mut self) -> Vec<Option<Taken>> {
        std::mem::take(&mut self.taken)
    }
}

impl Job {
    fn take(&self, until: Instant, timeout: Duration) -> Taken {
        let turn = self.turn.take(until, timeout);
        let Some(_turn) = turn else {
            return Err(SkippedFamily::StillRunning);
        };
        if let Some(hook) = &self.hook
            && catch_unwind(AssertUnwindSafe(|| hook())).is_err()
        {
            return Err(SkippedFamily::Panicked);
        }
        let lanes = lanes::view();
        let mut members = Vec::new();
        for member in &self.members {
            let mut series = TakenSeries::default();
            // What a closure leaves behind when it panics is dropped here with its series.
            let taken = catch_unwind(AssertUnwindSafe(|| member.collect(&lanes, &mut series)));
            members.push(taken.is_ok().then_some(series));
        }
        Ok(members)
    }
}
