use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Something.
    #[metric(name = "queue__length")]
    field: Gauge,
}

fn main() {}
