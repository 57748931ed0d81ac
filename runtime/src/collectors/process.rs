//! The process as the operating system sees it, under the names that all client libraries of Prometheus use.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use metrics_process::collector::{Metrics, collect};

use crate::{Counter, Gauge, MetricSet, Observed, RegisterError, Registry};

/// The process.
#[derive(MetricSet)]
#[metrics(prefix = "process", register = false, crate = crate)]
struct ProcessMetrics {
    /// Total user and system CPU time spent in seconds.
    cpu_seconds_total: Observed<Counter<f64>>,
    /// Number of open file descriptors.
    open_fds: Observed<Gauge>,
    /// Maximum number of open file descriptors.
    max_fds: Observed<Gauge>,
    /// Virtual memory size in bytes.
    virtual_memory_bytes: Observed<Gauge>,
    /// Maximum amount of virtual memory available in bytes.
    virtual_memory_max_bytes: Observed<Gauge>,
    /// Resident memory size in bytes.
    resident_memory_bytes: Observed<Gauge>,
    /// Start time of the process since unix epoch in seconds.
    start_time_seconds: Observed<Gauge>,
    /// Number of OS threads in the process.
    threads: Observed<Gauge>,
}

impl Registry {
    /// Adds the process collector: `process_cpu_seconds_total`, `process_open_fds`, `process_max_fds`,
    /// `process_virtual_memory_bytes`, `process_virtual_memory_max_bytes`, `process_resident_memory_bytes`,
    /// `process_start_time_seconds` and `process_threads`, read once for each scrape.
    ///
    /// What the operating system does not tell, or does not limit, is left out. The feature `process` compiles on Linux, macOS,
    /// Windows, FreeBSD and OpenBSD.
    ///
    /// # Errors
    /// If a family of the registry has one of the names, as after a second call.
    ///
    /// ```
    /// use metricset::Registry;
    /// use metricset::encode::{Format, encode};
    ///
    /// let registry = Registry::linked()?;
    /// registry.register_process()?;
    ///
    /// let mut exposition = String::new();
    /// encode(&registry, Format::PrometheusText, &mut exposition);
    /// assert!(exposition.contains("\nprocess_cpu_seconds_total "));
    /// # Ok::<(), metricset::RegisterError>(())
    /// ```
    pub fn register_process(&self) -> Result<(), RegisterError> {
        let process = Arc::new(Mutex::new(Metrics::default()));
        let refreshed = Arc::clone(&process);
        let set: ProcessMetrics = self
            .set()
            .refresh(move |_| *lock(&refreshed) = collect())
            .register()?;
        let gauge = |metric: Observed<Gauge>, value: fn(&Metrics) -> Option<u64>| {
            let process = Arc::clone(&process);
            metric.try_read_with(move || value(&lock(&process))?.try_into().ok());
        };
        gauge(set.open_fds, |process| process.open_fds);
        gauge(set.max_fds, |process| limit(process.max_fds));
        gauge(set.virtual_memory_bytes, |process| {
            process.virtual_memory_bytes
        });
        gauge(set.virtual_memory_max_bytes, |process| {
            limit(process.virtual_memory_max_bytes)
        });
        gauge(set.resident_memory_bytes, |process| {
            process.resident_memory_bytes
        });
        gauge(set.start_time_seconds, |process| process.start_time_seconds);
        gauge(set.threads, |process| process.threads);
        set.cpu_seconds_total
            .try_read_with(move || lock(&process).cpu_seconds_total);
        Ok(())
    }
}

/// The crate says 0 where there is no limit.
fn limit(value: Option<u64>) -> Option<u64> {
    value.filter(|limit| *limit != 0)
}

fn lock(process: &Mutex<Metrics>) -> MutexGuard<'_, Metrics> {
    process.lock().unwrap_or_else(PoisonError::into_inner)
}
