//! Guards that record when they are dropped: on return, `?`, panic and cancellation alike.

use std::time::Duration;

use crate::clock::Moment;

/// What a [`Timer`] observes into: [`Histogram`](crate::Histogram) or [`Summary`](crate::Summary).
pub trait Timed: super::private::Sealed + Copy {
    #[doc(hidden)]
    fn observe_elapsed(self, nanos: u64);
}

/// Observes the time since it was started when it is dropped. From `start_timer` of [`Histogram`](crate::Histogram) and
/// [`Summary`](crate::Summary).
#[must_use = "a timer that is dropped at once measures nothing"]
#[derive(Debug)]
pub struct Timer<M: Timed> {
    metric: Option<M>,
    start: Moment,
}

impl<M: Timed> Timer<M> {
    #[inline]
    pub(super) fn start(metric: M) -> Self {
        Self {
            metric: Some(metric),
            start: Moment::now(),
        }
    }

    /// Observes now, and returns what was observed.
    pub fn stop(mut self) -> Duration {
        Duration::from_nanos(self.observe())
    }

    /// Ends the timer without observing.
    pub fn discard(mut self) {
        self.metric = None;
    }

    #[inline]
    fn observe(&mut self) -> u64 {
        let nanos = self.start.elapsed_nanos();
        if let Some(metric) = self.metric.take() {
            metric.observe_elapsed(nanos);
        }
        nanos
    }
}

impl<M: Timed> Drop for Timer<M> {
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
