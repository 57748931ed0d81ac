use metricset::{Counter, Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Size.
    #[metric(unit = "bytes")]
    queue_seconds: Gauge,
    /// Traffic.
    #[metric(unit = "bytes")]
    sent_total: Counter,
}

fn main() {}
