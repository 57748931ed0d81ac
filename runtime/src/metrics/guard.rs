//! Guards that record when they are dropped: on return, `?`, panic and cancellation alike.

use std::time::Duration;

use super::histogram::{Histogram, Observation};
use crate::clock::Moment;

/// Observes the time since it was started when it is dropped. From [`Histogram::start_timer`].
#[must_use = "a timer that is dropped at once measures nothing"]
#[derive(Debug)]
pub struct Timer<V: Observation> {
    histogram: Option<Histogram<V>>,
    start: Moment,
}

impl<V: Observation> Timer<V> {
    #[inline]
    pub(super) fn start(histogram: Histogram<V>) -> Self {
        Self {
            histogram: Some(histogram),
            start: Moment::now(),
        }
    }

    /// Observes now, and returns what was observed.
    pub fn stop(mut self) -> Duration {
        Duration::from_nanos(self.observe())
    }

    /// Ends the timer without observing.
    pub fn discard(mut self) {
        self.histogram = None;
    }

    #[inline]
    fn observe(&mut self) -> u64 {
        let nanos = self.start.elapsed_nanos();
        if let Some(histogram) = self.histogram.take() {
            histogram.observe_elapsed(nanos);
        }
        nanos
    }
}

impl<V: Observation> Drop for Timer<V> {
    #[inline]
    fn drop(&mut self) {
        self.observe();
    }
}

/// Counts as one while it lives. From `in_flight` of [`Gauge`](crate::Gauge) and [`UpDownGauge`](crate::UpDownGauge).
#[must_use = "the gauge goes down again as soon as the guard is dropped"]
#[derive(Debug)]
pub struct InFlightGuard<G: Copy> {
    gauge: G,
    leave: fn(G),
}

impl<G: Copy> InFlightGuard<G> {
    pub(super) fn new(gauge: G, enter: fn(G), leave: fn(G)) -> Self {
        enter(gauge);
        Self { gauge, leave }
    }
}

impl<G: Copy> Drop for InFlightGuard<G> {
    fn drop(&mut self) {
        (self.leave)(self.gauge);
    }
}
