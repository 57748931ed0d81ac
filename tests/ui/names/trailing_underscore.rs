use metricset::{Gauge, MetricSet};

#[derive(MetricSet)]
#[metrics(prefix = "app")]
struct App {
    /// Something.
    #[metric(name = "queue_length_")]
    field: Gauge,
}

fn main() {}
