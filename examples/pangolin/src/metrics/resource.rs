//! What clients ask for, and who answers.

use std::time::Duration;

use metricset::{Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet, Observed};

use super::ByDirection;

/// Requests to the resources behind the tunnels.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct ResourceMetrics {
    /// Total proxied requests by site_id, resource_id, backend, method, and status
    // PG-01: "Request rate by endpoint" is the rate of this, which has no `endpoint`. PG-28: `sum by` makes one rate of it.
    pub(crate) resource_requests_total: Family<Request<'static>, Counter>,
    /// Request duration distribution
    #[metric(buckets = "latency")]
    pub(crate) resource_request_duration_seconds: Histogram<Duration>,
    /// Active connections by site_id, resource_id, and protocol
    pub(crate) resource_active_connections: Observed<Family<Active<'static>, Gauge>>,
    /// Errors by site_id, resource_id, backend, and error_type
    pub(crate) resource_errors_total: Family<Error<'static>, Counter>,
    /// Resource bandwidth by direction
    pub(crate) resource_bandwidth_bytes_total: Family<ByDirection, Counter>,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Request<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) resource_id: &'a str,
    pub(crate) backend: &'a str,
    pub(crate) method: Method,
    pub(crate) status: u16,
}

#[derive(Clone, Copy, LabelEnum)]
#[label(rename_all = "UPPERCASE")]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    Put,
    Delete,
    #[label(other)]
    Other,
}

impl Method {
    pub(crate) fn of<B>(request: &hyper::Request<B>) -> Self {
        Self::from_value(request.method().as_str()).unwrap_or(Self::Other)
    }
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Active<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) resource_id: &'a str,
    pub(crate) protocol: ApplicationProtocol,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum ApplicationProtocol {
    #[label(rename = "http/1.1")]
    Http11,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct Error<'a> {
    pub(crate) site_id: &'a str,
    pub(crate) resource_id: &'a str,
    pub(crate) backend: &'a str,
    pub(crate) error_type: ResourceErrorType,
}

#[derive(Clone, Copy, LabelEnum)]
pub(crate) enum ResourceErrorType {
    /// The backend answered with a status of 500 and above.
    ServerError,
    /// The backend gave no answer.
    Unreachable,
    /// The site was not connected.
    TunnelDown,
    /// No backend was healthy.
    NoBackend,
}

/// The backends of the resources.
#[derive(MetricSet)]
#[metrics(register = false)]
pub(crate) struct BackendMetrics {
    /// Backend health (0/1) by backend and site_id
    pub(crate) backend_health_status: Family<SiteBackend<'static>, Gauge>,
    /// Connection errors by backend, site_id, and error_type
    pub(crate) backend_connection_errors_total: Family<BackendError<'static>, Counter>,
    /// Response size distribution
    #[metric(buckets = "size")]
    pub(crate) backend_response_size_bytes: Histogram,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct SiteBackend<'a> {
    pub(crate) backend: &'a str,
    pub(crate) site_id: &'a str,
}

#[derive(Clone, Copy, LabelSet)]
pub(crate) struct BackendError<'a> {
    pub(crate) backend: &'a str,
    pub(crate) site_id: &'a str,
    pub(crate) error_type: BackendErrorType,
}

#[derive(Clone, Copy, Debug, LabelEnum)]
pub(crate) enum BackendErrorType {
    Connect,
    Timeout,
    Broken,
}
