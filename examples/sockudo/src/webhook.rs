//! Webhooks: another server is told when a channel is occupied or vacated, at once or through a queue.

use std::error::Error;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::header::{CONTENT_TYPE, HOST};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use metricset::{InFlightGuard, UpDownGauge};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::metrics::{DRIVERS, QueueMetrics, WEBHOOKS};

/// The receiver has as long to answer.
const LIMIT: Duration = Duration::from_secs(5);
/// Jobs that may wait; beyond, webhooks fail at once.
const QUEUE_CAPACITY: usize = 10_000;

/// Where webhooks go.
pub(crate) enum Webhooks {
    Off,
    Direct(Uri),
    Queued(mpsc::Sender<Job>, QueueMetrics),
}

/// A webhook in the queue, counted until it is dropped.
pub(crate) struct Job {
    body: String,
    _active: InFlightGuard<UpDownGauge>,
}

impl Webhooks {
    /// Starts the worker if there is to be a queue.
    pub(crate) fn start(url: Option<Uri>, queue: bool) -> Self {
        if queue {
            DRIVERS.queue.enable();
        }
        match (url, DRIVERS.queue.get()) {
            (None, _) => Self::Off,
            (Some(url), None) => Self::Direct(url),
            (Some(url), Some(metrics)) => {
                let (sender, jobs) = mpsc::channel(QUEUE_CAPACITY);
                tokio::spawn(work(url, jobs, *metrics));
                Self::Queued(sender, *metrics)
            }
        }
    }

    /// Tells the receiver of an event.
    pub(crate) fn send(&self, event: &str, channel: &str) {
        let event = serde_json::json!({ "events": [{ "name": event, "channel": channel }] });
        let body = event.to_string();
        match self {
            Self::Off => {}
            Self::Direct(url) => {
                let url = url.clone();
                // Counted there.
                tokio::spawn(async move { deliver(&url, body).await });
            }
            Self::Queued(jobs, metrics) => {
                let job = Job {
                    body,
                    _active: metrics.queue_active_jobs.in_flight(),
                };
                if jobs.try_send(job).is_err() {
                    metrics.queue_jobs_failed_total.inc();
                }
            }
        }
    }
}

async fn work(url: Uri, mut jobs: mpsc::Receiver<Job>, metrics: QueueMetrics) {
    while let Some(job) = jobs.recv().await {
        let _duration = metrics.queue_job_duration_seconds.start_timer();
        match deliver(&url, job.body).await {
            true => metrics.queue_jobs_processed_total.inc(),
            false => metrics.queue_jobs_failed_total.inc(),
        }
    }
}

/// Whether the receiver took it.
async fn deliver(url: &Uri, body: String) -> bool {
    let _duration = WEBHOOKS.webhook_duration_seconds.start_timer();
    let failure = match timeout(LIMIT, post(url, body)).await {
        Ok(Ok(())) => {
            WEBHOOKS.webhooks_sent_total.inc();
            return true;
        }
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {LIMIT:?}"),
    };
    WEBHOOKS.webhooks_failed_total.inc();
    eprintln!("webhook: {failure}");
    false
}

async fn post(url: &Uri, body: String) -> Result<(), Box<dyn Error + Send + Sync>> {
    let host = url.host().unwrap_or_default();
    // Of an IPv6 address, without its brackets.
    let address = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((address, url.port_u16().unwrap_or(80))).await?;
    let (mut client, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    let path = url.path_and_query().map_or("/", |path| path.as_str());
    let request = Request::post(path)
        .header(HOST, url.authority().map_or(host, |name| name.as_str()))
        .header(CONTENT_TYPE, "application/json")
        .body(Full::new(Bytes::from(body)))?;
    let response = client.send_request(request).await?;
    match response.status() {
        status if status.is_success() => Ok(()),
        status => Err(format!("answered with {status}").into()),
    }
}
