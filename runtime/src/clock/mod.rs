//! The clock of timers and of instrumented functions: the cheapest one that can be trusted.
//!
//! # Problem
//! Timing a call takes two readings. Of the system's monotonic clock they cost about 45 ns, of the processor's time stamp
//! counter less than half of that; but the counter counts in a unit of its own, and may jump or differ between processors.
//!
//! # Idea
//! Whether it does is what the kernel watches all the time: Linux names `tsc` as its clock source only while the counter is
//! constant and the same on all processors. Only then it is used. Its rate is learnt without waiting for it: the first reading
//! of a process notes counter and system clock, the first one [`BASE`] later notes them again, and the ratio is the rate. Until
//! then, and wherever the counter is not trusted or there is none, a moment is a moment of the system clock.
//!
//! # Costs
//! The first reading of a process reads a file of a few bytes. A rate learnt over `BASE` is right to some 10 in a million,
//! and does not follow later corrections of the system clock. A counter that went back (a suspended machine) gives 0.

#[cfg(all(target_arch = "x86_64", target_os = "linux", not(miri)))]
mod tsc;

use std::sync::OnceLock;
use std::time::Instant;

/// Nanoseconds since the first reading of the process, for what has an age.
#[inline]
pub(crate) fn uptime_nanos() -> u64 {
    let nanos = counter::uptime_nanos().unwrap_or_else(uptime_while_learning);
    #[cfg(test)]
    let nanos = nanos + tests::ADVANCED.get();
    nanos
}

#[cold]
fn uptime_while_learning() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    let now = Instant::now();
    // If the counter takes over later, it goes on from the same start.
    let start = counter::learn(now).unwrap_or_else(|| *START.get_or_init(|| now));
    now.saturating_duration_since(start).as_nanos() as u64
}

/// The same in whole seconds.
pub(crate) fn uptime_seconds() -> u32 {
    (uptime_nanos() / 1_000_000_000) as u32
}

/// Moves [`uptime_nanos`] of the calling thread forward.
#[cfg(all(test, feature = "summary"))]
pub(crate) fn advance(by: std::time::Duration) {
    tests::ADVANCED.set(tests::ADVANCED.get() + by.as_nanos() as u64);
}

/// A moment to measure from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment(Reading);

#[derive(Clone, Copy, Debug)]
enum Reading {
    Counter(u64),
    System(Instant),
}

impl Moment {
    #[inline(always)]
    pub(crate) fn now() -> Self {
        if counter::is_ready() {
            Self(Reading::Counter(counter::read()))
        } else {
            Self::now_while_learning()
        }
    }

    #[cold]
    fn now_while_learning() -> Self {
        let now = Instant::now();
        counter::learn(now);
        Self(Reading::System(now))
    }

    /// Nanoseconds since then.
    #[inline(always)]
    pub(crate) fn elapsed_nanos(self) -> u64 {
        match self.0 {
            Reading::Counter(start) => counter::nanos(counter::read().saturating_sub(start)),
            Reading::System(start) => u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX),
        }
    }
}

#[cfg(all(target_arch = "x86_64", target_os = "linux", not(miri)))]
mod counter {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    pub(super) use super::tsc::read;

    /// How far apart the two readings are that the rate is learnt from.
    const BASE: Duration = Duration::from_millis(10);

    /// Bits behind the point of a rate.
    const FRACTION: u32 = 32;

    /// Nanoseconds for one tick, 0 while that is not known.
    static RATE: AtomicU64 = AtomicU64::new(0);

    /// Where learning started; `None` if the counter is not to be trusted.
    static FIRST: OnceLock<Option<Pair>> = OnceLock::new();

    /// Both clocks at one moment.
    struct Pair {
        counter: u64,
        system: Instant,
    }

    impl Pair {
        fn read() -> Self {
            // The thread may be stopped between the readings: the closest of several attempts is the one to keep.
            let attempt = || {
                let before = read();
                let system = Instant::now();
                let width = read().saturating_sub(before);
                let counter = before + width / 2;
                (width, Self { counter, system })
            };
            let mut best = attempt();
            for _ in 0..8 {
                let next = attempt();
                if next.0 < best.0 {
                    best = next;
                }
            }
            best.1
        }
    }

    #[inline(always)]
    pub(super) fn is_ready() -> bool {
        RATE.load(Ordering::Relaxed) != 0
    }

    #[inline(always)]
    pub(super) fn nanos(ticks: u64) -> u64 {
        let nanos = u128::from(ticks) * u128::from(RATE.load(Ordering::Relaxed));
        (nanos >> FRACTION) as u64
    }

