//! A tokio runtime, by those of its metrics that tokio promises to keep.

use ::tokio::runtime::Handle;

use crate::{Counter, Family, Gauge, LabelSet, MetricSet, Observed, RegisterError, Registry};

/// A tokio runtime.
#[derive(MetricSet)]
#[metrics(prefix = "tokio", register = false, crate = crate)]
struct TokioMetrics {
    /// Threads that run tasks.
    workers: Gauge,
    /// Tasks that were spawned and have not ended.
    alive_tasks: Gauge,
    /// Tasks that wait in the queue that all workers share.
    global_queue_depth: Gauge,
    /// Time that a worker ran tasks and the drivers of I/O and timers.
    worker_busy_seconds_total: Observed<Family<Worker, Counter<f64>>>,
    /// How often a worker had nothing to do and went to sleep.
    worker_parks_total: Observed<Family<Worker, Counter>>,
}

#[derive(LabelSet)]
#[label(crate = crate)]
struct Worker {
    worker: usize,
}

impl Registry {
    /// Adds the metrics of a tokio runtime: `tokio_workers`, `tokio_alive_tasks`, `tokio_global_queue_depth`, and by worker
    /// `tokio_worker_busy_seconds_total` and `tokio_worker_parks_total`.
    ///
    /// They are read at every scrape, and cost tokio nothing in between. A worker that is busy for a whole second each second is
    /// one that something blocks.
    ///
    /// # Errors
    /// If a family of the registry has one of the names, as after a second call.
    ///
    /// ```
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), metricset::RegisterError> {
    /// let registry = metricset::Registry::linked()?;
    /// registry.register_tokio(tokio::runtime::Handle::current())?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn register_tokio(&self, runtime: Handle) -> Result<(), RegisterError> {
        let metrics = runtime.metrics();
        let observed = metrics.clone();
        let set: TokioMetrics = self
            .set()
            .refresh(move |set: &TokioMetrics| {
                set.workers.set(observed.num_workers() as i64);
                set.alive_tasks.set(observed.num_alive_tasks() as i64);
                set.global_queue_depth
                    .set(observed.global_queue_depth() as i64);
            })
            .register()?;
        let observed = metrics.clone();
        set.worker_busy_seconds_total.read_with(move |series| {
            for worker in 0..observed.num_workers() {
                let busy = observed.worker_total_busy_duration(worker);
                series.push(Worker { worker }, busy.as_secs_f64());
            }
        });
        set.worker_parks_total.read_with(move |series| {
            for worker in 0..metrics.num_workers() {
                series.push(Worker { worker }, metrics.worker_park_count(worker));
            }
        });
        Ok(())
    }
}
