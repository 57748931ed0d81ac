//! Work in the background: a queue, and one worker.

use std::sync::Arc;
use std::time::Duration;

use hyper::Request;
use hyper::body::Bytes;
use metricset::{InFlightGuard, LabelEnum, UpDownGauge};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{MissedTickBehavior, interval};

use crate::app::App;
use crate::metrics::{JobDone, JobType, METRICS, Outcome, PluginFetch, Waiting};

/// Every job is due once in so long.
const PERIOD: Duration = Duration::from_secs(2);
/// Jobs that wait at most.
const QUEUE: usize = 64;

const PLUGIN: &str = "badger";

/// A job, counted while it waits.
struct Job {
    job_type: JobType,
    waits: InFlightGuard<UpDownGauge>,
}

#[derive(Clone)]
pub(crate) struct Jobs(Sender<Job>);

impl Jobs {
    pub(crate) fn new() -> (Self, Worker) {
        let (sender, jobs) = channel(QUEUE);
        (Self(sender), Worker { jobs })
    }

    /// Puts a job into the queue.
    pub(crate) fn push(&self, job_type: JobType) {
        let waiting = Waiting { r#type: job_type };
        let job = Job {
            job_type,
            waits: METRICS
                .queue
                .background_queue_depth
                .with(waiting)
                .in_flight(),
        };
        if self.0.try_send(job).is_err() {
            eprintln!(
                "jobs: the queue is full, {} waits for its next turn",
                job_type.as_str()
            );
        }
    }

    /// Puts every job into the queue again and again.
    pub(crate) async fn schedule(self) {
        let mut ticks = interval(PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            for job_type in [
                JobType::CertificateRenewal,
                JobType::ConfigSync,
                JobType::PluginFetch,
                JobType::SessionCleanup,
            ] {
                self.push(job_type);
            }
        }
    }
}

pub(crate) struct Worker {
    jobs: Receiver<Job>,
}

impl Worker {
    /// Does one job after the other.
    pub(crate) async fn work(mut self, app: Arc<App>) {
        while let Some(Job { job_type, waits }) = self.jobs.recv().await {
            drop(waits);
            let status = run(&app, job_type).await;
            let done = JobDone {
                r#type: job_type,
                status,
            };
            METRICS.system.background_jobs_total.with(done).inc();
        }
    }
}

async fn run(app: &App, job_type: JobType) -> Outcome {
    match job_type {
        JobType::ConfigSync => Outcome::of(&app.traefik.sync(&app.sites)),
        JobType::PluginFetch => fetch_plugin(app).await,
        JobType::CertificateRenewal => {
            app.certificates.renew();
            Outcome::Success
        }
        JobType::SessionCleanup => {
            app.auth.expire().await;
            Outcome::Success
        }
    }
}

/// Fetches Traefik's plugin from a backend, since there is no plugin registry on loopback.
async fn fetch_plugin(app: &App) -> Outcome {
    let mut request = Request::new(Bytes::new());
    *request.uri_mut() = hyper::Uri::from_static("/plugins/badger");
    let result = match app.backends.fetch(request).await {
        Some(_) => Outcome::Success,
        None => Outcome::Failure,
    };
    let fetch = PluginFetch {
        plugin: PLUGIN,
        result,
    };
    METRICS.traefik.plugin_fetch_total.with(fetch).inc();
    result
}
