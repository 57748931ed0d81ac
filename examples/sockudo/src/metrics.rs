//! The documented catalogue, as declarations: names and help are the document's list, to the letter.
//!
//! The document's list has neither types nor labels (SK-08, SK-09): five families say that they are histograms, a sample of
//! the output shows some labels, and the rest is read from the wording. Where the document contradicts itself or leaves
//! something open, the reading taken here is named by its id (`SK-…`) in `checks/tests/catalogues/sockudo.toml`. `instance`, which
//! the document wants as a label, is added by the scrape (SK-22).

use std::time::Duration;

use metricset::{
    Counter, Family, Histogram, LabelEnum, LabelSet, MetricSet, Optional, UpDownGauge,
};

pub(crate) static CONNECTIONS: ConnectionMetrics = ConnectionMetrics::global();
pub(crate) static MESSAGES: MessageMetrics = MessageMetrics::global();
pub(crate) static HTTP: HttpMetrics = HttpMetrics::global();
pub(crate) static CHANNELS: ChannelMetrics = ChannelMetrics::global();
pub(crate) static RATE_LIMIT: RateLimitMetrics = RateLimitMetrics::global();
pub(crate) static DRIVERS: DriverMetrics = DriverMetrics::global();
pub(crate) static WEBHOOKS: WebhookMetrics = WebhookMetrics::global();
pub(crate) static CACHE: CacheMetrics = CacheMetrics::global();
pub(crate) static ADAPTER: AdapterMetrics = AdapterMetrics::global();

/// The documented prefix, which the configuration may replace.
pub(crate) const PREFIX: &str = "sockudo";

/// Connections of clients.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct ConnectionMetrics {
    /// Current number of active WebSocket connections
    // SK-07: the labels are those of the sample. SK-14: where the help differs, that of the list.
    pub(crate) active_connections: Family<AppLabel<'static>, UpDownGauge>,
    /// Total number of WebSocket connections established
    // SK-10: a published name.
    #[metric(allow(counter_without_total))]
    pub(crate) total_connections: Counter,
    /// Total number of connection errors
    pub(crate) connection_errors_total: Counter,
    /// Active connections per application
    // SK-11: the same number as the first, in the same place.
    pub(crate) connections_per_app: Family<AppLabel<'static>, UpDownGauge>,
}

/// Apps are listed in the configuration, so there are few.
#[derive(LabelSet)]
pub(crate) struct AppLabel<'a> {
    pub(crate) app_id: &'a str,
}

/// Messages from and to clients.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct MessageMetrics {
    /// Total number of messages sent by the server
    pub(crate) messages_sent_total: Family<Sent<'static>, Counter>,
    /// Total number of messages received from clients
    pub(crate) messages_received_total: Counter,
    /// Total number of client events processed
    pub(crate) client_events_total: Counter,
    /// Total number of messages broadcast to channels
    pub(crate) broadcast_messages_total: Counter,
}

#[derive(LabelSet)]
pub(crate) struct Sent<'a> {
    pub(crate) app_id: &'a str,
    pub(crate) channel_type: ChannelType,
}

/// The sample shows `public` only.
#[derive(Clone, Copy, Debug, LabelEnum)]
pub(crate) enum ChannelType {
    Public,
    Private,
    Presence,
    Cache,
    /// Messages to one client that belong to no channel.
    None,
}

/// The API that publishes.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct HttpMetrics {
    /// Total number of HTTP API requests
    // SK-01: the label that the query and the alert on the error rate select by.
    pub(crate) http_requests_total: Family<Answer, Counter>,
    /// HTTP request duration histogram
    // SK-04: `SockudoHighLatency` asks for a quantile above 1 s, the largest bound of the sample, and a quantile is never
    // above the largest finite bound.
    #[metric(buckets = [0.1, 0.5, 1.0, 2.5, 5.0, 10.0])]
    pub(crate) http_request_duration_seconds: Family<Request, Histogram<Duration>>,
    /// HTTP response size histogram
    #[metric(buckets = [16, 64, 256, 1024, 4096, 16384, 65536])]
    pub(crate) http_response_size_bytes: Histogram,
}

#[derive(LabelSet)]
pub(crate) struct Answer {
    pub(crate) status: Status,
}

