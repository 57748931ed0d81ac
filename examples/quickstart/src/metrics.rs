//! What is measured. A field's name is the metric's name, its doc comment is the help text.

use std::time::Duration;

use metricset::{Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, UpDownGauge};

/// Requests to the store.
#[derive(MetricSet)]
#[metrics(prefix = "quickstart")]
pub(crate) struct StoreMetrics {
    /// Requests answered, by method and status.
    pub(crate) requests_total: Family<Answer, Counter>,
    /// Time to answer a request, by method.
    #[metric(buckets = "fast_latency")]
    pub(crate) request_duration_seconds: Family<Call, Histogram<Duration>>,
    /// Requests being answered now.
    pub(crate) requests_in_flight: UpDownGauge,
    /// Bytes received in the bodies of requests.
    pub(crate) received_bytes_total: Counter,
    /// Bytes sent in the bodies of responses.
    pub(crate) sent_bytes_total: Counter,
    /// Keys in the store.
    pub(crate) keys: Gauge,
}

/// The one instance. That it is declared has registered it.
pub(crate) static METRICS: StoreMetrics = StoreMetrics::global();

#[derive(LabelSet)]
pub(crate) struct Call {
    pub(crate) method: Method,
}

#[derive(LabelSet)]
pub(crate) struct Answer {
    pub(crate) method: Method,
    pub(crate) status: Status,
}

/// A closed list: each value has its series from the start, and whatever else a client sends is one more.
#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Get,
    Put,
    Delete,
    #[label(other)]
    Other,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum Status {
    #[label(rename = "200")]
    Ok,
    #[label(rename = "204")]
    NoContent,
    #[label(rename = "404")]
    NotFound,
    #[label(other)]
    Other,
}

impl Method {
    pub(crate) fn of<B>(request: &hyper::Request<B>) -> Self {
        Self::from_value(request.method().as_str()).unwrap_or(Self::Other)
    }
}
