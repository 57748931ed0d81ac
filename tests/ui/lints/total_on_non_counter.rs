use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Peers.
    peers_total: Gauge,
}

fn main() {}
