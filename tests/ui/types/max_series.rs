use metricset::{Counter, Family, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Client {
    direct: bool,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Connections.
    #[metric(max_series = 10)]
    connections_total: Family<Client, Counter>,
    /// Requests.
    #[metric(max_series = 10)]
    requests_total: Counter,
}

fn main() {}
