use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics]
struct App {
    /// Requests.
    #[metric]
    requests_total: Counter,
    /// Errors.
    #[metric = "errors"]
    errors_total: Counter,
}

fn main() {}
