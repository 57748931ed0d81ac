use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Something.
    #[metric(name = "2xx_responses")]
    field: Gauge,
}

fn main() {}
