use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Peers.
    #[allow(non_snake_case)]
    peersConnected: Gauge,
    /// Streams.
    _streams: Gauge,
    /// Größe.
    größe: Gauge,
}

fn main() {}
