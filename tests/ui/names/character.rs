use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Something.
    #[metric(name = "queue-length")]
    field: Gauge,
}

fn main() {}
