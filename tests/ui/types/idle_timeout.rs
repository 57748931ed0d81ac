use metricset::{Counter, Family, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Client {
    direct: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Connections.
    #[metric(idle_timeout = "10m")]
    connections_total: Family<Client, Counter>,
}

fn main() {}
