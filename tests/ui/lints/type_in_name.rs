use metricset::{Counter, Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Peers.
    peers_gauge: Gauge,
    /// Requests.
    requests_counter_total: Counter,
}

fn main() {}
