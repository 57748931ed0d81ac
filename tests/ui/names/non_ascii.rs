use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Something.
    #[metric(name = "länge")]
    field: Gauge,
}

fn main() {}
