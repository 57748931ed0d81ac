use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metric(prefix = "app")]
struct App {
    /// Requests.
    #[metrics(name = "calls_total")]
    requests_total: Counter,
}

fn main() {}
