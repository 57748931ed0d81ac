use metricset::{Counter, Family, LabelSet, MetricSet};

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Connections.
    #[metric(max_series = 0)]
    connections_total: Family<Client<'static>, Counter>,
}

fn main() {}
