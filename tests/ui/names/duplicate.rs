use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    requests_total: Counter,
    /// Calls.
    #[metric(name = "requests_total")]
    calls_total: Counter,
}

fn main() {}
