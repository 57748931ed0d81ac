use metricset::{Counter, Family, Gauge, Histogram, Info, MetricSet, StateSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    requests_total: Counter<u32>,
    /// Peers.
    peers: Gauge<u8>,
    /// Time to serve a request.
    #[metric(buckets = "latency")]
    request_seconds: Histogram<u32>,
    /// What it does.
    phase: StateSet<bool>,
    /// What is running.
    build_info: Info<String>,
    /// Connections.
    connections_total: Family<&'static str, Counter>,
}

fn main() {}
