use metricset::{Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to close a stream.
    #[metric(buckets = [0.1, f64::INFINITY])]
    close_seconds: Histogram,
    /// Time to open a stream.
    #[metric(buckets = [0.1, 1e999])]
    open_seconds: Histogram,
}

fn main() {}