/// Everything that the API answers: each has its series from the start, so that a first error shows in a rate.
#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Status {
    #[label(rename = "200")]
    Ok,
    #[label(rename = "400")]
    BadRequest,
    #[label(rename = "404")]
    NotFound,
    #[label(rename = "405")]
    MethodNotAllowed,
    #[label(rename = "408")]
    RequestTimeout,
    #[label(rename = "413")]
    TooLarge,
    #[label(rename = "429")]
    TooManyRequests,
    #[label(rename = "501")]
    NotImplemented,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) endpoint: Endpoint,
}

/// What a client writes into a request must not decide how many series there are.
#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Method {
    #[label(rename = "GET")]
    Get,
    #[label(rename = "POST")]
    Post,
    #[label(other)]
    Other,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Endpoint {
    #[label(rename = "/events")]
    Events,
    #[label(rename = "/batch_events")]
    BatchEvents,
    #[label(rename = "/channels")]
    Channels,
    #[label(other)]
    Other,
}

/// Channels and who listens to them.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct ChannelMetrics {
    /// Current number of active channels
    pub(crate) active_channels: UpDownGauge,
    /// Total number of channel subscriptions
    pub(crate) channel_subscriptions_total: Counter,
    /// Total number of channel unsubscriptions
    pub(crate) channel_unsubscriptions_total: Counter,
    /// Current number of members in presence channels
    pub(crate) presence_members: UpDownGauge,
}

/// Limits on what clients publish.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct RateLimitMetrics {
    /// Number of times rate limits were triggered
    pub(crate) rate_limit_triggered_total: Counter,
    /// Total number of rate limit checks performed
    pub(crate) rate_limit_checks_total: Counter,
}

/// What is there only if it is switched on.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct DriverMetrics {
    // SK-17: without a queue these families are not served, so that an idle queue can be told from none.
    #[metric(nested)]
    pub(crate) queue: Optional<QueueMetrics>,
}

/// The queue of webhooks.
#[derive(Clone, Copy, MetricSet)]
#[metrics(register = false)]
pub(crate) struct QueueMetrics {
    /// Total number of queue jobs processed
    // SK-19: those that failed are not among them, so that both rates add up.
    pub(crate) queue_jobs_processed_total: Counter,
    /// Total number of failed queue jobs
    pub(crate) queue_jobs_failed_total: Counter,
    /// Current number of jobs in the queue
    // SK-18: waiting and running ones.
    pub(crate) queue_active_jobs: UpDownGauge,
    /// Queue job processing time histogram
    #[metric(buckets = REQUEST_DURATION)]
    pub(crate) queue_job_duration_seconds: Histogram<Duration>,
}

/// Webhooks: what the server tells others.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct WebhookMetrics {
    /// Total number of webhooks sent
    // SK-19: as with the queue's jobs, without those that failed.
    pub(crate) webhooks_sent_total: Counter,
    /// Total number of failed webhooks
    pub(crate) webhooks_failed_total: Counter,
    /// Webhook request duration histogram
    #[metric(buckets = REQUEST_DURATION)]
    pub(crate) webhook_duration_seconds: Histogram<Duration>,
}

/// The last events of cache channels.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct CacheMetrics {
    /// Total number of cache hits
    // SK-21: hits and misses have the same labels, none.
    pub(crate) cache_hits_total: Counter,
    /// Total number of cache misses
    pub(crate) cache_misses_total: Counter,
    /// Total number of cache operations
    // SK-20: hits, misses and what is put in.
    pub(crate) cache_operations_total: Counter,
    /// Current cache memory usage
    pub(crate) cache_memory_usage_bytes: UpDownGauge,
}

/// The adapter: who is told what.
#[derive(MetricSet)]
#[metrics(prefix = "sockudo")]
pub(crate) struct AdapterMetrics {
    /// Total number of adapter operations
    pub(crate) adapter_operations_total: Counter,
    /// Total number of adapter errors
    pub(crate) adapter_errors_total: Counter,
    /// Adapter operation latency histogram
    #[metric(buckets = OPERATION_LATENCY)]
    pub(crate) adapter_latency_seconds: Histogram<Duration>,
}

// SK-15: no bounds are documented. Requests to others cross a network and run into a time limit of five seconds; the adapter
// stays within the process.
const REQUEST_DURATION: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
const OPERATION_LATENCY: &[f64] = &[
    0.000_001, 0.000_01, 0.000_1, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0,
];
