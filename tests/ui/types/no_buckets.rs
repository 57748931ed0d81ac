use metricset::{Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    request_seconds: Histogram,
}

fn main() {}
