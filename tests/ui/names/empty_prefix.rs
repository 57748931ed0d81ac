use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "")]
struct App {
    /// Peers.
    peers: Gauge,
}

fn main() {}
