use metricset::{Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = "latncy")]
    request_seconds: Histogram,
    /// Time to open a stream.
    #[metric(buckets = "http")]
    open_seconds: Histogram,
}

fn main() {}
