use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Peers.
    peers_count: Gauge,
    /// Leaks.
    leaks_bucket: Gauge,
    /// Weights.
    weight_sum: Gauge,
    /// Start.
    session_created: Gauge,
    /// Build.
    build_info: Gauge,
}

fn main() {}
