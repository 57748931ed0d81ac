//! How much may be published.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::metrics::RATE_LIMIT;

const WINDOW: Duration = Duration::from_secs(1);

/// Admits so many events in each second.
pub(crate) struct Limiter {
    limit: u32,
    window: Mutex<Window>,
}

struct Window {
    start: Instant,
    admitted: u32,
}

impl Limiter {
    pub(crate) fn new(limit: u32) -> Self {
        let window = Window {
            start: Instant::now(),
            admitted: 0,
        };
        Self {
            limit,
            window: Mutex::new(window),
        }
    }

    /// Whether one more event is within the limit.
    pub(crate) fn admit(&self) -> bool {
        RATE_LIMIT.rate_limit_checks_total.inc();
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        if window.start.elapsed() >= WINDOW {
            *window = Window {
                start: Instant::now(),
                admitted: 0,
            };
        }
        let admitted = window.admitted < self.limit;
        match admitted {
            true => window.admitted += 1,
            false => RATE_LIMIT.rate_limit_triggered_total.inc(),
        }
        admitted
    }
}
