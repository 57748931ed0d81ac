use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(labels(Region = "eu", region = 5, region = "us", __zone = "a"))]
struct App {
    /// Requests.
    requests_total: Counter,
}

fn main() {}
