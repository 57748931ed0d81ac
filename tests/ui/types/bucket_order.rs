use metricset::{Histogram, MetricSet, buckets::linear};

const BOUNDS: [f64; 3] = [0.1, 0.1, 1.0];

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Time to serve a request.
    #[metric(buckets = [0.1, 1, 1.0, 0.5, 5.0])]
    request_seconds: Histogram,
    /// Time to open a stream.
    #[metric(buckets = [])]
    open_seconds: Histogram,
    /// Time to close a stream.
    #[metric(buckets = [0.1, f64::INFINITY])]
    close_seconds: Histogram,
    /// Time to connect.
    #[metric(buckets = BOUNDS)]
    connect_seconds: Histogram,
    /// Time to accept.
    #[metric(buckets = linear::<0>(0.0, 1.0))]
    accept_seconds: Histogram,
}

fn main() {}
