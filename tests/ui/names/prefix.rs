use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "My App")]
struct App {
    /// Peers.
    peers: Gauge,
}

fn main() {}
