use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = app, register = "no", labels = "eu", crate = "metricset")]
struct App {
    /// Requests.
    #[metric(name = 5)]
    requests_total: Counter,
    /// Errors.
    #[metric(name)]
    errors_total: Counter,
    /// Retries.
    #[metric(name("retries"))]
    retries_total: Counter,
    /// Calls.
    #[metric(sparse = true)]
    calls_total: Counter,
    /// Peers.
    #[metric(allow = "missing_help")]
    peers_total: Counter,
    /// Streams.
    #[metric(max_series)]
    streams_total: Counter,
}

fn main() {}
