//! How long the calling thread was ready to run and had no core, as Linux counts it.

use std::time::Duration;

/// From a moment on.
pub struct Waiting {
    begin: u64,
}

impl Waiting {
    pub fn begin() -> Self {
        Self { begin: waited() }
    }

    pub fn so_far(&self) -> Duration {
        Duration::from_nanos(waited() - self.begin)
    }
}

/// Nanoseconds since the thread was started: the second number of three.
///
/// Zero where the kernel does not count it, and then no run is taken for disturbed.
fn waited() -> u64 {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|text| text.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0)
}
