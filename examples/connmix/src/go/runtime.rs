//! A simulated Go runtime: it allocates at a steady rate, and collects garbage whenever its heap has grown enough.
//!
//! The sizes are of the order of the document's samples, and their sums agree as Go's do.

use std::collections::VecDeque;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// What the program seems to allocate in a second.
const BYTES_PER_SECOND: f64 = 1024.0 * 1024.0;
const OBJECT: u64 = 64;
/// What survives each collection.
const LIVE: u64 = 2 * 1024 * 1024;
pub(super) const NEXT_GC: u64 = 4 * 1024 * 1024;
/// Go remembers as many pauses.
const PAUSES: usize = 256;

pub(super) struct Runtime {
    advanced: Instant,
    stats: Stats,
    pauses: VecDeque<f64>,
}

/// What the runtime says of itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Stats {
    pub(super) allocated_bytes: u64,
    pub(super) freed_bytes: u64,
    pub(super) last_gc_time: f64,
    pub(super) collections: u64,
    pub(super) paused_seconds: f64,
    /// Least, quartiles and greatest of the last pauses.
    pub(super) pause_quantiles: [f64; 5],
}

impl Stats {
    pub(super) fn heap_bytes(&self) -> u64 {
        self.allocated_bytes - self.freed_bytes
    }

    pub(super) fn mallocs(&self) -> u64 {
        self.allocated_bytes / OBJECT
    }

    pub(super) fn frees(&self) -> u64 {
        self.freed_bytes / OBJECT
    }
}

impl Runtime {
    pub(super) fn start() -> Self {
        let stats = Stats {
            allocated_bytes: LIVE,
            ..Stats::default()
        };
        Self {
            advanced: Instant::now(),
            stats,
            pauses: VecDeque::new(),
        }
    }

    /// Catches up with the time that has passed.
    pub(super) fn read(&mut self) -> Stats {
        let passed = self.advanced.elapsed();
        self.advanced += passed;
        let mut to_allocate = (passed.as_secs_f64() * BYTES_PER_SECOND) as u64;
        while to_allocate > 0 {
            let allocated = to_allocate.min(NEXT_GC - self.stats.heap_bytes());
            to_allocate -= allocated;
            self.stats.allocated_bytes += allocated;
            if self.stats.heap_bytes() == NEXT_GC {
                self.collect();
            }
        }
        self.stats.clone()
    }

    fn collect(&mut self) {
        let stats = &mut self.stats;
        stats.freed_bytes += NEXT_GC - LIVE;
        stats.collections += 1;
        // Scattered from 20 µs to 500 µs.
        let pause = (20 + stats.collections * 7919 % 480) as f64 / 1e6;
        stats.paused_seconds += pause;
        // A clock before 1970 is not worth an error.
        let now = SystemTime::now().duration_since(UNIX_EPOCH);
        stats.last_gc_time = now.unwrap_or_default().as_secs_f64();
        if self.pauses.len() == PAUSES {
            self.pauses.pop_front();
        }
        self.pauses.push_back(pause);
        let mut sorted: Vec<_> = self.pauses.iter().copied().collect();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len() - 1;
        stats.pause_quantiles = [0, 1, 2, 3, 4].map(|quarter| sorted[last * quarter / 4]);
    }
}
