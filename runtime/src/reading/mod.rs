//! What user code gives at scrape time: the refresh hooks of sets, and the closures of [`Observed`](crate::Observed).
//!
//! # Problem
//! How full a pool is, the pool knows. A scrape has to ask it, and so runs code that may take for ever, panic, or scrape in its
//! turn. And `used + available = total` has to hold in every scrape, also while two of them run at once.
//!
//! # Idea
//! Before a scrape writes anything it has that code run, on threads of its own ([`run`]), and waits for it no longer than a
//! timeout. Only one thread at a time has the [`Turn`] of a set with a hook: it runs the hook, and copies the series of the set
//! ([`TakenSeries`]) before it gives the turn away. So what stands in a scrape is what one run of the hook left behind, and
//! a client that reads slowly holds up nobody. What is not there in time is left out and counted; a run that has gone on for
//! longer than the timeout is not waited for again, so that no more threads hang than there are hooks and closures.
//!
//! # Costs
//! A scrape of a registry with hooks or closures starts a thread, and the series of sets with a hook are copied. Others pay
//! nothing.

mod run;
mod source;
mod taken;
mod turn;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

pub(crate) use run::{Job, run};
pub(crate) use source::{Source, any_is_given};
pub(crate) use taken::TakenSeries;
pub(crate) use turn::Turn;

/// How long a scrape waits for refresh hooks and the closures of [`Observed`](crate::Observed) metrics, all of them together,
/// unless [`Registry::set_refresh_timeout`](crate::Registry::set_refresh_timeout) says otherwise.
pub const REFRESH_TIMEOUT: Duration = Duration::from_secs(1);

/// The refresh hook of a set.
#[doc(hidden)]
pub type Refresh = Source<dyn Fn() + Send + Sync>;

/// What was taken for one scrape, by the place of the family's instance. Those behind the last are read as they are.
#[derive(Default)]
pub(crate) struct Readings(Vec<Reading>);

/// Where the series of an instance are in one scrape.
pub(crate) enum Reading {
    /// In its storage.
    Live,
    Taken(TakenSeries),
    LeftOut,
}

impl Readings {
    pub(crate) fn insert(&mut self, place: usize, reading: Reading) {
        while self.0.len() <= place {
            self.0.push(Reading::Live);
        }
        self.0[place] = reading;
    }

    pub(crate) fn at(&self, place: usize) -> &Reading {
        self.0.get(place).unwrap_or(&Reading::Live)
    }
}

/// How long a scrape waits for hooks and closures. Clones are the same setting.
#[derive(Clone)]
pub(crate) struct Timeout(Arc<AtomicU64>);

impl Timeout {
    pub(crate) fn get(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    pub(crate) fn set(&self, timeout: Duration) {
        let nanos = u64::try_from(timeout.min(LONGEST).as_nanos());
        self.0.store(nanos.unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// A time that can be added to any other.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

impl Default for Timeout {
    fn default() -> Self {
        let timeout = Self(Arc::default());
        timeout.set(REFRESH_TIMEOUT);
        timeout
    }
}
