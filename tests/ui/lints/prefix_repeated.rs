use metricset::{Counter, Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app_server")]
struct App {
    /// Peers.
    app_peers: Gauge,
    /// Streams.
    server_streams: Gauge,
    /// Requests.
    app_server_requests_total: Counter,
}

fn main() {}
