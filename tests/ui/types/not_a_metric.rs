use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    requests_total: u64,
    /// Peers.
    peers: Vec<Gauge>,
}

fn main() {}
