use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(labels(region, zone = "a"))]
struct App {
    /// Requests.
    #[metric(allow("missing_help"))]
    requests_total: Counter,
    /// Errors.
    #[metric(allow(missing_help, 5))]
    errors_total: Counter,
}

fn main() {}
