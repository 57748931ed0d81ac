use metricset::{Histogram, MetricSet, buckets::linear};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to open a stream.
    #[metric(buckets = [])]
    open_seconds: Histogram,
    /// Time to accept.
    #[metric(buckets = linear::<0>(0.0, 1.0))]
    accept_seconds: Histogram,
}

fn main() {}
