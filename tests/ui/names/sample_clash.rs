use metricset::{Gauge, Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = "latency")]
    request_seconds: Histogram,
    /// Requests.
    #[metric(allow(reserved_suffix))]
    request_seconds_count: Gauge,
}

fn main() {}