    /// Of the counter, once its rate is known.
    #[inline]
    pub(super) fn uptime_nanos() -> Option<u64> {
        if !is_ready() {
            return None;
        }
        let first = FIRST.get()?.as_ref()?;
        Some(nanos(read().saturating_sub(first.counter)))
    }

    /// The moment from which it learns, if the counter is to be trusted.
    pub(super) fn learn(now: Instant) -> Option<Instant> {
        let first = FIRST.get_or_init(|| is_trusted().then(Pair::read));
        let first = first.as_ref()?;
        if now.saturating_duration_since(first.system) >= BASE {
            let second = Pair::read();
            let nanos = second.system.duration_since(first.system).as_nanos();
            let ticks = u128::from(second.counter.saturating_sub(first.counter));
            let rate = (nanos << FRACTION).checked_div(ticks).unwrap_or(0);
            // A rate that does not fit is none.
            RATE.store(u64::try_from(rate).unwrap_or(0), Ordering::Relaxed);
        }
        Some(first.system)
    }

    /// Whether the kernel itself keeps time by the counter.
    fn is_trusted() -> bool {
        let file = "/sys/devices/system/clocksource/clocksource0/current_clocksource";
        std::fs::read_to_string(file).is_ok_and(|source| source.trim_ascii_end() == "tsc")
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux", not(miri))))]
mod counter {
    //! No counter that is known to be trusted.

    pub(super) fn is_ready() -> bool {
        false
    }

    pub(super) fn read() -> u64 {
        0
    }

    pub(super) fn nanos(ticks: u64) -> u64 {
        ticks
    }

    pub(super) fn uptime_nanos() -> Option<u64> {
        None
    }

    pub(super) fn learn(_: std::time::Instant) -> Option<std::time::Instant> {
        None
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    use super::{Moment, Reading, uptime_nanos};

    thread_local! {
        /// By how much this thread's tests are ahead of the time.
        pub(super) static ADVANCED: Cell<u64> = const { Cell::new(0) };
    }

    /// Reads the clock until the rate of the counter is known, if there is one.
    fn learnt() -> Moment {
        let deadline = Instant::now() + Duration::from_millis(50);
        loop {
            let now = Moment::now();
            if matches!(now.0, Reading::Counter(_)) || Instant::now() > deadline {
                return now;
            }
        }
    }

    #[test]
    fn agrees_with_the_system_clock() {
        learnt();
        let outer = Instant::now();
        let moment = Moment::now();
        let inner = Instant::now();
        while inner.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        let at_least = inner.elapsed();
        let measured = Duration::from_nanos(moment.elapsed_nanos());
        let at_most = outer.elapsed();
        let tolerance = at_most / 1_000;
        assert!(
            measured + tolerance >= at_least,
            "{measured:?} < {at_least:?}"
        );
        assert!(
            measured <= at_most + tolerance,
            "{measured:?} > {at_most:?}"
        );
    }

    #[test]
    fn uptime_goes_on_evenly_while_the_rate_is_learnt() {
        let outer = Instant::now();
        let first = uptime_nanos();
        let inner = Instant::now();
        let mut last = first;
        while inner.elapsed() < Duration::from_millis(30) {
            let now = uptime_nanos();
            // Where one clock takes over from the other: microseconds, and more on a machine that is busy.
            assert!(now + 1_000_000 >= last, "{last} then {now}");
            last = now;
        }
        let at_least = inner.elapsed();
        let measured = Duration::from_nanos(uptime_nanos() - first);
        let at_most = outer.elapsed();
        let tolerance = Duration::from_millis(1);
        assert!(
            measured + tolerance >= at_least,
            "{measured:?} < {at_least:?}"
        );
        assert!(
            measured <= at_most + tolerance,
            "{measured:?} > {at_most:?}"
        );
    }

    #[test]
    fn never_goes_back() {
        let start = learnt();
        let mut last = 0;
        for _ in 0..10_000 {
            let now = start.elapsed_nanos();
            assert!(now >= last);
            last = now;
        }
    }

    #[test]
    fn a_moment_in_the_future_is_no_time_ago() {
        let future = match learnt().0 {
            Reading::Counter(now) => Reading::Counter(now + u64::MAX / 4),
            Reading::System(now) => Reading::System(now + Duration::from_secs(60)),
        };
        assert_eq!(Moment(future).elapsed_nanos(), 0);
    }
}
