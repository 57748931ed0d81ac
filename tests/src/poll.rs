//! Waiting for what other processes do.

use std::thread;
use std::time::{Duration, Instant};

/// A generous multiple of what a busy machine with two cores needs.
const DEADLINE: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(100);

/// Tries until it succeeds.
///
/// # Panics
/// At the deadline, with the last error.
pub fn eventually<T>(what: &str, mut attempt: impl FnMut() -> Result<T, String>) -> T {
    let start = Instant::now();
    loop {
        match attempt() {
            Ok(value) => return value,
            Err(error) if start.elapsed() > DEADLINE => {
                panic!("{what}: not within {DEADLINE:?}: {error}")
            }
            Err(_) => thread::park_timeout(PAUSE),
        }
    }
}
