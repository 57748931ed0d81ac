use metricset::{Counter, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    app_latency_ms: Counter,
}

fn main() {}
