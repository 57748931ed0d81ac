use metricset::{Gauge, Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    #[metric(allow(reserved_suffix))]
    request_seconds_sum: Gauge,
    /// Time to serve a request.
    #[metric(buckets = "latency")]
    request_seconds: Histogram,
}

fn main() {}
