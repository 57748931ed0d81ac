use metricset::{Counter, Family, LabelSet, MetricSet};

const MINUTES: u64 = 10;

#[derive(LabelSet)]
struct Client<'a> {
    id: &'a str,
}

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Connections.
    #[metric(max_series = "10")]
    connections_total: Family<Client<'static>, Counter>,
    /// Requests.
    #[metric(idle_timeout = MINUTES)]
    requests_total: Family<Client<'static>, Counter>,
}

fn main() {}
