use metricset::{Counter, Family, Gauge, Histogram, LabelEnum, LabelSet, MetricSet};

#[derive(Clone, Copy, LabelEnum)]
enum Transport {
    Quic,
    #[label(rename = "quic")]
    H2,
}

#[derive(LabelSet)]
struct Connection {
    #[label(rename = "Transport")]
    transport: Transport,
    le: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app-server")]
struct App {
    connections: Family<Connection, Counter>,
    /// Peers.
    #[metric(buckets = "latency")]
    peers_total: Gauge,
    /// Time to serve a request.
    #[metric(buckets = [1.0, 0.1])]
    request_ms: Histogram,
    /// Time to open a stream.
    #[metric(buckets = "latency")]
    open_seconds: Family<Connection, Histogram>,
    /// Errors.
    #[metric(name = "Errors")]
    errors_total: Counter,
}

fn main() {}
