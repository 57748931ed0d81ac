use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Requests.
    #[metric(buckets = "latency")]
    requests_total: Counter,
}

fn main() {}
