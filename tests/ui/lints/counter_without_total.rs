use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    requests: Counter,
}

fn main() {}
