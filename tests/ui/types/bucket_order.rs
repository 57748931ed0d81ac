use metricset::{Histogram, MetricSet};

const BOUNDS: [f64; 3] = [0.1, 0.1, 1.0];

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = [0.1, 1, 1.0, 0.5, 5.0])]
    request_seconds: Histogram,
    /// Time to connect.
    #[metric(buckets = BOUNDS)]
    connect_seconds: Histogram,
}

fn main() {}
