//! The foreign part of both nodes' metrics: the 27 families of the Go runtime and the two of its scrape handler, to the letter.
//!
//! The real CONNMIX is written in Go and serves what Go's client library says of the process. This one is not, so there is a
//! simulated runtime to ask (`runtime.rs`), and it is asked as any foreign library is: by a hook, once for each scrape. What a
//! process in any language has is real: its threads, its tasks in place of goroutines, its scrapes.
//!
//! Both nodes have families of the same names (CX-12), so each has an instance of its own.

mod runtime;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metricset::{
    Counter, Family, Gauge, LabelEnum, LabelSet, MetricSet, Observed, RegisterError, Registry,
    Summary, SummaryReading,
};
use tokio::runtime::Handle;

use runtime::{NEXT_GC, Runtime, Stats};

/// The Go runtime.
// CX-10: `memstats_alloc_bytes` and `memstats_alloc_bytes_total` are two families in text. In OpenMetrics they would be of one
// name, so the library serves the second there under all of its name, as `unknown`.
#[derive(Clone, Copy, MetricSet)]
#[metrics(prefix = "go", register = false)]
struct GoMetrics {
    /// A summary of the pause duration of garbage collection cycles.
    // CX-07: the extremes of the last 256 pauses.
    #[metric(quantiles = [0, 0.25, 0.5, 0.75, 1])]
    gc_duration_seconds: Observed<Summary>,
    /// Number of goroutines that currently exist.
    goroutines: Gauge,
    /// Information about the Go environment.
    // CX-11: an info that is typed as a gauge.
    #[metric(max_series = 1, allow(reserved_suffix))]
    info: Family<Environment<'static>, Gauge>,
    /// Number of bytes allocated and still in use.
    memstats_alloc_bytes: Gauge,
    /// Total number of bytes allocated, even if freed.
    memstats_alloc_bytes_total: Observed<Counter>,
    /// Number of bytes used by the profiling bucket hash table.
    memstats_buck_hash_sys_bytes: Gauge,
    /// Total number of frees.
    memstats_frees_total: Observed<Counter>,
    /// Number of bytes used for garbage collection system metadata.
    memstats_gc_sys_bytes: Gauge,
    /// Number of heap bytes allocated and still in use.
    memstats_heap_alloc_bytes: Gauge,
    /// Number of heap bytes waiting to be used.
    memstats_heap_idle_bytes: Gauge,
    /// Number of heap bytes that are in use.
    memstats_heap_inuse_bytes: Gauge,
    /// Number of allocated objects.
    memstats_heap_objects: Gauge,
    /// Number of heap bytes released to OS.
    memstats_heap_released_bytes: Gauge,
    /// Number of heap bytes obtained from system.
    memstats_heap_sys_bytes: Gauge,
    /// Number of seconds since 1970 of last garbage collection.
    memstats_last_gc_time_seconds: Gauge<f64>,
    /// Total number of pointer lookups.
    memstats_lookups_total: Observed<Counter>,
    /// Total number of mallocs.
    memstats_mallocs_total: Observed<Counter>,
    /// Number of bytes in use by mcache structures.
    memstats_mcache_inuse_bytes: Gauge,
    /// Number of bytes used for mcache structures obtained from system.
    memstats_mcache_sys_bytes: Gauge,
    /// Number of bytes in use by mspan structures.
    memstats_mspan_inuse_bytes: Gauge,
    /// Number of bytes used for mspan structures obtained from system.
    memstats_mspan_sys_bytes: Gauge,
    /// Number of heap bytes when next garbage collection will take place.
    memstats_next_gc_bytes: Gauge,
    /// Number of bytes used for other system allocations.
    memstats_other_sys_bytes: Gauge,
    /// Number of bytes in use by the stack allocator.
    memstats_stack_inuse_bytes: Gauge,
    /// Number of bytes obtained from system for stack allocator.
    memstats_stack_sys_bytes: Gauge,
    /// Number of bytes obtained from system.
    memstats_sys_bytes: Gauge,
    /// Number of OS threads created.
    threads: Gauge,
}

#[derive(LabelSet)]
struct Environment<'a> {
    version: &'a str,
}

/// The scrape handler.
#[derive(Clone, Copy, MetricSet)]
#[metrics(prefix = "promhttp_metric_handler", register = false)]
struct HandlerMetrics {
    /// Current number of scrapes being served.
    requests_in_flight: Gauge,
    /// Total number of scrapes by HTTP status code.
    requests_total: Family<Answer, Counter>,
}

#[derive(LabelSet)]
struct Answer {
    code: Code,
}

