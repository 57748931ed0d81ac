use metricset::{Counter, Histogram, MetricSet};

#[derive(MetricSet)]
#[metrics(prefx = "app")]
struct App {
    /// Time to serve a request.
    #[metric(bucket = [0.1, 1.0])]
    latency_seconds: Histogram,
    /// Requests.
    #[metric(colour = "red", max_series = 10)]
    requests_total: Counter,
}

fn main() {}
