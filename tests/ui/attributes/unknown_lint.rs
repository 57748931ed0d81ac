use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app", allow(dead_code))]
struct App {
    /// Requests.
    #[metric(allow(counter_without_totl))]
    requests: Counter,
}

fn main() {}
