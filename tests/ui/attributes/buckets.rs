use metricset::{Histogram, MetricSet};

const COUNT: usize = 5;

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = 5)]
    request_seconds: Histogram,
    /// Time to open a stream.
    #[metric(buckets)]
    open_seconds: Histogram,
    /// Time to close a stream.
    #[metric(buckets(0.1, 1.0))]
    close_seconds: Histogram,
    /// Time to connect.
    #[metric(buckets = [0.1, "fast"])]
    connect_seconds: Histogram,
    /// Time to accept.
    #[metric(buckets = COUNT)]
    accept_seconds: Histogram,
}

fn main() {}
