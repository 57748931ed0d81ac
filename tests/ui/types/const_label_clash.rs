use metricset::{Counter, Family, Histogram, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Client {
    direct: bool,
}

#[derive(MetricSet)]
#[metrics(labels(direct = "yes", le = "5"))]
struct App {
    /// Connections.
    connections_total: Family<Client, Counter>,
    /// Time to connect.
    #[metric(buckets = "latency")]
    connect_seconds: Histogram,
}

fn main() {}
