use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    requests_total: Counter<u32>,
}

fn main() {}