#[derive(Clone, Copy, LabelEnum)]
enum Code {
    #[label(rename = "200")]
    Ok,
    #[label(rename = "500")]
    Failed,
    #[label(rename = "503")]
    Unavailable,
}

// What a small Go program takes and gives back to nobody.
const HEAP_SYS: u64 = 12 * 1024 * 1024;
const STACK: u64 = 960 * 1024;
const MSPAN_SYS: u64 = 144 * 1024;
const MCACHE_SYS: u64 = 16 * 1024;
const BUCK_HASH_SYS: u64 = 4819;
const GC_SYS: u64 = 5 * 1024 * 1024;
const OTHER_SYS: u64 = 1_386_173;
const SYS: u64 = HEAP_SYS + STACK + MSPAN_SYS + MCACHE_SYS + BUCK_HASH_SYS + GC_SYS + OTHER_SYS;
/// Go's heap is in use by pages.
const PAGE: u64 = 8 * 1024;

/// Starts a runtime and lets a registry ask it.
///
/// # Errors
/// If the registry has families of these names.
pub(crate) fn register(registry: &Registry) -> Result<(), RegisterError> {
    let mut runtime = Runtime::start();
    let latest = Arc::new(Mutex::new(runtime.read()));
    let (shared, runtime, tasks) = (latest.clone(), Mutex::new(runtime), Handle::current());
    let go: GoMetrics = registry
        .set()
        .refresh(move |go: &GoMetrics| {
            let stats = lock(&runtime).read();
            go.show(&stats);
            go.show_process(&tasks);
            *lock(&shared) = stats;
        })
        .register()?;
    let counter = |of: fn(&Stats) -> u64| {
        let latest = latest.clone();
        move || of(&lock(&latest))
    };
    go.memstats_alloc_bytes_total
        .read_with(counter(|stats| stats.allocated_bytes));
    go.memstats_mallocs_total.read_with(counter(Stats::mallocs));
    go.memstats_frees_total.read_with(counter(Stats::frees));
    // Go has stopped counting them.
    go.memstats_lookups_total.read_with(|| 0_u64);
    go.gc_duration_seconds.read_with(move || {
        let stats = lock(&latest);
        SummaryReading {
            quantiles: stats.pause_quantiles.to_vec(),
            sum: stats.paused_seconds,
            count: stats.collections,
        }
    });

    registry
        .set::<HandlerMetrics>()
        .refresh(|handler| {
            // The scrape that asks.
            handler.requests_in_flight.set(1);
            handler.requests_total.with(Answer { code: Code::Ok }).inc();
        })
        .register()?;
    Ok(())
}

impl GoMetrics {
    fn show(&self, stats: &Stats) {
        let heap = stats.heap_bytes();
        let in_use = heap.next_multiple_of(PAGE);
        for (gauge, value) in [
            (self.memstats_alloc_bytes, heap),
            (self.memstats_heap_alloc_bytes, heap),
            (self.memstats_heap_inuse_bytes, in_use),
            (self.memstats_heap_idle_bytes, HEAP_SYS - in_use),
            (self.memstats_heap_released_bytes, HEAP_SYS - NEXT_GC),
            (self.memstats_heap_sys_bytes, HEAP_SYS),
            (self.memstats_heap_objects, stats.mallocs() - stats.frees()),
            (self.memstats_next_gc_bytes, NEXT_GC),
            (self.memstats_stack_inuse_bytes, STACK),
            (self.memstats_stack_sys_bytes, STACK),
            (self.memstats_mspan_inuse_bytes, MSPAN_SYS - PAGE),
            (self.memstats_mspan_sys_bytes, MSPAN_SYS),
            (self.memstats_mcache_inuse_bytes, MCACHE_SYS - PAGE),
            (self.memstats_mcache_sys_bytes, MCACHE_SYS),
            (self.memstats_buck_hash_sys_bytes, BUCK_HASH_SYS),
            (self.memstats_gc_sys_bytes, GC_SYS),
            (self.memstats_other_sys_bytes, OTHER_SYS),
            (self.memstats_sys_bytes, SYS),
        ] {
            gauge.set(value as i64);
        }
        self.memstats_last_gc_time_seconds.set(stats.last_gc_time);
        let version = "go1.17.5";
        self.info.with(Environment { version }).set(1);
    }

    /// What is real.
    fn show_process(&self, tasks: &Handle) {
        let metrics = tasks.metrics();
        self.goroutines.set(metrics.num_alive_tasks() as i64);
        self.threads.set(metrics.num_workers() as i64);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
